"""Tell a killed run's stale lock from a live run's.

Snakemake locks a working directory with files that a killed process leaves behind, and then asks for --unlock. This
lock is the kernel's: it ends with the process, however that ends. Whoever gets it knows that no other run is alive.
"""

import fcntl
import os
import shutil
from pathlib import Path

_FOLDER = Path(".snakemake")


def clear_stale_locks() -> None:
    """Take the run lock for the rest of this process; if nobody had it, remove what dead runs have left."""
    _FOLDER.mkdir(exist_ok=True)
    lock = os.open(_FOLDER / "run.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody has it, or the file system has no such locks
        os.close(lock)
        return
    shutil.rmtree(_FOLDER / "locks", ignore_errors=True)

"""What all scripts share: parse the rule's arguments, run the work, say who did it, turn errors into one line."""

import argparse
import csv
import io
import json
import platform
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.files import InputError, atomic_write, remove_unfinished, wants_memory
from inrcodec.notes import notes_as_lines
from inrcodec.threads import thread_count

PACKAGES = {
    "numpy": "numpy",
    "torch": "torch",
    "constriction": "constriction",
    "PIL": "pillow",
    "pillow_jxl": "pillow-jxl-plugin",
}
"""Modules whose version may change a result, and the packages they come from."""


def main(work: Callable[..., None], *names: str, lists: tuple[str, ...] = ()) -> None:
    """Run `work(spec, name=Path, ...)` with paths from the command line, `lists` being one or more paths each.

    The first line that a job prints names it. Exits with 1 and one line, which names it too, on bad input, a failing
    disk or want of memory; other errors are bugs and show where.
    """
    parser = argparse.ArgumentParser(description=sys.modules[work.__module__].__doc__)
    parser.add_argument("--job", required=True, help="the script and its wildcards, for people")
    parser.add_argument("--spec", type=json.loads, required=True, help="JSON: settings and code hash of this job")
    for name in names:
        nargs = "+" if name in lists else None
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, nargs=nargs, required=True)
    options = vars(parser.parse_args())
    job, spec = options.pop("job").strip(), options.pop("spec")
    log(job)
    try:
        for paths in options.values():
            for path in paths if isinstance(paths, list) else [paths]:
                remove_unfinished(path)
        with notes_as_lines(job):
            work(spec, **options)
    except (InputError, BitstreamError, OSError) as error:
        sys.exit(f"{job}: error: {error}")
    except (MemoryError, RuntimeError) as error:
        if not wants_memory(error):
            raise
        sys.exit(f"{job}: error: out of memory: {str(error).splitlines()[0]}")


def log(line: str) -> None:
    """Print a line to the job's log, at once."""
    print(line, file=sys.stderr, flush=True)


def size_of(picture: np.ndarray) -> str:
    """For logs: the size of a picture (height, width, channels)."""
    return f"{picture.shape[1]} x {picture.shape[0]} px"


def write_facts(path: Path, spec: dict, seconds: dict[str, float], device: str = "CPU") -> None:
    """Write how a result came about: seconds by setting, what the process cost until now, and its provenance.

    The provenance is the job's spec (settings, seed, code hash), versions of the packages that it imported, device
    and threads that it was allowed.
    """
    facts = {
        "seconds": seconds,
        "process_s": _process_s(),
        "peak_memory_mib": _peak_memory_bytes() / (1 << 20),
        "spec": spec,
        "device": device,
        "threads": thread_count(),
        "machine": platform.machine(),
        "versions": {
            "python": platform.python_version(),
            **{package: _version(module, package) for module, package in PACKAGES.items() if module in sys.modules},
        },
    }
    with atomic_write(path) as file:
        file.write((json.dumps(facts, indent=1, sort_keys=True) + "\n").encode())


def _process_s() -> float:
    """Wall seconds since the kernel started this process: its imports count."""
    return time.time() - psutil.Process().create_time()


def _peak_memory_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _version(module: str, package: str) -> str:
    version = getattr(sys.modules[module], "__version__", None)
    if not version:
        # Imported where it is needed: it takes as long as a fifth of NumPy.
        from importlib.metadata import version as installed_version

        version = installed_version(package)
    return version


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write a compressed .npz atomically; equal arrays give equal bytes."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    with atomic_write(path) as file:
        file.write(buffer.getbuffer())


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows with equal keys as CSV, atomically, full precision."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with atomic_write(path) as file:
        file.write(text.getvalue().encode())


def write_csv(path: Path, table: Any) -> None:
    """Write a pandas.DataFrame as CSV, atomically, full precision."""
    with atomic_write(path) as file:
        file.write(table.to_csv(index=False, lineterminator="\n").encode())

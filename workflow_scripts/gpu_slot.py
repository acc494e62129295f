"""Give a command a GPU of its own: `python -m workflow_scripts.gpu_slot -- COMMAND ...`.

Snakemake counts GPUs but hands none out. Each device has a lock file that the command's process holds while it lives
and the kernel releases however it ends; CUDA_VISIBLE_DEVICES names the device before anything imports torch. Only
devices of an existing CUDA_VISIBLE_DEVICES are used, such as SLURM's; without devices the command just runs.
INRCODEC_FITS_PER_GPU (1) fits share a card.
"""

import fcntl
import os
import sys
import tempfile
import time
from pathlib import Path

POLL_S = 0.2


def devices() -> list[str]:
    """The devices this process may use, by the names that CUDA_VISIBLE_DEVICES takes."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return [name.strip() for name in visible.split(",") if name.strip() not in {"", "-1"}]
    return sorted(path.name.removeprefix("nvidia") for path in Path("/dev").glob("nvidia[0-9]*"))


def lock_folder() -> Path:
    """One folder per user and machine, so that all of a user's workflows share the cards."""
    base = os.environ.get("XDG_RUNTIME_DIR") or f"{tempfile.gettempdir()}/inrcodec-{os.getuid()}"
    folder = Path(base) / "inrcodec-gpu"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def acquire(names: list[str], fits_per_gpu: int) -> str:
    """Wait for a free slot of any device and keep it until this process, or what replaces it, ends."""
    folder = lock_folder()
    while True:
        # Slot by slot, so that a second fit goes to a card only when every card has a first.
        for slot in range(fits_per_gpu):
            for name in names:
                path = folder / f"{name.replace('/', '_')}.{slot}"
                lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(lock)
                else:
                    os.set_inheritable(lock, True)
                    return name
        time.sleep(POLL_S)


def main(arguments: list[str]) -> None:
    """Become the command after `--`."""
    command = arguments[arguments.index("--") + 1 :]
    names = devices()
    # SLURM hands out cards itself, and may call each job's own one 0.
    if names and "SLURM_JOB_ID" not in os.environ:
        os.environ["CUDA_VISIBLE_DEVICES"] = acquire(names, int(os.environ.get("INRCODEC_FITS_PER_GPU", "1")))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])

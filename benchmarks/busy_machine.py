"""Encoding and decoding beside other programs: seconds of whole processes, and against those on an idle machine.

    python benchmarks/busy_machine.py

Beside as many busy processes as there are cores: loops of one thread, and programs whose torch or BLAS uses every
core. In turns, RUNS times each; prints a Markdown table of medians.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inrcodec.datasets import load_picture
from inrcodec.images import save
from inrcodec.threads import core_count

RUNS = 3
BUSY = {
    "idle": None,
    "loops": "while True: pass",
    "torch": "import torch\na = torch.rand(4096, 96); b = torch.rand(96, 96)\nwhile True: torch.sin(a @ b)",
    "BLAS": "import numpy\na = numpy.random.rand(600, 600)\nwhile True: a @ a",
}
WARM_UP_S = 3


@contextmanager
def beside(program: str | None) -> Iterator[None]:
    """Real programs, each as its user would start it, in a session of its own as from another terminal."""
    running = [
        subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
        for _ in range(core_count() if program else 0)
    ]
    time.sleep(WARM_UP_S if running else 0)
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def wall_s(*command: str | Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "inrcodec", *map(str, command)], check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    os.environ.pop("OMP_NUM_THREADS", None)
    with tempfile.TemporaryDirectory() as folder:
        picture, decoded = Path(folder) / "x.png", Path(folder) / "y.png"
        photograph = load_picture({"kind": "packaged"}, "chelsea", None, Path())
        save(photograph[:256, :384], picture)
        tasks = {
            f"encode --preset {preset}": ("encode", picture, f"{folder}/{preset}.inr", "--preset", preset)
            for preset in ("small", "tutorial")
        }
        tasks["decode"] = ("decode", Path(folder) / "tutorial.inr", decoded)
        seconds: dict[tuple[str, str], list[float]] = {}
        for _ in range(RUNS):
            for busy, program in BUSY.items():
                with beside(program):
                    for task, command in tasks.items():
                        seconds.setdefault((task, busy), []).append(wall_s(*command))
    print(f"{platform.machine()}, {core_count()} cores, 384 x 256, medians of {RUNS}\n")
    print(
        "| task | " + " | ".join(f"beside {busy}" if program else f"{busy} s" for busy, program in BUSY.items()) + " |"
    )
    print("| --- |" + " --- |" * len(BUSY))
    for task in tasks:
        idle, *others = (statistics.median(seconds[task, busy]) for busy in BUSY)
        print(f"| {task} | {idle:.2f} | " + " | ".join(f"{other:.2f} ({other / idle:.2f})" for other in others) + " |")


if __name__ == "__main__":
    main()

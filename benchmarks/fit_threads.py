"""One fit on every core, or a fit per core: steps per second of everything that runs.

    python benchmarks/fit_threads.py

In turns, twice each; times begin after the first steps. Prints a Markdown table.
"""

import os
import platform
import statistics
import subprocess
import sys

from inrcodec.threads import core_count

CORES = core_count()
RUNS = 2
STEPS, FIRST_STEPS = 320, 20
CASES = [
    ("positional", 16, 264),
    ("positional", 28, 264),
    ("positional", 48, 264),
    ("siren", 48, 264),
    ("positional", 128, 768),
]
"""Representation, hidden features, longer side of the picture in pixels."""
FIT = f"""
import sys
from pathlib import Path
import numpy as np
from PIL import Image
from inrcodec.datasets import load_picture
from inrcodec.fitting.target import Schedule, Target, pick_device
from inrcodec.fitting.trainer import fit
from inrcodec.representations import REPRESENTATIONS
name, features, side_px = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
photograph = load_picture({{"kind": "packaged", "mirrors": [], "digests": {{}}}}, "chelsea", None, Path())
picture = np.asarray(Image.fromarray(photograph).resize((side_px, side_px * 2 // 3)))
target = Target(picture, REPRESENTATIONS[name](hidden_features=features, hidden_layers=3), pick_device())
seconds = []
fit(target, Schedule(steps={STEPS}), on_progress=lambda progress: seconds.append(progress.seconds))
print(({STEPS} - {FIRST_STEPS}) / (seconds[-1] - seconds[{FIRST_STEPS} - 1]))
"""


def steps_per_second(case: tuple[str, int, int], threads: int, fits: int) -> float:
    """Of that many fits at the same time, all together."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-c", FIT, *map(str, case)]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(fits)]
    return sum(float(process.communicate()[0]) for process in running)


def main() -> None:
    print(f"{platform.machine()}, {CORES} cores, medians of {RUNS}\n")
    print(f"| function, longer side | one fit of {CORES} threads | {CORES} fits of one thread | ratio |")
    print("| --- | --- | --- | --- |")
    for case in CASES:
        rounds = [(steps_per_second(case, CORES, 1), steps_per_second(case, 1, CORES)) for _ in range(RUNS)]
        one, many = (statistics.median(values) for values in zip(*rounds, strict=True))
        print(f"| {case[0]}-{case[1]}x3, {case[2]} px | {one:.0f} | {many:.0f} | {many / one:.2f} |", flush=True)


if __name__ == "__main__":
    main()

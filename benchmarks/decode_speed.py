"""Decoding as a whole process, start-up included: median seconds of several runs.

    python benchmarks/decode_speed.py a.inr b.inr

For every file: `inrcodec decode` to PNG, a 64 x 64 region, a quarter of the size, and `inrcodec info`. Prints a
Markdown table.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from inrcodec import info
from inrcodec.threads import core_count

RUNS = 5


def median_s(*command: str) -> float:
    """Median wall seconds of a command that must succeed."""
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "inrcodec", *command], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    print(f"{platform.machine()}, {core_count()} cores, medians of {RUNS}\n")
    print("| file | parameters | decode s | region 64x64 s | quarter size s | info s |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "x.png")
        for file in options.files:
            facts = info(file)
            times = [
                median_s("decode", file, output),
                median_s("decode", file, output, "--region", "0,0,64,64"),
                median_s("decode", file, output, "--scale", "0.25"),
                median_s("info", file),
            ]
            cells = " | ".join(f"{value:.2f}" for value in times)
            print(f"| {facts['width']} x {facts['height']} | {facts['parameters']} | {cells} |")


if __name__ == "__main__":
    main()

"""`inrcodec encode` as a whole process beside JPEG, WebP and AVIF at the same PSNR.

    python benchmarks/encode_whole.py kodim03.png kodim05.png -- --effort 2

What follows -- goes to `encode`. For every picture: seconds with the program's start, bits per pixel, PSNR of the file
decoded by another process, and how many bits more or less the classical codecs need for that PSNR, between whose
qualities the logarithm of the rate is interpolated. Prints a Markdown table.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from inrcodec.baselines.classical import decode, encode
from inrcodec.images import load_rgb
from inrcodec.metrics.quality import psnr_db
from inrcodec.threads import core_count

QUALITIES = {
    "jpeg": (30, 40, 50, 60, 70, 80, 85, 90, 95, 98),
    "webp": (10, 20, 30, 40, 50, 60, 70, 80, 90, 97),
    "avif": (20, 30, 40, 50, 60, 70, 80, 90),
}


def bpp_at(codec: str, picture: np.ndarray, wanted_db: float) -> float:
    """What a classical codec spends for a PSNR."""
    points = []
    for quality in QUALITIES[codec]:
        data = encode(codec, picture, quality)
        points.append((psnr_db(picture, decode(data)), np.log(8 * len(data) / (picture.shape[0] * picture.shape[1]))))
    reached, log_bpp = zip(*sorted(points), strict=True)
    if not reached[0] <= wanted_db <= reached[-1]:
        return float("nan")
    return float(np.exp(np.interp(wanted_db, reached, log_bpp)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="+")
    arguments = sys.argv[1:]
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    how = arguments[len(own) + 1 :]
    options = parser.parse_args(own)
    print(f"{platform.machine()}, {core_count()} cores; encode {' '.join(how) or 'with nothing else said'}\n")
    print(f"| picture | encode s | bpp | PSNR dB | {' | '.join(f'bits against {codec}' for codec in QUALITIES)} |")
    print("| --- " * (4 + len(QUALITIES)) + "|")
    program = [sys.executable, "-m", "inrcodec"]
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "x.inr")
        for path in options.pictures:
            started = time.perf_counter()
            subprocess.run([*program, "encode", path, file, *how], check=True, stderr=subprocess.DEVNULL)
            seconds = time.perf_counter() - started
            measured = subprocess.run([*program, "measure", path, file, "--json"], check=True, capture_output=True)
            facts, picture = json.loads(measured.stdout), load_rgb(path)
            others = (100 * (facts["bpp"] / bpp_at(codec, picture, facts["psnr_db"]) - 1) for codec in QUALITIES)
            cells = [Path(path).stem, f"{seconds:.1f}", f"{facts['bpp']:.3f}", f"{facts['psnr_db']:.2f}"]
            print(f"| {' | '.join([*cells, *(f'{percent:+.0f} %' for percent in others)])} |", flush=True)


if __name__ == "__main__":
    main()

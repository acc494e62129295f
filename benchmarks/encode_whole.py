"""`inrcodec encode` as a whole process beside JPEG, WebP and AVIF.

    python benchmarks/encode_whole.py kodim03.png kodim05.png -- --effort 2
    python benchmarks/encode_whole.py kodim03.png kodim05.png --qualities 35 50 65 80 -- --seconds 3

What follows -- goes to `encode`. For every file: seconds with the program's start, bits per pixel, PSNR of what another
process decoded, and how many bits more or less the classical codecs need for that PSNR, between whose qualities the
logarithm of the rate is interpolated. Over several qualities also Bjontegaard rates of every picture, and their means.
Prints Markdown tables.
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
from inrcodec.metrics.bjontegaard import bd_rate
from inrcodec.metrics.quality import psnr_db
from inrcodec.threads import core_count

QUALITIES = {
    "jpeg": (3, 6, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 98),
    "webp": (0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 97),
    "avif": (5, 10, 20, 30, 40, 50, 60, 70, 80, 90),
}


Curve = tuple[list[float], list[float]]
"""Bits per pixel and PSNR in dB, both rising."""


def classical_curve(codec: str, picture: np.ndarray) -> Curve:
    files = [encode(codec, picture, quality) for quality in QUALITIES[codec]]
    points = sorted(
        (8 * len(data) / (picture.shape[0] * picture.shape[1]), psnr_db(picture, decode(data))) for data in files
    )
    return [bpp for bpp, _ in points], [db for _, db in points]


def bpp_at(curve: Curve, wanted_db: float) -> float:
    """What a classical codec spends for a PSNR."""
    bpp, reached_db = curve
    if not reached_db[0] <= wanted_db <= reached_db[-1]:
        return float("nan")
    return float(np.exp(np.interp(wanted_db, reached_db, np.log(bpp))))


def encoded(path: str, file: str, how: list[str]) -> tuple[float, float, float]:
    """Seconds, bits per pixel and dB of a picture's file."""
    program = [sys.executable, "-m", "inrcodec"]
    started = time.perf_counter()
    subprocess.run([*program, "encode", path, file, *how], check=True, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    measured = subprocess.run([*program, "measure", path, file, "--json"], check=True, capture_output=True)
    facts = json.loads(measured.stdout)
    return seconds, facts["bpp"], facts["psnr_db"]


def line(*cells: object) -> None:
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="+")
    parser.add_argument("--qualities", nargs="+", type=float, help="of encode, instead of its own")
    arguments = sys.argv[1:]
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    how = arguments[len(own) + 1 :]
    options = parser.parse_args(own)
    print(f"{platform.machine()}, {core_count()} cores; encode {' '.join(how) or 'with nothing else said'}\n")
    line("picture", "encode s", "bpp", "PSNR dB", *(f"bits against {codec}" for codec in QUALITIES))
    line(*["---"] * (4 + len(QUALITIES)))
    rates = []
    with tempfile.TemporaryDirectory() as folder:
        for path in options.pictures:
            picture = load_rgb(path)
            classical = [classical_curve(codec, picture) for codec in QUALITIES]
            points = []
            for quality in options.qualities or [None]:
                asked = [] if quality is None else ["--quality", str(quality)]
                seconds, bpp, db = encoded(path, str(Path(folder) / "x.inr"), [*asked, *how])
                points.append((bpp, db))
                others = (f"{100 * (bpp / bpp_at(curve, db) - 1):+.0f} %" for curve in classical)
                line(Path(path).stem, f"{seconds:.1f}", f"{bpp:.3f}", f"{db:.2f}", *others)
            if len(points) > 1:
                rates.append([bd_rate(*curve, *zip(*points, strict=True)).percent for curve in classical])
    if rates:
        print()
        line("BD-rate against", *QUALITIES)
        line(*["---"] * (1 + len(QUALITIES)))
        named = zip((Path(path).stem for path in options.pictures), rates, strict=True)
        for name, percents in [*named, ("mean", np.mean(rates, axis=0))]:
            line(name, *(f"{percent:+.1f} %" for percent in percents))


if __name__ == "__main__":
    main()

"""Time to quality: the tutorial's network on one picture, our encoder beside the tutorial's own code.

    python benchmarks/time_to_quality.py kodim03.png --tutorial path/to/icip-2024-inr-images-tutorial

Every row is a real command in a process of its own, timed from outside with its start-up, and scored on the file it
left, decoded by another process. The tutorial's code (https://github.com/aegroto/icip-2024-inr-images-tutorial) runs
with this Python; it needs the packages of its own pixi.toml, and DEVICE=cuda to use a GPU. Prints a Markdown table.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from inrcodec.images import load_rgb
from inrcodec.metrics.quality import psnr_db
from inrcodec.threads import core_count


def timed(command: list, **options) -> tuple[float, float]:
    """Wall and CPU seconds of a command that must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    wall_s = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(name: str, picture: Path, encode: list, decode: list, coded: Path, decoded: Path, **options) -> dict:
    """Encode, decode, score."""
    encode_s, encode_cpu_s = timed(encode, **options)
    decode_s, _ = timed(decode, **options)
    original = load_rgb(picture)
    return {
        "what": name,
        "encode_s": encode_s,
        "encode_cpu_s": encode_cpu_s,
        "file_bytes": coded.stat().st_size,
        "bpp": 8 * coded.stat().st_size / (original.shape[0] * original.shape[1]),
        "psnr_db": psnr_db(original, load_rgb(decoded)),
        "decode_s": decode_s,
    }


def ours(name: str, picture: Path, folder: Path, *arguments: str) -> dict:
    coded, decoded = folder / "ours.inr", folder / "ours.png"
    tool = [sys.executable, "-m", "inrcodec"]
    return row(
        name,
        picture,
        [*tool, "encode", picture, coded, "--preset", "tutorial", *arguments],
        [*tool, "decode", coded, decoded],
        coded,
        decoded,
    )


def tutorial(checkout: Path, picture: Path, folder: Path) -> dict:
    coded, decoded = folder / "tutorial.bin", folder / "tutorial.png"
    height, width, _ = load_rgb(picture).shape
    script = [sys.executable, "-m"]
    paths = [str(checkout), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {"DEVICE": "cpu"} | os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    return row(
        "the tutorial's code, default configuration",
        picture,
        [*script, "bin.encode", picture.resolve(), coded],
        [*script, "bin.decode", coded, f"{width}x{height}", decoded],
        coded,
        decoded,
        cwd=checkout,
        env=environment,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--tutorial", type=Path, help="checkout of the tutorial's code")
    parser.add_argument("--seconds", type=float, nargs="*", default=[60.0], help="time budgets to try")
    parser.add_argument("--json", type=Path, help="write the rows here too")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows.append(ours("ours, preset tutorial", options.picture, folder))
        for seconds in options.seconds:
            budget = ("--seconds", str(seconds))
            rows.append(ours(f"ours, given {seconds:.0f} s", options.picture, folder, *budget))
        if options.tutorial:
            reference = tutorial(options.tutorial, options.picture, folder)
            budget = ("--seconds", str(reference["encode_s"]))
            rows.append(ours("ours, given the tutorial's time", options.picture, folder, *budget))
            rows.append(reference)
    print(f"{platform.machine()}, {core_count()} cores, Python {platform.python_version()}\n")
    slowest = max(item["encode_s"] for item in rows) if options.tutorial else None
    print("| what | encode s | ratio | CPU s | bytes | bpp | PSNR dB | decode s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for item in rows:
        ratio = f"1/{rows[-1]['encode_s'] / item['encode_s']:.1f}" if slowest else ""
        print(
            f"| {item['what']} | {item['encode_s']:.1f} | {ratio} | {item['encode_cpu_s']:.0f} | {item['file_bytes']} "
            f"| {item['bpp']:.3f} | {item['psnr_db']:.2f} | {item['decode_s']:.2f} |"
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()

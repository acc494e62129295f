"""Encode one picture with a classical codec at a sweep of qualities."""

import time
from pathlib import Path

from inrcodec.baselines.classical import encode
from inrcodec.files import atomic_write
from inrcodec.images import load_rgb
from workflow_scripts import adapter


def encode_sweep(spec: dict, picture: Path, files: list[Path], facts: Path) -> None:
    """spec: codec. A file's name without suffix is its quality."""
    pixels = load_rgb(picture)
    adapter.log(f"{adapter.size_of(pixels)}, {spec['codec']}")
    seconds = {}
    for path in files:
        started = time.perf_counter()
        data = encode(spec["codec"], pixels, float(path.stem))
        seconds[path.stem] = time.perf_counter() - started
        with atomic_write(path) as file:
            file.write(data)
    adapter.write_facts(facts, spec, seconds)


if __name__ == "__main__":
    adapter.main(encode_sweep, "picture", "files", "facts", lists=("files",))

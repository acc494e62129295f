"""Bring one picture of a dataset into the study: 8-bit RGB, no larger than asked, as PNG."""

from pathlib import Path

from inrcodec.datasets import load_picture, shrink
from inrcodec.images import save
from workflow_scripts import adapter


def picture(spec: dict, output: Path, cache: Path) -> None:
    """spec: dataset (its configuration), image, source (a folder's file or null), digest (see `folders.digest`)."""
    source = spec["source"] and str(Path(spec["source"]).absolute())
    pixels = load_picture(spec["dataset"], spec["image"], source, cache)
    shrunk = shrink(pixels, spec["dataset"]["max_side_px"])
    adapter.log(f"{adapter.size_of(pixels)}, kept as {adapter.size_of(shrunk)}")
    save(shrunk, output)


if __name__ == "__main__":
    adapter.main(picture, "output", "cache")

"""Tiles of a study's pictures, side by side: what priors are learnt from."""

from pathlib import Path

from inrcodec.files import InputError
from inrcodec.fitting.prior_learning import mosaic
from inrcodec.images import load_rgb, save
from workflow_scripts import adapter


def write(spec: dict, pictures: list[Path], output: Path) -> None:
    """spec: nothing."""
    try:
        tiles = mosaic([load_rgb(path) for path in pictures])
    except ValueError as error:
        raise InputError(str(error)) from None
    adapter.log(f"{len(pictures)} pictures, {adapter.size_of(tiles)}")
    save(tiles, output)


if __name__ == "__main__":
    adapter.main(write, "pictures", "output", lists=("pictures",))

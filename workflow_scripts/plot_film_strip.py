"""Figure: a picture becoming a function."""

from pathlib import Path

import numpy as np

from inrcodec.datasets import shrink
from inrcodec.figures import film_strip, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter


def plot(spec: dict, film: Path, original: Path, stem: Path) -> None:
    """spec: nothing but the code's hash."""
    with np.load(film) as record:
        frames, steps, psnr_db = (record[name] for name in ("frames", "step", "psnr_db"))
    same_size = shrink(load_rgb(original), max(frames.shape[1:3]))
    figure = film_strip.plot(frames, steps, psnr_db, same_size)
    style.save(figure, stem)


if __name__ == "__main__":
    adapter.main(plot, "film", "original", "stem")

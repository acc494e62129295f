"""Figure: a picture becoming a function."""

from pathlib import Path

import numpy as np

from inrcodec.figures import film_strip, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter


def plot(spec: dict, film: Path, original: Path, stem: Path) -> None:
    """spec: nothing but the code's hash."""
    with np.load(film) as record:
        figure = film_strip.plot(record["frames"], record["step"], record["psnr_db"], load_rgb(original))
    style.save(figure, stem)


if __name__ == "__main__":
    adapter.main(plot, "film", "original", "stem")

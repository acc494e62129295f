"""The table behind the figure of spectra: what of a picture's power a fit has yet to learn, frequency by frequency."""

from pathlib import Path

import numpy as np

from inrcodec.files import InputError
from inrcodec.images import load_rgb
from inrcodec.metrics.spectrum import radial_power
from workflow_scripts import adapter

SHOWN_STEPS = 3


def power_spectra(spec: dict, films: list[Path], original: Path, table: Path) -> None:
    """spec: picture (dataset, image), functions (names, in the order of `films`)."""
    picture = load_rgb(original)
    about = dict(zip(("dataset", "image"), spec["picture"], strict=True))
    power = radial_power(picture)
    rows = []
    for function, film in zip(spec["functions"], films, strict=True):
        with np.load(film) as record:
            frames, steps, psnr_db = (record[name] for name in ("frames", "step", "psnr_db"))
        if frames.shape[1:] != picture.shape:
            raise InputError(
                f"figures.spectra: the film of {function} is {adapter.size_of(frames[0])}, its picture "
                f"{adapter.size_of(picture)}: spectra are of pictures that films show whole"
            )
        for index in _evenly(len(frames)):
            error_power = radial_power(picture - frames[index].astype(float))
            of_step = about | {"function": function, "step": steps[index], "psnr_db": psnr_db[index]}
            rows += [
                of_step
                | {"cycles": cycles, "picture_power": of_picture, "error_power": of_error}
                | {"error_percent": 100 * of_error / of_picture if of_picture else float("nan")}
                for cycles, (of_picture, of_error) in enumerate(zip(power, error_power, strict=True), 1)
            ]
    adapter.write_rows(table, rows)


def _evenly(frames: int) -> list[int]:
    """The frames shown of a film: its thirds' last ones."""
    return sorted({round(place) for place in np.linspace(0, frames - 1, SHOWN_STEPS + 1)[-SHOWN_STEPS:]})


if __name__ == "__main__":
    adapter.main(power_spectra, "films", "original", "table", lists=("films",))

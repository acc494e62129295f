"""Figure: which frequencies fits have learnt after a few steps."""

from pathlib import Path

import numpy as np

from inrcodec.figures import spectra, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter, tables


def plot(spec: dict, films: list[Path], original: Path, spectra_table: Path, stem: Path) -> None:
    """spec: functions (pairs name, title, in the order of `films`)."""
    rows = tables.read(spectra_table)
    fits = []
    for (name, title), film in zip(spec["functions"], films, strict=True):
        with np.load(film) as record:
            frames = dict(zip(record["step"].tolist(), record["frames"], strict=True))
        fits.append(spectra.Fit(title, frames, rows[rows.function == name]))
    style.save(spectra.plot(load_rgb(original), fits), stem)


if __name__ == "__main__":
    adapter.main(plot, "films", "original", "spectra_table", "stem", lists=("films",))

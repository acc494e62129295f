"""Figure: fits from a learnt start beside the same from a random one."""

from pathlib import Path

import numpy as np
import pandas as pd

from inrcodec.datasets import shrink
from inrcodec.figures import start, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, curves: list[Path], films: list[Path], original: Path, stem: Path) -> None:
    """spec: steps and learnt (by codec); curves and films are of fits with a prior, then of those without."""
    half = len(curves) // 2
    fits = pd.concat(
        pd.read_csv(path).assign(learnt=index < half, picture=index % half) for index, path in enumerate(curves)
    )
    files = tables.read(points).assign(
        steps=lambda rows: rows.codec.map(spec["steps"]), learnt=lambda rows: rows.codec.map(spec["learnt"])
    )
    strips = []
    for film in films:
        with np.load(film) as record:
            strips.append(start.Strip(record["frames"], record["step"], record["psnr_db"]))
    same_size = shrink(load_rgb(original), max(strips[0].frames.shape[1:3]))
    style.save(start.plot(fits, files, strips, same_size), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "curves", "films", "original", "stem", lists=("curves", "films"))

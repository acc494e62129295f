"""What codecs do to one picture at nearly the same file size."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from inrcodec.figures import style


@dataclass(frozen=True)
class Candidate:
    """A decoded picture: uint8 (h, w, 3), with the rate of its file in bits per pixel and its PSNR in dB."""

    title: str
    picture: np.ndarray
    bpp: float
    psnr_db: float


@matplotlib.rc_context(style.THEME)
def plot(original: np.ndarray, candidates: Sequence[Candidate]) -> Figure:
    """The original and its reconstructions side by side, and below each reconstruction where it errs.

    Args:
        original: uint8 (h, w, 3).
        candidates: at least one, each of the original's size.
    """
    columns = len(candidates) + 1
    errors = [_error(original, candidate.picture) for candidate in candidates]
    # A few outliers would make every map black: the top half percent saturates, as the colourbar's tip says.
    limit = max(1.0, float(np.percentile(errors, 99.5)))
    height, width = original.shape[:2]
    figure = Figure(figsize=(style.WIDTH, 1.15 + 2 * style.WIDTH / columns * height / width))
    pictures, maps = figure.subplots(2, columns)
    style.show(pictures[0], original, "Original")
    for axes, candidate in zip(pictures[1:], candidates, strict=True):
        rate = f"{candidate.bpp:.2f} bpp, {style.decibels(candidate.psnr_db, 2)}"
        style.show(axes, candidate.picture, f"{candidate.title}\n{rate}")
    for axes, error in zip(maps[1:], errors, strict=True):
        drawn = style.show(axes, error, "", cmap="magma", vmin=0, vmax=limit)
    style.error_scale(figure, maps[0], drawn)
    style.head(
        figure,
        "What does each codec lose at about the same file size?",
        "Second row: absolute error averaged over the three channels, one scale for all; dark is exact.",
    )
    return figure


def choose(points: pd.DataFrame, target_bpp: float, codecs: Sequence[str]) -> pd.DataFrame:
    """For each codec, in the order given, the row of the figure's table nearest to the target rate by ratio."""
    rows = []
    for codec in codecs:
        rates = points[points.codec == codec].bpp
        rows.append(np.abs(np.log(rates / target_bpp)).idxmin())
    return points.loc[rows]


def _error(original: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """Mean absolute error over channels, (h, w) float64, in 8-bit levels."""
    return np.abs(original.astype(np.int16) - picture.astype(np.int16)).mean(axis=-1)

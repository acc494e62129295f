"""What a network looks like that was fitted on one loss or another, at nearly the same file size."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from inrcodec.figures import crops, style

CROP_PX = 56
METRICS = {
    "psnr_db": ("PSNR, dB", "{:.2f}", max),
    "ms_ssim": ("MS-SSIM", "{:.3f}", max),
    "ssimulacra2": ("SSIMULACRA 2", "{:.1f}", max),
    "flip": ("FLIP (less is better)", "{:.3f}", min),
}
"""By column of the table: for people, digits, which is best."""


@dataclass(frozen=True)
class Fit:
    """A decoded picture, uint8 (h, w, 3), the rate of its file in bits per pixel, and a number for each of METRICS."""

    title: str
    picture: np.ndarray
    bpp: float
    scores: dict[str, float]


@matplotlib.rc_context(style.THEME)
def plot(original: np.ndarray, fits: Sequence[Fit]) -> Figure:
    """A crop of the original and of each fit, where each errs, and what the metrics say.

    The crop is where the fits differ most from each other.

    Args:
        original: uint8 (h, w, 3).
        fits: at least one, each of the original's size.
    """
    errors = [np.abs(original.astype(np.int16) - fit.picture.astype(np.int16)).mean(axis=-1) for fit in fits]
    limit = max(1.0, float(np.percentile(errors, 99.5)))
    spread = np.std([fit.picture for fit in fits], axis=0).mean(axis=-1)
    crop = crops.at_largest(spread, (CROP_PX, CROP_PX))
    height, width = original.shape[:2]
    column = style.WIDTH / (len(fits) + 1)
    rows = [column, column * height / width, 0.95]
    figure = Figure(figsize=(style.WIDTH, 1.5 + sum(rows)))
    top, middle, bottom = figure.subplots(3, len(fits) + 1, height_ratios=rows)
    style.show(top[0], original[crop], "Original")
    style.show(middle[0], original, "")
    for fit, error, above, below in zip(fits, errors, top[1:], middle[1:], strict=True):
        style.show(above, fit.picture[crop], f"{fit.title}\n{fit.bpp:.3f} bpp")
        style.show(below, error, "", cmap="magma", vmin=0, vmax=limit)
    for axes in middle:
        _frame(axes, crop)
    _table(bottom, fits)
    style.head(
        figure,
        "Which loss looks best? It depends on who is asked",
        f"One network, one bit depth, {len(fits)} losses. Where they differ most, magnified; absolute error of the"
        f"\nwhole picture (black 0, white {limit:.0f} of 255 levels or more); what four metrics say, the best in bold.",
    )
    return figure


def _table(axes: Sequence[Axes], fits: Sequence[Fit]) -> None:
    for place in axes:
        place.set_axis_off()
    for line, (metric, (title, digits, best)) in enumerate(METRICS.items()):
        y = 1 - (line + 0.5) / len(METRICS)
        axes[0].text(0, y, title, verticalalignment="center", fontsize=9)
        values = [fit.scores[metric] for fit in fits]
        known = [value for value in values if not np.isnan(value)]
        for place, value in zip(axes[1:], values, strict=True):
            wins = bool(known) and value == best(known)
            text = "not measured" if np.isnan(value) else digits.format(value)
            place.text(0, y, text, verticalalignment="center", fontsize=10, fontweight="bold" if wins else "normal")


def _frame(axes: Axes, crop: tuple[slice, slice]) -> None:
    rows, columns = crop
    corner, size = (columns.start - 0.5, rows.start - 0.5), (columns.stop - columns.start, rows.stop - rows.start)
    axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor="white", linewidth=1))

"""Which frequencies of a picture each function has learnt after a few steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style

_ERRORS = ("#9fc6e0", "#3f8fc4", "#08306b")
"""One hue, darker with the steps."""


@dataclass(frozen=True)
class Fit:
    """A function while it is fitted.

    Attributes:
        title: for people.
        frames: uint8 (h, w, 3), the function drawn as a picture, by step.
        rows: of the figure's table; their steps are those shown, one to three.
    """

    title: str
    frames: Mapping[int, np.ndarray]
    rows: pd.DataFrame


@matplotlib.rc_context(style.THEME)
def plot(original: np.ndarray, fits: Sequence[Fit]) -> Figure:
    """A row per function: it as a picture after each step, and the power of its error beside the picture's own.

    Args:
        original: uint8 (h, w, 3).
        fits: of one picture.
    """
    shown = max(fit.rows.step.nunique() for fit in fits)
    height, width = original.shape[:2]
    ratio = 1.35
    tall = style.WIDTH / (shown + ratio) * height / width
    figure = Figure(figsize=(style.WIDTH, 1.0 + len(fits) * (tall + 0.42)))
    grid = figure.subplots(len(fits), shown + 1, squeeze=False, width_ratios=[1] * shown + [ratio])
    spectra = grid[:, -1]
    for (*panels, spectrum), fit in zip(grid, fits, strict=True):
        for axes in panels:
            axes.set_axis_off()
        for color, axes, (step, rows) in zip(_ERRORS, panels, fit.rows.groupby("step"), strict=False):
            axes.imshow(fit.frames[step])
            axes.set_title(f"step {step:,}: {style.decibels(rows.psnr_db.iloc[0], 1)}", fontsize=9)
            spectrum.plot(rows.cycles, rows.error_power, color=color, linewidth=1.4, label=f"error, step {step:,}")
        panels[0].set_title(f"{fit.title}\n{panels[0].get_title(loc='left')}", fontsize=9)
        spectrum.plot(rows.cycles, rows.picture_power, color=style.INK, linestyle=(0, (4, 1.5)), label="the picture")
        _decorate(spectrum, spectra[0])
    spectra[-1].set_xlabel("cycles per picture")
    figure.legend(*spectra[0].get_legend_handles_labels(), loc="outside lower right", ncols=shown + 1)
    style.head(figure, "Which frequencies does a function learn, and when?", "NOTE")
    return figure


def _decorate(axes: Axes, first: Axes) -> None:
    axes.set(xscale="log", yscale="log", ylabel="power")
    if axes is not first:
        axes.sharex(first)
        axes.sharey(first)

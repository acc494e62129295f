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
_LEARNT = "#f6e3b4"
_SPECTRUM_WIDTH = 1.45
"""In widths of a picture."""


@dataclass(frozen=True)
class Fit:
    """A function while it is fitted.

    Attributes:
        title: for people.
        frames: uint8 (h, w, 3), the function drawn as a picture, by step.
        rows: of the figure's table; its steps are those shown, one to three.
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
    tall = style.WIDTH / (shown + _SPECTRUM_WIDTH) * height / width
    figure = Figure(figsize=(style.WIDTH, 1.4 + len(fits) * (tall + 0.42)))
    grid = figure.subplots(len(fits), shown + 1, squeeze=False, width_ratios=[1] * shown + [_SPECTRUM_WIDTH])
    for (*panels, spectrum), fit in zip(grid, fits, strict=True):
        for axes in panels:
            axes.set_axis_off()
        for axes, (step, rows) in zip(panels, fit.rows.groupby("step"), strict=False):
            axes.imshow(fit.frames[step])
            axes.set_title(f"step {step:,}: {style.decibels(rows.psnr_db.iloc[0], 1)}", fontsize=9)
        above = {"xytext": (0, 19), "textcoords": "offset points", "fontweight": "bold", "fontsize": 9}
        panels[0].annotate(fit.title, (0, 1), xycoords="axes fraction", **above)
        _draw_spectrum(spectrum, fit.rows)
    _share_scales(grid[:, -1])
    figure.legend(*spectrum.get_legend_handles_labels(), loc="outside lower right", ncols=shown + 2, columnspacing=1.2)
    style.head(
        figure,
        "Which frequencies does a function learn, and when?",
        "Right: power of the picture's waves, slow to fast, and of the error's after some steps.\n"
        "Where the error has the picture's power, nothing has been learnt. Before quantization.",
    )
    return figure


def _draw_spectrum(axes: Axes, spectra: pd.DataFrame) -> None:
    for color, (step, rows) in zip(_ERRORS, spectra.groupby("step"), strict=False):
        axes.plot(rows.cycles, rows.error_power, color=color, linewidth=1.4, label=f"error, step {step:,}")
    learnt = rows.error_power.clip(upper=rows.picture_power)
    axes.fill_between(rows.cycles, learnt, rows.picture_power, color=_LEARNT, linewidth=0, label="learnt by then")
    axes.plot(rows.cycles, rows.picture_power, color=style.INK, linestyle=(0, (4, 1.5)), label="the picture")
    axes.set(xscale="log", yscale="log", ylabel="power")


def _share_scales(spectra: Sequence[Axes]) -> None:
    limits = np.array([axes.get_ylim() for axes in spectra])
    for axes in spectra:
        axes.set_ylim(limits[:, 0].min(), limits[:, 1].max())
        axes.xaxis.set_major_formatter("{x:g}")
        axes.tick_params(labelbottom=axes is spectra[-1])
    spectra[-1].set_xlabel("cycles per picture")

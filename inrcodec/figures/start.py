"""What experience spares: fits from a learnt start beside the same from a random one."""

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from inrcodec.figures import style

NAMES = {True: "learnt start", False: "random start"}
_FRAMES = 5


class Strip(NamedTuple):
    """Frames of a fit, uint8 (n, h, w, 3), and the steps and PSNR (dB) of each, (n,)."""

    frames: np.ndarray
    steps: Sequence[int]
    psnr_db: Sequence[float]


@matplotlib.rc_context(style.THEME)
def plot(fits: pd.DataFrame, files: pd.DataFrame, strips: Sequence[Strip], original: np.ndarray) -> Figure:
    """PSNR against steps, files of short and long fits, and what one picture looks like on the way.

    Args:
        fits: rows step, psnr_db, picture, learnt (bool) of two fits of every picture.
        files: rows of the figure's table, with steps (of the fit) and learnt.
        strips: of the fit with a prior and of that without, of one picture; their last frames are shown.
        original: uint8 (h, w, 3).
    """
    aspect = original.shape[0] / original.shape[1]
    strip_in = (style.WIDTH - 0.9) / (_FRAMES + 1) * aspect + 0.35
    figure = Figure(figsize=(style.WIDTH, 4.2 + 2 * strip_in))
    above, below = figure.subfigures(2, 1, height_ratios=[4.2, 2 * strip_in])
    ways, rates = above.subplots(1, 2, sharey=True, width_ratios=[3, 2])
    _draw_ways(ways, fits)
    _draw_rates(rates, files)
    rows = below.subplots(2, _FRAMES + 1)
    for row, strip, learnt in zip(rows, strips, (True, False), strict=True):
        _draw_strip(row, strip, original, learnt)
    style.head(
        figure,
        "What does it buy to start from experience?",
        "One network, begun with what was learnt from other photographs (orange), "
        "or at random (blue);\n"
        f"{style.averaged(files, ' (bold), each of them (light)')}. "
        "Files from the learnt start hold only the difference to it; the start is not in them.",
    )
    return figure


def crossing(fits: pd.DataFrame) -> float | None:
    """The step from which on the random start is ahead in the mean, None where it never is.

    Between two looks at the picture the lines are straight in the logarithm of the step.
    """
    mean = fits.groupby(["learnt", "step"]).psnr_db.mean().unstack("learnt")
    lead = (mean[True] - mean[False]).to_numpy()
    steps = np.log(mean.index.to_numpy())
    ahead = np.flatnonzero(lead > 0)
    if not ahead.size or ahead[-1] + 1 == len(lead):
        return None
    last = ahead[-1]
    share = lead[last] / (lead[last] - lead[last + 1])
    return float(np.exp(steps[last] + share * (steps[last + 1] - steps[last])))


def _look(learnt: bool) -> dict:
    return style.look(0 if learnt else 1)


def _draw_ways(axes: Axes, fits: pd.DataFrame) -> None:
    for learnt, rows in fits.groupby("learnt"):
        look = _look(learnt) | {"marker": None}
        for _, picture in rows.groupby("picture"):
            axes.plot(picture.step, picture.psnr_db, **style.faint(look))
        mean = rows.groupby("step").psnr_db.mean()
        axes.plot(mean.index, mean, label=NAMES[learnt], **look)
    if (step := crossing(fits)) is not None:
        axes.axvline(step, color=style.FAINT, linewidth=0.8, linestyle=(0, (4, 2)))
        axes.annotate(
            f"the lines cross\nat step {step:.0f}",
            (step, axes.get_ylim()[0]),
            xytext=(-5, 6),
            textcoords="offset points",
            ha="right",
            fontsize=9,
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set(title="While fitting, before quantization", xlabel="step (log scale)", ylabel="PSNR (dB)")
    axes.legend(*(each[::-1] for each in axes.get_legend_handles_labels()), loc="upper left")


def _draw_rates(axes: Axes, files: pd.DataFrame) -> None:
    mean = files.groupby(["learnt", "steps"])[["bpp", "psnr_db"]].mean()
    for learnt, rows in mean.groupby("learnt"):
        axes.plot(rows.bpp, rows.psnr_db, **_look(learnt))
        for (_, steps), (bpp, psnr_db) in zip(rows.index, rows.to_numpy(), strict=True):
            side = {"xytext": (8, -4), "ha": "left"} if learnt else {"xytext": (-8, -4), "ha": "right"}
            axes.annotate(f"{steps:,} steps", (bpp, psnr_db), textcoords="offset points", fontsize=9, **side)
    axes.margins(x=0.6)
    axes.set(title="As files, decoded", xlabel="bits per pixel")


def _draw_strip(row: Sequence[Axes], strip: Strip, original: np.ndarray, learnt: bool) -> None:
    taken = range(len(strip.frames))[-_FRAMES:]
    for axes in row:
        axes.set_axis_off()
    for axes, index in zip(row, taken, strict=False):
        axes.imshow(strip.frames[index])
        axes.set_title(
            f"step {strip.steps[index]:,}: {style.decibels(strip.psnr_db[index], 1)}", fontsize=8.5, loc="center"
        )
    row[-1].imshow(original)
    row[-1].set_title("original", fontsize=8.5, loc="center")
    row[0].text(
        -0.06,
        0.5,
        NAMES[learnt],
        transform=row[0].transAxes,
        rotation=90,
        ha="right",
        va="center",
        color=_look(learnt)["color"],
    )

"""How good a picture is for the bits its file takes: implicit representations beside classical codecs."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.offsetbox import HPacker, TextArea
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from inrcodec.figures import style
from inrcodec.metrics.exact import exact_pictures, without

_LABELS = {"psnr_db": "PSNR (dB)", "ms_ssim": "MS-SSIM (dB)"}


@matplotlib.rc_context(style.THEME)
def plot(points: pd.DataFrame, curves: Sequence[style.Curve], published: pd.DataFrame | None) -> Figure:
    """Dataset-mean rate-distortion curves, one row of panels per dataset: PSNR and, where measured, MS-SSIM.

    Args:
        points: rows of the figure's table.
        curves: what is drawn, in the legend's order.
        published: rows of `load_published()`, means over the 24 Kodak pictures, so drawn in the panel of the
            dataset `kodak` alone; None shows only what was measured here.
    """
    left_out = exact_pictures(points)
    shown = without(points, left_out)
    looks = dict(zip((curve.codec for curve in curves), style.varied(curves), strict=True))
    measures = [measure for measure in _LABELS if shown[measure].notna().any()]
    datasets = sorted(shown.dataset.unique())
    systems = published.system.nunique() if published is not None and "kodak" in datasets else 0
    # The legend is one column beside the panels.
    height = max(3.5 * len(datasets), 0.9 + 0.19 * len(curves))
    figure = Figure(figsize=(style.WIDTH, 0.8 + height + 0.15 * systems))
    panels = figure.subplots(len(datasets), len(measures), squeeze=False)
    for dataset, row in zip(datasets, panels, strict=True):
        of_dataset = shown[shown.dataset == dataset]
        row[0].set_title(f"{dataset}, {style.averaged(of_dataset)}")
        for measure, axes in zip(measures, row, strict=True):
            measured = of_dataset.dropna(subset=[measure])
            if measured.image.nunique() < of_dataset.image.nunique():
                axes.set_title(f"{dataset}, {style.averaged(measured)}")
            _draw_measured(axes, of_dataset, measure, looks)
            _label(axes, measure)
        if systems and dataset == "kodak":
            _legend_published(figure, _draw_published(row[0], published))
    _legend(figure, curves, looks)
    style.head(
        figure,
        "How good is the picture for the bits its file takes?",
        "Rate: the whole file on disk. Up and to the left is better."
        + (" MS-SSIM in dB: -10 log₁₀(1 - mean MS-SSIM)." if "ms_ssim" in measures else "")
        + style.without(left_out)
        + ("\nPoints of infinite PSNR, decoded exactly, are not drawn." if np.isinf(shown.psnr_db).any() else ""),
    )
    return figure


def mean_curve(points: pd.DataFrame, measure: str) -> pd.DataFrame:
    """One codec's mean over pictures at each setting, by rising `bpp`, beside `measure` (MS-SSIM in dB).

    Pictures without the measure (too small for MS-SSIM) count neither in it nor in the rate beside it.
    """
    measured = points.dropna(subset=[measure])
    curve = measured.groupby("setting")[["bpp", measure]].mean().sort_values("bpp")
    return curve.assign(ms_ssim=decibels(curve.ms_ssim)) if measure == "ms_ssim" else curve


def decibels(ms_ssim: pd.Series) -> pd.Series:
    """MS-SSIM on a scale where near-perfect pictures stay apart, in dB; a perfect 1 has none (NaN)."""
    return -10 * np.log10(1 - ms_ssim.where(ms_ssim < 1))


def _draw_measured(axes: Axes, points: pd.DataFrame, measure: str, looks: dict[str, dict[str, Any]]) -> None:
    for codec, look in looks.items():
        curve = mean_curve(points[points.codec == codec], measure)
        axes.plot(curve.bpp, curve[measure], label=codec, **look)


def _draw_published(axes: Axes, published: pd.DataFrame) -> list[Line2D]:
    lines = []
    for index, (system, curve) in enumerate(published.groupby("system", sort=False)):
        curve = curve.sort_values("bpp")
        estimate = "*" if (curve.rate == "estimate").any() else ""
        label = f"{system} (published){estimate}"
        lines += axes.plot(curve.bpp, curve.psnr_db, label=label, **style.published_look(index))
    return lines


def _label(axes: Axes, measure: str) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("bits per pixel (log scale)")
    axes.set_ylabel(_LABELS[measure])


def _legend(figure: Figure, curves: Sequence[style.Curve], looks: dict[str, dict[str, Any]]) -> None:
    """One legend for all panels, beside them, under a heading for each way in which files were made."""
    lines, labels, headings = [], [], []
    for group, members in groupby(curves, key=lambda curve: curve.group):
        headings.append(len(lines))
        of_group = list(members)
        lines += [Line2D([], [], linestyle="none"), *(Line2D([], [], **looks[curve.codec]) for curve in of_group)]
        labels += [group, *(curve.name for curve in of_group)]
    legend = figure.legend(lines, labels, loc="outside right center", handlelength=3)
    rows = [row for row in legend.findobj(HPacker) if isinstance(row.get_children()[-1], TextArea)]
    for index in headings:
        rows[index].get_children()[0].set_width(0)
        legend.get_texts()[index].set_fontweight("bold")


def _legend_published(figure: Figure, lines: list[Line2D]) -> None:
    title = "Published by others on the 24 Kodak pictures, not measured here (* rate estimated, no file weighed)"
    figure.legend(
        handles=lines,
        loc="outside lower left",
        ncols=3,
        fontsize=8,
        title=title,
        title_fontsize=8.5,
        alignment="left",
    )

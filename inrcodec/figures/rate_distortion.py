"""How good a picture is for the bits its file takes: implicit representations beside classical codecs."""

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
def plot(points: pd.DataFrame, published: pd.DataFrame | None, showcase_bits: int, method: str) -> Figure:
    """Dataset-mean rate-distortion curves, one row of panels per dataset: PSNR and, where measured, MS-SSIM.

    Args:
        points: rows of `points.csv`.
        published: rows of `load_published()`, means over the 24 Kodak pictures, so drawn in the panel of the
            dataset `kodak` alone; None shows only what was measured here.
        showcase_bits: the bits per weight at which implicit representations are shown.
        method: their quantization, `ptq` or `qat`.
    """
    left_out = exact_pictures(points)
    points = without(points, left_out)
    shown = points[(points.family == "classical") | ((points.bits == showcase_bits) & (points.method == method))]
    measures = [measure for measure in _LABELS if shown[measure].notna().any()]
    datasets = sorted(shown.dataset.unique())
    systems = published.system.nunique() if published is not None and "kodak" in datasets else 0
    figure = Figure(figsize=(style.WIDTH, 0.8 + 3.5 * len(datasets) + 0.15 * systems))
    panels = figure.subplots(len(datasets), len(measures), squeeze=False)
    for dataset, row in zip(datasets, panels, strict=True):
        of_dataset = shown[shown.dataset == dataset]
        row[0].set_title(f"{dataset}, {style.averaged(of_dataset)}")
        for measure, axes in zip(measures, row, strict=True):
            measured = of_dataset.dropna(subset=[measure])
            if measured.image.nunique() < of_dataset.image.nunique():
                axes.set_title(f"{dataset}, {style.averaged(measured)}")
            _draw_measured(axes, of_dataset, measure)
            _label(axes, measure)
        if systems and dataset == "kodak":
            _legend_published(figure, _draw_published(row[0], published))
    _legend(figure, shown, f"Implicit, {showcase_bits} bit, {style.name(method)}")
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


def _draw_measured(axes: Axes, points: pd.DataFrame, measure: str) -> None:
    for codec, of_codec in points.groupby("codec"):
        curve = mean_curve(of_codec, measure)
        axes.plot(curve.bpp, curve[measure], label=codec, **style.look(codec))


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


def _legend(figure: Figure, points: pd.DataFrame, implicit: str) -> None:
    """One legend for all panels, beside them, under a heading for each family."""
    headings = {"implicit": implicit, "classical": "Classical"}
    lines, labels = [], []
    for family, heading in headings.items():
        codecs = sorted(points[points.family == family].codec.unique(), key=style.rank)
        if not codecs:
            continue
        lines += [
            Line2D([], [], linestyle="none"),
            *(Line2D([], [], **style.look(codec)) for codec in codecs),
        ]
        # Bits and method stand in the heading, the same for every implicit curve.
        labels += [heading, *(style.name(codec.split("-")[0]) for codec in codecs)]
    legend = figure.legend(lines, labels, loc="outside right center", handlelength=3)
    for row in legend.findobj(HPacker):
        parts = row.get_children()
        if isinstance(parts[-1], TextArea) and parts[-1].get_text() in headings.values():
            parts[0].set_width(0)
            legend.get_texts()[labels.index(parts[-1].get_text())].set_fontweight("bold")


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

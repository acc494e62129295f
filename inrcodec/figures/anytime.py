"""Figure: what more seconds of encoding buy: bits at equal quality against the time that a file took."""

from collections.abc import Sequence
from itertools import groupby

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter

from inrcodec.figures import style
from inrcodec.metrics.bjontegaard import bd_rate_table
from inrcodec.metrics.exact import exact_pictures

ANCHOR = "jpeg"


@matplotlib.rc_context(style.THEME)
def plot(points: pd.DataFrame, curves: Sequence[style.Curve]) -> Figure:
    """Bjontegaard rate against JPEG (mean of PSNR) over the mean encoding time of a curve's files, a panel per dataset.

    Args:
        points: rows of the figure's table.
        curves: what is drawn; implicit ones of one group are joined by a line.
    """
    rates = bd_rate_table(points, ANCHOR)
    rates = rates[rates.convention == "mean_of_psnr"].set_index(["dataset", "codec"]).bd_rate_percent
    seconds = points.groupby(["dataset", "codec"]).encode_s.mean()
    table = pd.DataFrame({"seconds": seconds, "percent": rates}).dropna()
    datasets = sorted(points.dataset.unique())
    figure = Figure(figsize=(style.WIDTH, 1.0 + 3.9 * len(datasets)))
    panels = figure.subplots(len(datasets), 1, squeeze=False)[:, 0]
    for dataset, axes in zip(datasets, panels, strict=True):
        _draw(axes, table.loc[dataset], curves)
        axes.set_title(f"{dataset}, {style.averaged(points[points.dataset == dataset])}")
    style.head(
        figure,
        "What do more seconds of encoding buy?",
        "Bits at equal PSNR against JPEG's (Bjøntegaard rate, mean of PSNR), and the mean time per file of fitting\n"
        "and coding, without the start of the program. Down is better; a line is one codec with more and more steps."
        + style.without(exact_pictures(points)),
    )
    return figure


def _draw(axes: Axes, table: pd.DataFrame, curves: Sequence[style.Curve]) -> None:
    lines = 0
    for _, members in groupby(curves, key=lambda curve: curve.group):
        of_group = [curve for curve in members if curve.codec in table.index]
        if not of_group:
            continue
        is_classical = of_group[0].place is None
        rows = table.loc[[curve.codec for curve in of_group]]
        if not is_classical:
            lines += 1
            axes.plot(rows.seconds, rows.percent, **of_group[0].look() | {"linestyle": "-", "marker": None})
        for curve, (seconds, percent) in zip(of_group, rows.itertuples(index=False), strict=True):
            look = curve.look() if is_classical else of_group[0].look()
            axes.plot([seconds], [percent], **look | {"linestyle": "none", "markersize": 7})
            # Names of the first line to its left, of the second to its right: lines that meet are told apart.
            left = not is_classical and lines % 2
            place = {"xytext": (-7, -9), "ha": "right"} if left else {"xytext": (6, 5)}
            halo = [withStroke(linewidth=3, foreground="white")]
            text = {"textcoords": "offset points", "fontsize": 8.5, "path_effects": halo}
            axes.annotate(curve.name, (seconds, percent), **text, **place)
    axes.axhline(0, color=style.FAINT, linewidth=0.8)
    axes.set_xscale("log")
    axes.margins(x=0.12, y=0.12)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("seconds of encoding per file (log scale)")
    axes.set_ylabel("bits at equal PSNR against JPEG (%)")

"""How many bits a weight needs, for one function under several codings."""

from collections.abc import Mapping
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style
from inrcodec.metrics.exact import exact_pictures, without


@matplotlib.rc_context(style.THEME)
def plot(points: pd.DataFrame, titles: Mapping[str, str], function: str) -> Figure:
    """Quality and rate of one function against bits per weight, a line per coding; light lines are single pictures.

    Args:
        points: rows of the figure's table.
        titles: of the codings, by `codec`, in the legend's order.
        function: its title.
    """
    left_out = exact_pictures(points)
    shown = without(points, left_out)
    figure = Figure(figsize=(style.WIDTH, 3.9))
    quality, rate = figure.subplots(1, 2)
    _draw(quality, shown, titles, "psnr_db")
    _draw(rate, shown, titles, "bpp")
    quality.set(title="Quality", ylabel="PSNR (dB)")
    rate.set(title="Cost", ylabel="bits per pixel")
    rate.set_ylim(bottom=0)
    handles, labels = quality.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right center", handlelength=3)
    parameters = int(points.parameters.iloc[0])
    style.head(
        figure,
        "How many bits does a weight need?",
        f"{function}, {parameters:,} parameters; "
        f"{style.averaged(shown, ' (bold), each of them (light)')}.{style.without(left_out)}",
    )
    return figure


def _draw(axes: Axes, points: pd.DataFrame, titles: Mapping[str, str], measure: str) -> None:
    for place, (codec, title) in enumerate(titles.items()):
        line: dict[str, Any] = style.look(place, dashes=place)
        rows = points[points.codec == codec].sort_values("bits")
        pictures = rows.groupby(["dataset", "image"])
        for _, picture in pictures if len(pictures) > 1 else ():
            axes.plot(picture.bits, picture[measure], **style.faint(line))
        mean = rows.groupby("bits")[measure].mean()
        if len(mean):
            axes.plot(mean.index, mean, label=title, **line)
    axes.set_xticks(sorted(points.bits.dropna().unique().astype(int)))
    axes.set_xlabel("bits per weight")

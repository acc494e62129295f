"""What ways to choose a function's integers buy, at equal file size."""

from collections.abc import Mapping

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style
from inrcodec.metrics.exact import exact_pictures, without


@matplotlib.rc_context(style.THEME)
def plot(points: pd.DataFrame, titles: Mapping[str, str], function: str) -> Figure:
    """Quality against the rate of files, and how much it is above the first coding's, a line per coding.

    Args:
        points: rows of the figure's table.
        titles: of the codings, by `codec`, in the legend's order; the others are compared with the first.
        function: its title.
    """
    left_out = exact_pictures(points)
    shown = without(points, left_out)
    first = next(iter(titles))
    figure = Figure(figsize=(style.WIDTH, 5.2))
    quality, gain = figure.subplots(1, 2, width_ratios=(2, 3))
    _draw(quality, shown, titles, "psnr_db")
    _draw(gain, shown.assign(gain_db=gains_db(shown, first)), titles, "gain_db")
    quality.set(title="Quality of the files", ylabel="PSNR (dB)")
    gain.set(title=f"Above {titles[first]}, same size", ylabel="gain in PSNR (dB)")
    handles, labels = quality.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, handlelength=3)
    parameters = int(points.parameters.iloc[0])
    style.head(
        figure,
        "What does each way to choose the integers buy at equal size?",
        f"{function}, {parameters:,} parameters; {style.averaged(shown)}.{style.without(left_out)}",
    )
    return figure


def gains_db(points: pd.DataFrame, reference: str) -> pd.Series:
    """PSNR above that of the reference at the same bits per pixel, of the same picture, by row.

    Between the reference's files it is interpolated, linear in bits per pixel. A file that is smaller than all of these
    is compared with the smallest, which can only be to its disadvantage; one that is larger than all has none (NaN).

    Args:
        points: rows of a table of files.
        reference: its `codec`.
    """
    found = pd.Series(np.nan, points.index)
    for _, rows in points.groupby(["dataset", "image"]):
        known = rows[rows.codec == reference].sort_values("bpp")
        if len(known):
            found[rows.index] = rows.psnr_db - np.interp(rows.bpp, known.bpp, known.psnr_db, right=np.nan)
    return found


def _draw(axes: Axes, points: pd.DataFrame, titles: Mapping[str, str], measure: str) -> None:
    for place, (codec, title) in enumerate(titles.items()):
        # Grey, as what all others are measured by; these have the colours of the sweep's figure.
        line = style.look(place - 1) if place else style.look(0) | {"color": style.FAINT, "marker": None}
        rows = points[points.codec == codec]
        mean = rows.groupby("setting", sort=False)[["bpp", measure]].mean().dropna().sort_values("bpp")
        axes.plot(mean.bpp, mean[measure], label=title, **line)
    axes.set_xlabel("bits per pixel")

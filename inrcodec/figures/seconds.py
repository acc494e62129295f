"""Figure: what quality costs in seconds: PSNR at one rate against encoding, milliseconds of decoding against work."""

from collections.abc import Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from inrcodec.figures import style
from inrcodec.metrics.exact import exact_pictures, without

_PLAIN = FuncFormatter(lambda value, _: f"{value:g}")
Line = Sequence[style.Curve]
"""Curves of one function with more and more steps, or a single one."""


@matplotlib.rc_context(style.THEME)
def plot(points: pd.DataFrame, lines: Sequence[Line], target_bpp: float) -> Figure:
    """Quality against encoding time at one rate; decoding time of classical codecs, and of others against their work.

    Args:
        points: rows of the figure's table.
        lines: what is drawn; only the first curve of each shows what decoding takes.
        target_bpp: the rate at which qualities are compared, in bits per pixel.
    """
    left_out = exact_pictures(points)
    shown = without(points, left_out)
    means = shown.groupby(["codec", "setting"])[["bpp", "psnr_db", "encode_s", "decode_s", "multiply_adds"]].mean()
    figure = Figure(figsize=(style.WIDTH, 4.9))
    encoding, classical, decoding = figure.subplots(1, 3, width_ratios=(1.6, 0.42, 1))
    _draw_encoding(encoding, means, lines, target_bpp)
    _draw_decoding(classical, decoding, means, [line[0] for line in lines])
    width, height = int(shown.width_px.max()), int(shown.height_px.max())
    style.head(
        figure,
        "What does quality cost in seconds?",
        f"{style.averaged(shown).capitalize()}, {width} x {height} pixels at most. Left: where each curve passes "
        f"{target_bpp:g} bits per pixel; a line\nis one function with more and more steps. "
        f"Right: how long decoding takes, a point per setting.{style.without(left_out)}",
    )
    return figure


def at_rate(curve: pd.DataFrame, target_bpp: float) -> pd.Series | None:
    """PSNR and encoding time where a curve of means passes a rate, linear in the rate's logarithm; None beyond it.

    Args:
        curve: a row per setting: bpp, psnr_db, encode_s.
    """
    curve = curve.sort_values("bpp")
    if not curve.bpp.iloc[0] <= target_bpp <= curve.bpp.iloc[-1]:
        return None
    columns = ["psnr_db", "encode_s"]
    place, rates = np.log(target_bpp), np.log(curve.bpp)
    return pd.Series({column: float(np.interp(place, rates, curve[column])) for column in columns})


def _draw_encoding(axes: Axes, means: pd.DataFrame, lines: Sequence[Line], target_bpp: float) -> None:
    for index, line in enumerate(lines):
        places = ((curve, at_rate(means.loc[curve.codec], target_bpp)) for curve in line)
        found = sorted((place.encode_s, place.psnr_db, curve.name) for curve, place in places if place is not None)
        if not found:
            continue
        seconds, quality, names = zip(*found, strict=True)
        axes.plot(seconds, quality, **line[0].look() | {"linestyle": "-", "markersize": 7})
        # Classical codecs lie close to each other: every other name is to the left.
        left = line[0].place is None and index % 2
        where = {"xytext": (-7, -3), "ha": "right"} if left else {"xytext": (7, -3)}
        for name, *place in zip(names, seconds, quality, strict=True):
            axes.annotate(name, place, textcoords="offset points", fontsize=8, **where)
    axes.set_xscale("log")
    axes.margins(x=0.2, y=0.08)
    axes.set_xlim(right=8 * axes.get_xlim()[1])  # Room for the names of what is slowest.
    axes.xaxis.set_major_formatter(_PLAIN)
    axes.set(xlabel="seconds of encoding per file (log scale)", ylabel=f"PSNR at {target_bpp:g} bits per pixel (dB)")


def _draw_decoding(classical: Axes, implicit: Axes, means: pd.DataFrame, curves: Sequence[style.Curve]) -> None:
    thin = {"linestyle": "-", "linewidth": 1}
    backdrop = [curve for curve in curves if curve.place is None]
    for index, curve in enumerate(backdrop):
        milliseconds = 1000 * means.loc[curve.codec].decode_s
        classical.plot([index] * len(milliseconds), milliseconds, **curve.look() | thin)
    for curve in curves:
        if curve.place is not None:
            rows = means.loc[curve.codec].sort_values("bpp")
            implicit.plot(rows.multiply_adds, 1000 * rows.decode_s, label=curve.name, **curve.look() | thin)
    implicit.sharey(classical)
    classical.set_yscale("log")
    classical.yaxis.set_major_formatter(_PLAIN)
    classical.set_xticks(range(len(backdrop)), [curve.name for curve in backdrop], rotation=90, fontsize=8)
    classical.set(xlabel="classical", ylabel="milliseconds of decoding (log scale)")
    classical.margins(x=0.2)
    implicit.tick_params(labelleft=False)
    implicit.set_xscale("log")
    implicit.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    implicit.xaxis.set_major_formatter(_PLAIN)
    implicit.xaxis.set_minor_formatter(NullFormatter())
    implicit.set_xlabel("multiply-adds per pixel (log scale)")
    implicit.legend(fontsize=7.5, loc="lower right", handlelength=1.5)

"""The look of every figure, in one place: theme, colours and markers, names for people, and saving."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from inrcodec.files import atomic_write

WIDTH = 9.0
"""Width of every figure in inches: 10 pt text stays readable when a page shows it 900 px wide."""

INK, FAINT = "#222222", "#8a8a8a"

# DejaVu Sans comes with matplotlib, so layout is the same everywhere; Verdana has its widths in a browser.
THEME: dict[str, Any] = seaborn.axes_style("ticks") | {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "Helvetica"],
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.minor.size": 0,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.7,
    "text.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "inrcodec",
}
"""Matplotlib settings; every `plot` runs under them: `@matplotlib.rc_context(style.THEME)`."""

# Strong hues, solid: Okabe and Ito's, apart for every common colour blindness, then some of Tol's that are apart from
# them; a marker of its own each, for nine hues are no longer apart for everybody.
_IMPLICIT = (
    *(("#D55E00", "o"), ("#0072B2", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("#E69F00", "v")),
    *(("#56B4E9", "P"), ("#000000", "X"), ("#882255", "<"), ("#999933", ">"), ("#332288", "*")),
)
# Muted, dashed: a backdrop, still told apart by marker, dash and lightness.
_CLASSICAL = {
    "jpeg": ("#ababab", "s", (4, 1.5)),
    "jpeg2000": ("#a58a6f", "D", (1.5, 1)),
    "webp": ("#7d9db3", "^", (6, 1.5, 1, 1.5)),
    "avif": ("#8776a3", "v", (2.5, 1)),
    "jxl": ("#4d4d4d", "X", (4, 1)),
}
# Tol's muted scheme and a grey, for published curves.
_SPARE = (
    *("#332288", "#CC6677", "#88CCEE", "#999933", "#AA4499"),
    *("#117733", "#DDCC77", "#882255", "#44AA99", "#777777"),
)
_CLASSICAL_NAMES = {"jpeg": "JPEG", "jpeg2000": "JPEG 2000", "webp": "WebP", "avif": "AVIF", "jxl": "JPEG XL"}


@dataclass(frozen=True)
class Curve:
    """A codec in a figure.

    Attributes:
        codec: its name in tables.
        title: for people; classical codecs have their own.
        place: the function's among the study's, from which its colour follows, the same in every figure; None for
            classical codecs.
        group: how its files were made: the coding's title, or `Classical`.
    """

    codec: str
    title: str
    place: int | None
    group: str

    @property
    def name(self) -> str:
        """For people."""
        return self.title if self.place is not None else _CLASSICAL_NAMES[self.codec]

    def look(self) -> dict[str, Any]:
        """Line settings, for `Axes.plot`: the same in every figure."""
        if self.place is not None:
            return look(self.place)
        color, marker, dashes = _CLASSICAL[self.codec]
        return _line(color, marker, (0, dashes), width=1.3, size=4, order=2)


def look(place: int, dashes: int = 0) -> dict[str, Any]:
    """Line settings of the place-th of lines that are alike, the dashes-th of its colour.

    Colours come again dashed, with hollow markers.
    """
    again, index = divmod(place, len(_IMPLICIT))
    color, marker = _IMPLICIT[index]
    linestyle = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (5, 1.5, 1, 1.5)))[(dashes + again) % 4]
    line = _line(color, marker, linestyle, width=2.0, size=6, order=3)
    hollow = {"markerfacecolor": "white", "markeredgecolor": color, "markeredgewidth": 1.5}
    return line | hollow if again else line


def varied(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """Looks of curves: those that share a colour, being of one function, differ in dashes."""
    places = [curve.place for curve in curves]
    return [
        curve.look() if curve.place is None else look(curve.place, places[:index].count(curve.place))
        for index, curve in enumerate(curves)
    ]


def published_look(index: int) -> dict[str, Any]:
    """Line settings of the index-th published curve: thin and dotted, for it is quoted, not measured."""
    dots = (0, (1, 1.2 + 1.5 * (index // len(_SPARE))))
    return _line(_SPARE[index % len(_SPARE)], None, dots, width=1.2, size=0, order=1)


def _line(color: str, marker: str | None, linestyle: Any, width: float, size: float, order: int) -> dict[str, Any]:
    return {
        "color": color,
        "marker": marker,
        "markersize": size,
        "markeredgecolor": "white",
        "markeredgewidth": 0.6 if width > 1.5 else 0,
        "linestyle": linestyle,
        "linewidth": width,
        "zorder": order,
    }


def faint(line: dict[str, Any]) -> dict[str, Any]:
    """The same line as a backdrop to a mean: thin, light, without markers."""
    return line | {"marker": None, "linewidth": 0.8, "alpha": 0.3, "zorder": 1}


def head(figure: Figure, title: str, note: str) -> None:
    """Write what is asked above the figure and, small under it, what was averaged or measured."""
    # The layout leaves room for the title alone, so empty lines keep the note's.
    figure.suptitle(
        title + "\n " * (1 + note.count("\n")), x=0.01, horizontalalignment="left", fontsize=13, fontweight="bold"
    )
    below = 1 - 0.28 / figure.get_figheight()
    figure.text(0.01, below, note, verticalalignment="top", fontsize=9, color="#606060")


def averaged(points: pd.DataFrame, several: str = "") -> str:
    """What a mean over the rows' pictures is of: "one picture" or "mean of 24 pictures", then `several`."""
    pictures = len(points.drop_duplicates(["dataset", "image"]))
    return "one picture" if pictures == 1 else f"mean of {pictures} pictures{several}"


def without(left_out: pd.DataFrame) -> str:
    """The note's line about pictures (rows) that means leave out because they decode exactly, or nothing."""
    count = len(left_out)
    if not count:
        return ""
    return f"\nWithout {count} picture{'s' if count > 1 else ''} of infinite PSNR, decoded exactly."


def decibels(psnr_db: float, digits: int) -> str:
    """A picture's PSNR for people."""
    return "exact" if psnr_db == math.inf else f"{psnr_db:.{digits}f} dB"


def show(axes: Axes, picture: np.ndarray, title: str, **colours: Any) -> AxesImage:
    """A picture or a map of errors without ticks; pixels stay squares where they are magnified threefold or more."""
    axes.set_axis_off()
    axes.set_title(title, fontsize=9)
    return axes.imshow(picture, **colours)


def error_scale(figure: Figure, axes: Axes, drawn: AxesImage) -> None:
    """What the colours of a map of errors mean, in axes that are otherwise empty."""
    axes.set_axis_off()
    bar = axes.inset_axes((0.05, 0.42, 0.9, 0.1))
    figure.colorbar(drawn, cax=bar, orientation="horizontal", extend="max")
    bar.set_title("mean absolute error", fontsize=9)
    bar.set_xlabel("8-bit levels", fontsize=9)


def save(figure: Figure, path_stem: str | os.PathLike[str]) -> None:
    """Write `path_stem`.svg and `path_stem`.png (150 dpi), each whole or absent, the same bytes every time.

    Figures are made without pyplot, so no display is asked for and nothing is left open.

    Raises:
        OSError: a file cannot be written.
    """
    stem = os.fspath(path_stem)
    with matplotlib.rc_context(THEME):
        _settle(figure)
        with atomic_write(f"{stem}.svg") as file:
            figure.savefig(file, format="svg", dpi=150, metadata={"Date": None, "Creator": None})
        with atomic_write(f"{stem}.png") as file:
            figure.savefig(file, format="png", dpi=150, metadata={"Software": None})


def _settle(figure: Figure) -> None:
    """Lay out once and round: the last digits depend on where objects lie in memory, and names in the file on them."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position([round(side, 6) for side in axes.get_position(original=True).bounds])

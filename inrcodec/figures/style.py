"""The look of every figure, in one place: theme, colours and markers, names for people, and saving."""

import math
import os
import re
import zlib
from typing import Any

import matplotlib
import pandas as pd
import seaborn
from matplotlib.figure import Figure

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

# Strong hues, solid: Okabe and Ito's, apart for every common colour blindness.
_IMPLICIT = {"pe_siren": ("#D55E00", "o"), "siren": ("#0072B2", "s"), "pe_relu": ("#009E73", "^")}
# Muted, dashed: a backdrop, still told apart by marker, dash and lightness.
_CLASSICAL = {
    "jpeg": ("#ababab", "s", (4, 1.5)),
    "jpeg2000": ("#a58a6f", "D", (1.5, 1)),
    "webp": ("#7d9db3", "^", (6, 1.5, 1, 1.5)),
    "avif": ("#8776a3", "v", (2.5, 1)),
    "jxl": ("#4d4d4d", "X", (4, 1)),
}
# Tol's muted scheme and a grey, for curves and representations that have no colour of their own.
_SPARE = (
    *("#332288", "#CC6677", "#88CCEE", "#999933", "#AA4499"),
    *("#117733", "#DDCC77", "#882255", "#44AA99", "#777777"),
)
_METHODS = {"qat": ("#D55E00", "o", "-"), "ptq": ("#0072B2", "s", (0, (4, 1.5)))}

_NAMES = {
    "pe_siren": "PE → SIREN",
    "siren": "SIREN",
    "pe_relu": "PE → ReLU",
    "jpeg": "JPEG",
    "jpeg2000": "JPEG 2000",
    "webp": "WebP",
    "avif": "AVIF",
    "jxl": "JPEG XL",
    "ptq": "PTQ",
    "qat": "QAT",
}


def name(codec: str) -> str:
    """Name for people of a codec, model, representation: `pe_siren-8bit-qat` is "PE → SIREN, 8 bit, QAT"."""
    return ", ".join(_word(word) for word in codec.split("-"))


def rank(codec: str) -> tuple[int, str]:
    """Sort key of legends: the order in which this module names codecs, unknown ones last."""
    known = list(_NAMES)
    family = codec.split("-")[0]
    return (known.index(family) if family in known else len(known), codec)


def _word(word: str) -> str:
    return _NAMES.get(word, re.sub(r"^(\d+)bit$", r"\1 bit", word))


def look(codec: str) -> dict[str, Any]:
    """Line settings, for `Axes.plot`, of a classical codec or a representation: the same in every figure.

    Takes a classical codec's name, a representation's, or an implicit codec's (`pe_siren-8bit-qat`). A
    representation unknown here gets a spare colour by its name, so that it too keeps it in every figure.
    """
    family = codec.split("-")[0]
    if family in _CLASSICAL:
        color, marker, dashes = _CLASSICAL[family]
        return _line(color, marker, (0, dashes), width=1.3, size=4, order=2)
    color, marker = _IMPLICIT.get(family, (_SPARE[zlib.crc32(family.encode()) % len(_SPARE)], "P"))
    return _line(color, marker, "-", width=2.2, size=6, order=3)


def published_look(index: int) -> dict[str, Any]:
    """Line settings of the index-th published curve: thin and dotted, for it is quoted, not measured."""
    dots = (0, (1, 1.2 + 1.5 * (index // len(_SPARE))))
    return _line(_SPARE[index % len(_SPARE)], None, dots, width=1.2, size=0, order=1)


def method_look(method: str) -> dict[str, Any]:
    """Line settings of a quantization method, `ptq` or `qat`."""
    color, marker, linestyle = _METHODS[method]
    return _line(color, marker, linestyle, width=2.2, size=6, order=3)


def _line(color: str, marker: str | None, linestyle: Any, width: float, size: float, order: int) -> dict[str, Any]:
    return {
        "color": color,
        "marker": marker,
        "markersize": size,
        "markeredgecolor": "white",
        "markeredgewidth": 0.6 if width > 2 else 0,
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


def save(figure: Figure, path_stem: str | os.PathLike[str]) -> None:
    """Write `path_stem`.svg and `path_stem`.png (150 dpi), each whole or absent, the same bytes every time.

    Figures are made without pyplot, so no display is asked for and nothing is left open.

    Raises:
        OSError: a file cannot be written.
    """
    stem = os.fspath(path_stem)
    with matplotlib.rc_context(THEME):
        with atomic_write(f"{stem}.svg") as file:
            figure.savefig(file, format="svg", dpi=150, metadata={"Date": None, "Creator": None})
        with atomic_write(f"{stem}.png") as file:
            figure.savefig(file, format="png", dpi=150, metadata={"Software": None})

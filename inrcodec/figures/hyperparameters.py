"""What each hyperparameter buys where the number of parameters is held."""

import json
from collections.abc import Sequence

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style

WIDTH = "hidden_features"
_LABELS = {
    "hidden_features": "width (neurons per layer)",
    "hidden_layers": "depth (hidden layers)",
    "frequencies": "frequencies of the encoding",
    "deviation": "deviation of the projections\n(periods per picture)",
}


@matplotlib.rc_context(style.THEME)
def plot(points: pd.DataFrame, curves: Sequence[style.Curve]) -> Figure:
    """PSNR against what is varied besides the width, a panel for each such hyperparameter, a line per curve.

    Args:
        points: rows of the figure's table, of one picture.
        curves: in the legend's order; those that vary the same share a panel.
    """
    panels: dict[str, list[tuple[style.Curve, pd.DataFrame]]] = {}
    for curve in curves:
        rows = points[points.codec == curve.codec]
        settings = pd.DataFrame(list(map(json.loads, rows.hyperparameters)), index=rows.index)
        key = varied(settings)
        rows = rows.assign(place=settings[key], width=settings[WIDTH]).sort_values("place")
        panels.setdefault(key, []).append((curve, rows))
    figure = Figure(figsize=(style.WIDTH, 4.3))
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)
    for axes, (key, lines) in zip(grid[0], panels.items(), strict=True):
        for curve, rows in lines:
            _draw(axes, rows, curve, place=list(curves).index(curve))
        axes.set_xscale("log")
        ticks = sorted({place for _, rows in lines for place in rows.place})
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_xlabel(_LABELS.get(key, key))
        axes.margins(x=0.12, y=0.12)
    figure.axes[0].set_ylabel("PSNR (dB)")
    style.head(
        figure,
        "How should a file's bytes be spent: on width, depth or frequencies?",
        "Along a line the number of parameters is the same; small numbers are the width left for it. Ringed: the best.",
    )
    return figure


def varied(settings: pd.DataFrame) -> str:
    """What a curve is about: of what varies the first that is not the width, which only makes up for it."""
    keys = [key for key in settings if settings[key].nunique() > 1]
    return next((key for key in keys if key != WIDTH), WIDTH)


def _draw(axes: Axes, rows: pd.DataFrame, curve: style.Curve, place: int) -> None:
    line = style.look(place)
    axes.plot(rows.place, rows.psnr_db, label=curve.name, **line)
    best = rows.loc[rows.psnr_db.idxmax()]
    axes.plot(best.place, best.psnr_db, "o", markersize=13, markerfacecolor="none", markeredgecolor=line["color"])
    near = {"textcoords": "offset points", "fontsize": 8.5}
    for x, y, width in zip(rows.place, rows.psnr_db, rows.width, strict=True) if rows.width.nunique() > 1 else ():
        axes.annotate(f"{width}", (x, y), (0, -16), ha="center", **near)
    rates = dict.fromkeys(f"{rate:.2f}" for rate in (rows.bpp.min(), rows.bpp.max()))
    text = f"{curve.name},\n{' to '.join(rates)} bits per pixel"
    axes.annotate(text, (rows.place.iloc[0], rows.psnr_db.max()), (0, 14), color=line["color"], **near)

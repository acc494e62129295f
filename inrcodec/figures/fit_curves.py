"""How fast each function learns a picture, by steps and by the clock."""

from collections.abc import Sequence

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from inrcodec.figures import style
from inrcodec.metrics.exact import exact_pictures, without


@matplotlib.rc_context(style.THEME)
def plot(curves: pd.DataFrame, functions: Sequence[style.Curve]) -> Figure:
    """PSNR while fitting, against steps and seconds: a line per function, the mean over pictures.

    Args:
        curves: rows of the figure's table.
        functions: what is drawn, `codec` being the `function` of the table.
    """
    left_out = exact_pictures(curves, curve=("function", "step"))
    shown = without(curves, left_out)
    figure = Figure(figsize=(style.WIDTH, 3.9))
    panels = figure.subplots(1, 2, sharey=True)
    for axes, clock, label in zip(panels, ("step", "seconds"), ("step", "time (s)"), strict=True):
        for function in functions:
            rows = shown[shown.function == function.codec]
            line = function.look() | {"marker": None}
            pictures = rows.groupby(["dataset", "image"])
            for _, picture in pictures if len(pictures) > 1 else ():
                axes.plot(picture[clock], picture.psnr_db, **style.faint(line))
            mean = rows.groupby("step")[["seconds", "psnr_db"]].mean().reset_index()
            axes.plot(mean[clock], mean.psnr_db, label=function.name, **line)
        axes.set_xlabel(label)
    panels[0].set(title="Per step", ylabel="PSNR (dB)")
    panels[1].set(title="Per second")
    _legend(figure)
    style.head(
        figure,
        "How fast does each function learn a picture?",
        f"Each at the last of its settings, before quantization; "
        f"{style.averaged(shown, ' (bold), each of them (light)')}."
        f"{style.without(left_out)}",
    )
    return figure


def _legend(figure: Figure) -> None:
    """Best at the end first, as the lines lie."""
    lines, labels = figure.axes[0].get_legend_handles_labels()
    ranked = sorted(zip(lines, labels, strict=True), key=lambda entry: -entry[0].get_ydata()[-1])
    figure.legend(*zip(*ranked, strict=True), loc="outside right center", handlelength=2)

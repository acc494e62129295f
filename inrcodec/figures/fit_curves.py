"""How fast each representation learns a picture, by steps and by the clock."""

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from inrcodec.figures import style
from inrcodec.files import InputError
from inrcodec.metrics.exact import exact_pictures, without


@matplotlib.rc_context(style.THEME)
def plot(curves: pd.DataFrame) -> Figure:
    """PSNR while fitting, against steps and seconds: a line per representation, the mean over pictures.

    Drawn at the largest network size that every representation was fitted at.

    Args:
        curves: rows of `curves.csv`.

    Raises:
        InputError: no size is common to all representations.
    """
    features, layers = largest_common_size(curves)
    of_size = curves[(curves.hidden_features == features) & (curves.hidden_layers == layers)]
    left_out = exact_pictures(of_size, curve=("representation", "step"))
    shown = without(of_size, left_out)
    figure = Figure(figsize=(style.WIDTH, 3.9))
    panels = figure.subplots(1, 2, sharey=True)
    for axes, clock, label in zip(panels, ("step", "seconds"), ("step", "time (s)"), strict=True):
        for representation, rows in shown.groupby("representation"):
            line = style.look(representation) | {"marker": None}
            pictures = rows.groupby(["dataset", "image"])
            for _, picture in pictures if len(pictures) > 1 else ():
                axes.plot(picture[clock], picture.psnr_db, **style.faint(line))
            mean = rows.groupby("step")[["seconds", "psnr_db"]].mean().reset_index()
            axes.plot(mean[clock], mean.psnr_db, label=style.name(representation), **line)
        axes.set_xlabel(label)
    panels[0].set(title="Per step", ylabel="PSNR (dB)")
    panels[1].set(title="Per second")
    _legend(figure)
    style.head(
        figure,
        "How fast does each representation learn a picture?",
        f"Network of {features}x{layers} before quantization; "
        f"{style.averaged(shown, ' (bold), each of them (light)')}."
        f"{style.without(left_out)}",
    )
    return figure


def largest_common_size(curves: pd.DataFrame) -> tuple[int, int]:
    """Hidden features and layers of the size with most weights among those that all representations have.

    Raises:
        InputError: there is none.
    """
    sizes = [
        set(zip(rows.hidden_features.astype(int), rows.hidden_layers.astype(int), strict=True))
        for _, rows in curves.groupby("representation")
    ]
    common = set.intersection(*sizes) if sizes else set()
    if not common:
        raise InputError("fit curves: no network size was fitted with every representation; one must be")
    return max(common, key=lambda size: (size[0] ** 2 * size[1], size))


def _legend(figure: Figure) -> None:
    """Best at the end first, as the lines lie."""
    lines, labels = figure.axes[0].get_legend_handles_labels()
    ranked = sorted(zip(lines, labels, strict=True), key=lambda entry: -entry[0].get_ydata()[-1])
    figure.legend(*zip(*ranked, strict=True), loc="outside right center", handlelength=2)

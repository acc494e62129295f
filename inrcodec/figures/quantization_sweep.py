"""How many bits a weight needs: rounding after the fit against fine-tuning that knows of the rounding."""

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style
from inrcodec.metrics.exact import exact_pictures, without

_METHODS = {"qat": "quantization-aware (QAT)", "ptq": "post-training (PTQ)"}


@matplotlib.rc_context(style.THEME)
def plot(points: pd.DataFrame, model: str) -> Figure:
    """Quality and rate of one model against bits per weight, PTQ beside QAT; light lines are single pictures.

    Args:
        points: rows of `points.csv`.
        model: `{representation}-{width}x{layers}`, such as `pe_siren-32x3`.
    """
    representation, size = model.rsplit("-", 1)
    of_model = points[(points.representation == representation) & (points.setting == size)]
    left_out = exact_pictures(of_model)
    shown = without(of_model, left_out)
    figure = Figure(figsize=(style.WIDTH, 3.9))
    quality, rate = figure.subplots(1, 2)
    _draw(quality, shown, "psnr_db")
    _draw(rate, shown, "bpp")
    quality.set(title="Quality", ylabel="PSNR (dB)")
    rate.set(title="Cost", ylabel="bits per pixel")
    rate.set_ylim(bottom=0)
    handles, labels = quality.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right center", handlelength=3)
    style.head(
        figure,
        "How many bits does a weight need?",
        f"{style.name(model)}; {style.averaged(shown, ' (bold), each of them (light)')}.{style.without(left_out)}",
    )
    return figure


def _draw(axes: Axes, points: pd.DataFrame, measure: str) -> None:
    for method, label in _METHODS.items():
        rows = points[points.method == method].sort_values("bits")
        line = style.method_look(method)
        pictures = rows.groupby(["dataset", "image"])
        for _, picture in pictures if len(pictures) > 1 else ():
            axes.plot(picture.bits, picture[measure], **style.faint(line))
        mean = rows.groupby("bits")[measure].mean()
        if len(mean):
            axes.plot(mean.index, mean, label=label, **line)
    axes.set_xticks(sorted(points.bits.dropna().unique().astype(int)))
    axes.set_xlabel("bits per weight")

"""A row of pixels as three functions of one variable."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style

SHOWN_PX = 88
"""So many pixels of the row have room."""
_CHANNELS = (("r(x)", "#D55E00"), ("g(x)", "#009E73"), ("b(x)", "#0072B2"))


@matplotlib.rc_context(style.THEME)
def plot(picture: np.ndarray, row: int, line: np.ndarray, parameters: int, file_bytes: int) -> Figure:
    """The picture with a stretch of a row marked; beside it the stretch's pixels, and the function through them.

    Args:
        picture: uint8 (h, w, 3).
        row: which, counted from the top.
        line: uint8 (k w, 3), the function along the whole row, k values per pixel.
        parameters: of the function.
        file_bytes: of the file that it comes from.
    """
    height, width = picture.shape[:2]
    shown = min(SHOWN_PX, width)
    left = (width - shown) // 2
    figure = Figure(figsize=(style.WIDTH, 4.6))
    whole, panels = figure.subfigures(1, 2, width_ratios=(1, 1.9))
    _draw_picture(whole.subplots(), picture, row, left, shown)
    per_pixel = len(line) // width
    # A pixel's value is that at its centre.
    pixels = np.arange(left, left + shown)
    places = left + (np.arange(shown * per_pixel) + 0.5) / per_pixel - 0.5
    part = line[left * per_pixel : (left + shown) * per_pixel]
    axes = panels.subplots(3, 1, sharex=True)
    for channel, (one, (name, color)) in enumerate(zip(axes, _CHANNELS, strict=True)):
        one.plot(pixels, picture[row, pixels, channel], "o", color=color, markersize=3.6, alpha=0.5, markeredgewidth=0)
        one.plot(places, part[:, channel], color=color, linewidth=1.5)
        one.set_ylabel(name, rotation=0, ha="right", va="center", color=color, fontsize=11)
        one.set(ylim=(0, 255), yticks=(0, 128, 255))
    axes[-1].set_xlabel(f"x (pixels) in row {row}")
    axes[-1].set_xlim(left - 1, left + shown)
    rate = 8 * file_bytes / (height * width)
    style.head(
        figure,
        "What does a picture look like as a function?",
        f"Dots: pixels. Lines: the function in the file, between the pixels too. "
        f"{parameters:,} weights stand for {height * width:,} pixels: {file_bytes:,} bytes, {rate:.2f} bits per pixel.",
    )
    return figure


def _draw_picture(axes: Axes, picture: np.ndarray, row: int, left: int, shown: int) -> None:
    axes.imshow(picture)
    axes.set_axis_off()
    for color, linewidth in (("white", 5), ("#D55E00", 2.2)):
        axes.plot([left, left + shown - 1], [row, row], color=color, linewidth=linewidth, solid_capstyle="butt")

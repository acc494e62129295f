"""A picture becoming a function, frame by frame."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from inrcodec.figures import style

_FRAMES = 6


@matplotlib.rc_context(style.THEME)
def plot(frames: np.ndarray, steps: Sequence[int], psnr_db: Sequence[float], original: np.ndarray) -> Figure:
    """A film strip of the fit with the original last; at most six frames, evenly taken, first and last kept.

    Args:
        frames: uint8 (n, h, w, 3), the function drawn as a picture at each of `steps`.
        steps: optimizer steps taken, (n,).
        psnr_db: PSNR of each frame in dB, (n,).
        original: uint8 (h, w, 3).
    """
    taken = np.unique(np.linspace(0, len(frames) - 1, _FRAMES).round().astype(int))
    height, width = original.shape[:2]
    gap, edge = 0.06 * width, 0.22 * width
    pitch = width + gap
    length, tall = pitch * (len(taken) + 1) + gap, height + 2 * edge
    inch = length / style.WIDTH
    figure = Figure(figsize=(style.WIDTH, 1.1 + tall / inch))
    axes = figure.subplots()
    _draw_strip(axes, length, height, edge)
    for place, index in enumerate(taken):
        text = f"step {steps[index]:,}\n{style.decibels(psnr_db[index], 1)}"
        _draw_frame(axes, frames[index], gap + place * pitch, height + edge, text)
    _draw_frame(axes, original, gap + len(taken) * pitch, height + edge, "original")
    axes.set(xlim=(0, length), ylim=(tall - edge + 0.45 * inch, -edge), aspect="equal")
    axes.set_axis_off()
    style.head(figure, "A picture becomes a function", "PSNR of the function at each step, before quantization.")
    return figure


def _draw_frame(axes: Axes, picture: np.ndarray, left: float, below: float, text: str) -> None:
    height, width = picture.shape[:2]
    axes.imshow(picture, extent=(left, left + width, height, 0))
    axes.text(left + width / 2, below + 0.05 * width, text, ha="center", va="top", fontsize=9)


def _draw_strip(axes: Axes, length: float, height: float, edge: float) -> None:
    """The dark film with its perforation; y runs down, pictures lie between 0 and `height`."""
    axes.add_patch(Rectangle((0, -edge), length, height + 2 * edge, color="#1b1b1b", zorder=0))
    side = 0.42 * edge
    holes = int(length // (2 * side))
    for left in (np.arange(holes) + 0.5) * length / holes - side / 2:
        for top in (-edge + 0.29 * edge, height + 0.29 * edge):
            shape = f"round,pad=0,rounding_size={side / 4}"
            axes.add_patch(FancyBboxPatch((left, top), side, side, boxstyle=shape, color="white", linewidth=0))

"""Figure: a picture enlarged far beyond its pixels: the pixels themselves, interpolated, and the function."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from inrcodec.figures import style

FACTORS = (1, 4, 16, 64)
"""How many times as wide a pixel of the picture is shown."""


def window(factor: int, size: tuple[int, int], point: tuple[int, int]) -> tuple[int, int, int, int]:
    """The region (x, y, width, height) of a picture enlarged by a factor, as large as the picture, around a pixel.

    Args:
        size: the picture's (width, height).
        point: the pixel's column and row.
    """
    corner = (
        min(max(0, factor * place + factor // 2 - side // 2), (factor - 1) * side)
        for place, side in zip(point, size, strict=True)
    )
    return (*corner, *size)


@matplotlib.rc_context(style.THEME)
def plot(views: Mapping[str, Sequence[np.ndarray]], point: tuple[int, int], bpp: float) -> Figure:
    """A row per way to enlarge, a column per factor, the next column's part framed.

    Args:
        views: by name for people, for each of FACTORS the picture's `window`, uint8, all of the picture's size.
        point: the pixel around which it is enlarged.
        bpp: of the first file, in bits per pixel.
    """
    height, width = next(iter(views.values()))[0].shape[:2]
    cell = style.WIDTH / (len(FACTORS) + 0.2)
    figure = Figure(figsize=(style.WIDTH, 0.9 + len(views) * (cell * height / width + 0.06)))
    rows = figure.subplots(len(views), len(FACTORS))
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    for axes_of_row, (name, pictures) in zip(rows, views.items(), strict=True):
        for axes, picture in zip(axes_of_row, pictures, strict=True):
            axes.imshow(picture, interpolation="nearest")
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
        axes_of_row[0].set_ylabel(name)
        _frame(axes_of_row, (width, height), point)
    for axes, factor in zip(rows[0], FACTORS, strict=True):
        pixels = f"{width / factor:.3g} x {height / factor:.3g} pixels"
        axes.set_title(f"x{factor}: {pixels}", fontsize=9)
    style.head(
        figure,
        "What lies between the pixels?",
        f"Files of {bpp:.2f} bits per pixel. Above: decoded pixels, enlarged in three ways. Below: two functions.\n"
        "Frames are what the next column shows. Nobody told a function what lies there: what it adds is not true.",
    )
    return figure


def _frame(axes_of_row: Sequence, size: tuple[int, int], point: tuple[int, int]) -> None:
    """Draw in each column what the next one shows."""
    for axes, factor, following in zip(axes_of_row, FACTORS, FACTORS[1:], strict=False):
        outer, inner = window(factor, size, point), window(following, size, point)
        share = factor / following
        corner = [share * inner[axis] - outer[axis] - 0.5 for axis in (0, 1)]
        frame = Rectangle(corner, share * size[0], share * size[1], fill=False, edgecolor="white", linewidth=1.2)
        axes.add_patch(frame)

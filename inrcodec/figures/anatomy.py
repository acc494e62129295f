"""Figure: what is inside a file of latents: the grids as pictures, where the bits lie, what each part takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from inrcodec.figures import style

_NETWORKS, _GRIDS = "#D55E00", "#0072B2"
_FEWEST_BITS, _MOST_BITS = 0.01, 10
GRIDS_PER_ROW = 4


@dataclass(frozen=True)
class Grid:
    """A grid of latents: its name, its integers (rows, columns), and what each costs in bits."""

    name: str
    latents: np.ndarray
    bits: np.ndarray


@matplotlib.rc_context(style.THEME)
def plot(title: str, picture: np.ndarray, grids: Sequence[Grid], parts: dict[str, float]) -> Figure:
    """The decoded picture, bits per pixel, bytes by part; under them the grids, finest first.

    Args:
        title: of the file, such as its rate and quality.
        picture: decoded, (height, width, 3) uint8.
        parts: bytes of what is no grid, by name.
    """
    lines = -(-len(grids) // GRIDS_PER_ROW)
    height, width = picture.shape[:2]
    one = style.WIDTH / GRIDS_PER_ROW * height / width
    figure = Figure(figsize=(style.WIDTH, 1.0 + 1.45 * one + (one + 0.3) * lines))
    rows = figure.add_gridspec(1 + lines, 1, height_ratios=[1.45 * one, *[one + 0.3] * lines])
    decoded, heat, bars = (figure.add_subplot(cell) for cell in rows[0].subgridspec(1, 3, width_ratios=(1, 1.12, 1)))
    _picture(decoded, "decoded", picture)
    _heat(figure, heat, _bits_per_pixel(grids, (height, width)))
    _bars(bars, grids, parts)
    for line in range(lines):
        cells = rows[1 + line].subgridspec(1, GRIDS_PER_ROW)
        of_line = grids[line * GRIDS_PER_ROW : (line + 1) * GRIDS_PER_ROW]
        for cell, grid in zip(cells, of_line, strict=False):
            limit = max(1.0, float(np.quantile(np.abs(grid.latents), 0.995)))
            rows_of_grid, columns_of_grid = grid.latents.shape
            name = f"{grid.name}: {columns_of_grid} x {rows_of_grid}, to \u00b1{np.abs(grid.latents).max()}"
            _picture(figure.add_subplot(cell), name, grid.latents, cmap="RdBu", vmin=-limit, vmax=limit)
    style.head(figure, "What is inside a file of latents?", title)
    return figure


def _picture(axes: Axes, name: str, pixels: np.ndarray, **look: object) -> None:
    axes.imshow(pixels, interpolation="nearest", **look)
    axes.set_title(name, fontsize=9)
    axes.set_axis_off()


def _bits_per_pixel(grids: Sequence[Grid], shape: tuple[int, int]) -> np.ndarray:
    """Every pixel's share of the bits of the latents above it."""
    total = np.zeros(shape)
    for level, grid in enumerate(grids):
        share = grid.bits / 4**level
        total += share.repeat(1 << level, axis=0).repeat(1 << level, axis=1)[: shape[0], : shape[1]]
    return total


def _heat(figure: Figure, axes: Axes, bits: np.ndarray) -> None:
    image = axes.imshow(bits, norm=LogNorm(_FEWEST_BITS, _MOST_BITS), cmap="cividis", interpolation="nearest")
    axes.set_title("bits per pixel (log scale)", fontsize=9)
    axes.set_axis_off()
    bar = figure.colorbar(image, ax=axes, shrink=0.8, format=FuncFormatter(lambda value, _: f"{value:g}"))
    bar.outline.set_visible(False)


def _bars(axes: Axes, grids: Sequence[Grid], parts: dict[str, float]) -> None:
    sizes = {grid.name: grid.bits.sum() / 8 for grid in grids} | parts
    colors = [_GRIDS] * len(grids) + [_NETWORKS] * len(parts)
    bars = axes.barh(list(sizes), list(sizes.values()), color=colors, height=0.75)
    axes.bar_label(bars, [f"{size:.0f}" for size in sizes.values()], padding=3, fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.tick_params(labelsize=8)
    axes.set_title(f"bytes, of {sum(sizes.values()):.0f}", fontsize=9)
    axes.grid(visible=False, axis="y")

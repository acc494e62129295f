"""What codecs leave of one picture at nearly the same file size, magnified until it is seen."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from inrcodec.figures import crops, style
from inrcodec.figures.reconstructions import Candidate

CROP_PX = (32, 52)
"""Height and width."""
SPOT_PX = (6, 6)
BLOCK_PX = 8
SEEN = {
    "jpeg": "8 px blocks,\nnoise beside edges",
    "jpeg2000": "smears,\nripples beside edges",
    "webp": "flat blocks,\nsoft texture",
    "avif": "flat patches,\nsoft texture",
    "jxl": "flat blocks,\nsoft texture",
    "latents": "texture gone\nor drawn anew",
    "network": "texture gone,\nripples in flat parts",
}
"""What to look for, by kind of codec."""


@matplotlib.rc_context(style.THEME)
def plot(original: np.ndarray, candidates: Sequence[Candidate], kinds: Sequence[str]) -> Figure:
    """Crops of the original and of each candidate, and below each where it errs; arrows are at the largest error.

    One crop is where all err, one where the first candidate errs beside the others, one where the last does.

    Args:
        original: uint8 (h, w, 3).
        candidates: at least one, each of the original's size.
        kinds: of each candidate, in SEEN.
    """
    errors = [np.abs(original.astype(np.int16) - one.picture.astype(np.int16)).mean(axis=-1) for one in candidates]
    mean = np.mean(errors, axis=0)
    places: list[tuple[slice, slice]] = []
    for values in (mean, errors[0] - mean, errors[-1] - mean):
        places.append(crops.at_largest(np.maximum(values, 0), CROP_PX, places))
    limit = max(1.0, float(np.percentile([error[place] for error in errors for place in places], 99.5)))
    columns = len(candidates) + 1
    height = style.WIDTH / columns * CROP_PX[0] / CROP_PX[1]
    figure = Figure(figsize=(style.WIDTH, 1.9 + 2 * len(places) * height))
    figure.get_layout_engine().set(hspace=0, h_pad=0.02)
    grid = figure.subplots(2 * len(places), columns)
    for index, place in enumerate(places):
        pictures, maps = grid[2 * index], grid[2 * index + 1]
        maps[0].set_axis_off()
        style.show(pictures[0], original[place], "" if index else "Original")
        for axes, below, one, kind, error in zip(pictures[1:], maps[1:], candidates, kinds, errors, strict=True):
            style.show(axes, one.picture[place], "" if index else _title(one, kind))
            drawn = style.show(below, error[place], "", cmap="magma", vmin=0, vmax=limit)
            _point_at(axes, error[place])
            if kind == "jpeg":
                _mark_blocks(axes, place)
    style.error_scale(figure, grid[1][0], drawn)
    style.head(
        figure,
        "By what marks is each codec known at about the same file size?",
        f"Where all err most, where {candidates[0].title} errs beside the others, where {candidates[-1].title} does;"
        "\nbelow each its errors. Arrows: where each errs most; white ticks: where JPEG's blocks meet.",
    )
    return figure


def _title(candidate: Candidate, kind: str) -> str:
    rate = f"{candidate.bpp:.2f} bpp, {style.decibels(candidate.psnr_db, 1)}"
    return f"{candidate.title}\n{rate}\n{SEEN[kind]}"


def _point_at(axes: Axes, error: np.ndarray) -> None:
    rows, columns = crops.at_largest(error, SPOT_PX)
    spot = ((columns.start + columns.stop - 1) / 2, (rows.start + rows.stop - 1) / 2)
    # From the middle's side, so that arrows stay within the crop.
    tail = [at + (11 if at < side / 2 else -11) for at, side in zip(spot, error.shape[::-1], strict=True)]
    arrow = {"arrowstyle": "-|>", "color": style.INK, "linewidth": 1.3, "shrinkA": 0, "shrinkB": 5}
    axes.annotate("", spot, tail, arrowprops=arrow | {"path_effects": [withStroke(linewidth=3, foreground="white")]})


def _mark_blocks(axes: Axes, place: tuple[slice, slice]) -> None:
    rows, columns = (
        [at - part.start - 0.5 for at in range(-(-part.start // BLOCK_PX) * BLOCK_PX, part.stop, BLOCK_PX)]
        for part in place
    )
    axes.vlines(columns, -0.5, 1.5, color="white", linewidth=1)
    axes.hlines(rows, -0.5, 1.5, color="white", linewidth=1)

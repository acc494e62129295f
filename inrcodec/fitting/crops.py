"""Crops of a picture with grids of latents: what a step, or a look at the whole, takes of all grids at once."""

from collections.abc import Iterator
from itertools import product

import torch

from inrcodec.fitting.target import Target

CROP_PX = 256
"""The side of a crop, or twice that of a coarsest latent where those are larger."""

Crop = tuple[slice, slice]
"""Rows and columns; the corner is that of a coarsest latent."""


def firsts(target: Target) -> tuple[int, list[range]]:
    """The side of a crop, and where crops may begin in rows and in columns, so that they reach the picture's end."""
    unit = 1 << (target.representation.levels - 1)
    side = max(CROP_PX, 2 * unit)
    return side, [range(0, max(0, size - side) + unit, unit) for size in (target.height, target.width)]


def random_crop(target: Target, random: torch.Generator) -> Crop:
    """Any."""
    side, starts = firsts(target)
    rows, columns = (places[int(torch.randint(len(places), (), generator=random))] for places in starts)
    return slice(rows, min(target.height, rows + side)), slice(columns, min(target.width, columns + side))


def tiling(target: Target, most: int) -> Iterator[Crop]:
    """Crops side by side; where more than `most` would cover the picture, so many that are spread over it."""
    side, _ = firsts(target)
    whole = list(product(range(0, target.height, side), range(0, target.width, side)))
    for index in range(min(most, len(whole))):
        top, left = whole[index * len(whole) // min(most, len(whole))]
        yield slice(top, min(target.height, top + side)), slice(left, min(target.width, left + side))


def part(grid: torch.Tensor, crop: Crop, level: int) -> torch.Tensor:
    """What a crop has of a grid, as a view."""
    return grid[tuple(slice(one.start >> level, -(-one.stop >> level)) for one in crop)]

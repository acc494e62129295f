"""Crops of a picture with grids of latents: what a step, or a look at the whole, takes of all grids at once."""

import sys
from collections.abc import Iterator
from itertools import product

import torch

from inrcodec.fitting.target import Parameters, Target
from inrcodec.operations.colour import to_samples
from inrcodec.operations.space import Real

CROP_PX = 256
"""The side of a crop, or twice that of a coarsest latent where those are larger."""

Crop = tuple[slice, slice]
"""Rows and columns; the corner is that of a coarsest latent."""


def firsts(target: Target) -> tuple[int, list[range]]:
    """The side of a crop, and where crops may begin in rows and in columns, so that they reach the picture's end."""
    unit = 1 << (target.representation.levels - 1)
    side = max(CROP_PX, 2 * unit)
    return side, [range(0, max(0, size - side) + unit, unit) for size in (target.height, target.width)]


def crop_count(target: Target) -> float:
    """A picture's size in crops, 1 at least: so many steps are one visit to every pixel."""
    return max(1.0, target.width * target.height / CROP_PX**2)


def random_crop(target: Target, random: torch.Generator) -> Crop:
    """Any."""
    side, starts = firsts(target)
    rows, columns = (places[int(torch.randint(len(places), (), generator=random))] for places in starts)
    return slice(rows, min(target.height, rows + side)), slice(columns, min(target.width, columns + side))


def tiling(target: Target, most: int = sys.maxsize) -> Iterator[Crop]:
    """Crops side by side; where more than `most` would cover the picture, so many that are spread over it."""
    side, _ = firsts(target)
    whole = list(product(range(0, target.height, side), range(0, target.width, side)))
    for index in range(min(most, len(whole))):
        top, left = whole[index * len(whole) // min(most, len(whole))]
        yield slice(top, min(target.height, top + side)), slice(left, min(target.width, left + side))


def part(grid: torch.Tensor, crop: Crop, level: int) -> torch.Tensor:
    """What a crop has of a grid, as a view."""
    return grid[tuple(slice(one.start >> level, -(-one.stop >> level)) for one in crop)]


def predict(target: Target, networks: Parameters, grids: Parameters) -> torch.Tensor:
    """Samples in about 0..1, (rows, columns, channels), of a crop's parts of the grids, finest first."""
    rows, columns = next(iter(grids.values())).shape
    places = (torch.arange(size, device=target.device)[:, None].float() for size in (columns, rows))
    space = Real(networks | grids)
    return to_samples(space, target.colour, target.representation.forward(space, *places))

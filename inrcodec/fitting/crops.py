"""Crops of a picture: what a step, or a look at the whole, takes of it and of all grids of latents at once."""

import sys
from collections.abc import Iterator
from itertools import product
from math import prod

import torch

from inrcodec.fitting.target import Parameters, Target
from inrcodec.operations.colour import to_samples
from inrcodec.operations.space import Real

CROP_PX = 256
"""The side of a crop, or twice that of a coarsest latent where those are larger."""

Crop = tuple[slice, slice]
"""Rows and columns; the corner is that of a coarsest latent."""


def _side_px(target: Target) -> int:
    return max(CROP_PX, 2 * _unit(target))


def _unit(target: Target) -> int:
    """Of a coarsest latent; 1 where there are none."""
    return 1 << (target.representation.levels - 1) if target.grids else 1


def _spans(target: Target) -> list[tuple[int, range]]:
    """Of rows and of columns, how long a crop is and where it may begin.

    It begins before the picture's first too, so that every pixel is in as many; what is not half as long again as a
    crop is taken whole.
    """
    side, unit = _side_px(target), _unit(target)
    return [
        (size, range(1)) if 2 * size <= 3 * side else (side, range(unit - side, size, unit))
        for size in (target.height, target.width)
    ]


def crop_px(target: Target) -> int:
    """Pixels of a crop that no border cuts."""
    return prod(side for side, _ in _spans(target))


def crop_count(target: Target) -> float:
    """So many random crops are one visit to every pixel, on average."""
    return prod(max(1.0, len(starts) * _unit(target) / side) for side, starts in _spans(target))


def random_crop(target: Target, random: torch.Generator, smallest_px: int = 1) -> Crop:
    """Any whose sides are so long at least; the picture's borders cut it."""
    chosen = []
    for size, (side, starts) in zip((target.height, target.width), _spans(target), strict=True):
        cut = [slice(max(0, start), min(size, start + side)) for start in starts]
        large = [one for one in cut if one.stop - one.start >= smallest_px]
        chosen.append(large[int(torch.randint(len(large), (), generator=random))])
    return chosen[0], chosen[1]


def tiling(target: Target, most: int = sys.maxsize) -> Iterator[Crop]:
    """Crops side by side; where more than `most` would cover the picture, so many that are spread over it."""
    side = _side_px(target)
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

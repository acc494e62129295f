"""Crops of a picture: what a step, or a look at the whole, takes of it and of all grids of latents at once."""

import sys
from collections.abc import Iterator
from itertools import product
from math import ceil, prod

import torch

from inrcodec.fitting.target import Parameters, Target
from inrcodec.operations.colour import to_samples
from inrcodec.operations.space import Real

CROP_PX = 256
"""The side of a crop, or twice that of a coarsest latent where those are larger."""

Crop = tuple[slice, slice]
"""Rows and columns; the corner is that of a coarsest latent."""


AT_ONCE = 2
"""Crops of a step where a picture has several: two threads have as much to do, and networks move on steadier ground."""


def _side_px(target: Target) -> int:
    return max(CROP_PX, 2 * _unit(target))


def _unit(target: Target) -> int:
    """Of a coarsest latent; 1 where there are none."""
    return 1 << (target.representation.levels - 1) if target.grids else 1


def _is_whole(target: Target, size: int) -> bool:
    """Whether a picture's rows or columns are not cut: they are not half as many again as a crop's."""
    return 2 * size <= 3 * _side_px(target)


def crop_px(target: Target) -> int:
    """Pixels of a crop that no border cuts."""
    side = _side_px(target)
    return prod(size if _is_whole(target, size) else side for size in (target.height, target.width))


def steps_per_visit(target: Target) -> float:
    """So many steps see every pixel once, on average."""
    side, unit = _side_px(target), _unit(target)
    sizes = [size for size in (target.height, target.width) if not _is_whole(target, size)]
    # The mean, over all places that the first may begin at, of how many it takes to the picture's end.
    crops = prod((side - unit + unit * ceil(size / unit)) / side for size in sizes)
    return crops / AT_ONCE if sizes else 1.0


def visit(target: Target, random: torch.Generator, smallest_px: int = 1) -> list[Crop]:
    """Crops that cover a picture once, side by side from a random place on, in random order.

    They begin before the picture's first pixel, so that its borders cut them and every pixel is in as many; those with
    a side under `smallest_px` are left out.
    """
    side, unit, cuts = _side_px(target), _unit(target), []
    for size in (target.height, target.width):
        first = 0 if _is_whole(target, size) else -unit * int(torch.randint(side // unit, (), generator=random))
        length = size if _is_whole(target, size) else side
        pieces = [slice(max(0, start), min(size, start + length)) for start in range(first, size, length)]
        cuts.append([piece for piece in pieces if piece.stop - piece.start >= smallest_px])
    crops = list(product(*cuts))
    return [crops[index] for index in torch.randperm(len(crops), generator=random).tolist()]


def tiling(target: Target, most: int = sys.maxsize) -> Iterator[Crop]:
    """Crops side by side; where more than `most` would cover the picture, so many that are spread over it."""
    side = _side_px(target)
    whole = list(product(range(0, target.height, side), range(0, target.width, side)))
    for index in range(min(most, len(whole))):
        top, left = whole[index * len(whole) // min(most, len(whole))]
        yield slice(top, min(target.height, top + side)), slice(left, min(target.width, left + side))


def framed(target: Target) -> Iterator[tuple[Crop, Crop]]:
    """Squares side by side, each of twice a crop's side, and the same with a frame as wide as a coarsest latent."""
    side, unit = 2 * _side_px(target), _unit(target)
    for top, left in product(range(0, target.height, side), range(0, target.width, side)):
        ends = (top, target.height), (left, target.width)
        yield (
            tuple(slice(start, min(size, start + side)) for start, size in ends),
            tuple(slice(max(0, start - unit), min(size, start + side + unit)) for start, size in ends),
        )


def part(grid: torch.Tensor, crop: Crop, level: int) -> torch.Tensor:
    """What a crop has of a grid, as a view."""
    return grid[tuple(slice(one.start >> level, -(-one.stop >> level)) for one in crop)]


def predict(target: Target, networks: Parameters, grids: Parameters) -> torch.Tensor:
    """Samples in about 0..1, (rows, columns, channels), of a crop's parts of the grids, finest first."""
    rows, columns = next(iter(grids.values())).shape
    places = (torch.arange(size, device=target.device)[:, None].float() for size in (columns, rows))
    space = Real(networks | grids)
    return to_samples(space, target.colour, target.representation.forward(space, *places))

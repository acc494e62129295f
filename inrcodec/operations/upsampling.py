"""From grids of a pyramid to planes of one size: every grid is doubled, by separable learnt kernels, until it is as
fine as the first one (Cool-chic, Ladune et al., 2023; its kernels are symmetric, as here).

A sample of the finer grid is a weighted sum of four of the coarser one; to the left of a coarse sample the weights are
those to its right, mirrored. Beyond the border the last samples go on.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Exact, Operation, Real

TAPS = 4
BICUBIC = (-9, 67, 225, -27)
"""In 2**-8: weights of the coarse samples at -7/4, -3/4, 1/4 and 5/4 of their distance (Keys, 1981, a = -3/4)."""
LARGEST = 1 << 24
"""Of planes, in 2**-12: what is beyond is cut."""

Window = tuple[int, int]
"""First and last but one of some rows or columns."""


def sizes(size: int, levels: int) -> list[int]:
    """A picture's side at every level of a pyramid: halves, rounded up."""
    return [-(-size >> level) for level in range(levels)]


def sources(window: Window, coarser: int) -> np.ndarray:
    """The coarser samples behind each of a window's: (TAPS, n) int64."""
    fine = np.arange(*window)
    right = fine & 1
    steps = np.arange(-2, TAPS - 2)[:, None]
    return np.clip((fine >> 1) + np.where(right, -steps, steps), 0, coarser - 1)


def covered(window: Window, coarser: int) -> Window:
    """The window of coarser samples that a window takes."""
    places = sources((window[0], min(window[0] + 2, window[1])), coarser), sources((window[1] - 1, window[1]), coarser)
    return int(min(place.min() for place in places)), int(max(place.max() for place in places)) + 1


def _windows(window: Window, size: int, levels: int) -> list[Window]:
    """What of every level a window of the first one takes."""
    found = [window]
    for coarser in sizes(size, levels)[1:]:
        found.append(covered(found[-1], coarser))
    return found


def _upsample_exact(space: Exact, kernels: str, grids: list[str], rows: Window, columns: Window) -> Any:
    taps = space.keep(kernels, lambda: _prepared(space, kernels)) if len(grids) > 1 else None
    arrays = [space.parameters[name].integers for name in grids]
    windows = [_windows(window, arrays[0].shape[axis], len(grids)) for axis, window in enumerate((rows, columns))]

    def cut(level: int) -> np.ndarray:
        part = arrays[level][tuple(slice(*window[level]) for window in windows)]
        return part[None].astype(np.float64) * (1 << fp.ACTIVATION_FRACTION_BITS)

    planes = cut(len(grids) - 1)
    for level in range(len(grids) - 2, -1, -1):
        for axis in (1, 2):
            window, coarser = windows[axis - 1][level], arrays[level + 1].shape[axis - 1]
            places = sources(window, coarser) - windows[axis - 1][level + 1][0]
            planes = _doubled(planes, taps[level], places, axis)
        planes = np.concatenate([cut(level), planes])
    return space.xp.asarray(planes)


def _prepared(space: Exact, kernels: str) -> np.ndarray:
    integers, units = space.parameters[kernels]
    taps = (integers * units).reshape(-1, TAPS)
    if len(taps) and int(np.abs(taps).sum(axis=1).max()) * LARGEST >= fp.EXACT_FLOAT64:
        raise ValueError(f"{kernels} leaves the range of exact arithmetic")
    return taps.astype(np.float64)


def _doubled(planes: np.ndarray, taps: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    total: Any = 0
    for tap, place in zip(taps, places, strict=True):
        total = total + tap * planes.take(place, axis=axis)
    total *= 2.0**-fp.PARAMETER_FRACTION_BITS
    total += 0.5
    return np.clip(np.floor(total, out=total), -LARGEST, LARGEST, out=total)


def _upsample_real(space: Real, kernels: str, grids: list[str], rows: Window, columns: Window) -> Any:
    import torch

    values = [space.parameters[name] for name in grids]
    taps = space.parameters[kernels].reshape(-1, TAPS) if len(grids) > 1 else None
    windows = [_windows(window, values[0].shape[axis], len(grids)) for axis, window in enumerate((rows, columns))]
    chains = [_chain(taps, of_axis, [grid.shape[axis] for grid in values]) for axis, of_axis in enumerate(windows)]
    planes, *parts = [grid[slice(*r), slice(*c)] for grid, r, c in zip(values, *windows, strict=True)]
    enlarged = [
        torch.linalg.multi_dot([down, grid, across.T]) for grid, down, across in zip(parts, *chains, strict=True)
    ]
    return torch.stack([planes, *enlarged])


def _chain(taps: Any, windows: list[Window], sizes: list[int]) -> list[Any]:
    """For every grid but the first the matrix from its window's rows, or columns, to those of the first one's."""
    matrices: list[Any] = []
    for level, (finer, coarser) in enumerate(pairwise(windows)):
        basis = taps.new_tensor(_basis(finer, coarser, sizes[level + 1]))
        matrix = (taps[level] @ basis.reshape(TAPS, -1)).reshape(basis.shape[1:])
        matrices.append(matrices[-1] @ matrix if matrices else matrix)
    return matrices


@lru_cache(maxsize=64)
def _basis(finer: Window, coarser: Window, size: int) -> np.ndarray:
    """(TAPS, n, m): where each weight stands in the matrix of a doubling; `size` of the whole coarser side."""
    basis = np.zeros((TAPS, finer[1] - finer[0], coarser[1] - coarser[0]), dtype=np.float32)
    places = sources(finer, size) - coarser[0]
    for tap in range(TAPS):
        basis[tap, np.arange(places.shape[1]), places[tap]] = 1
    return basis


upsample = Operation(_upsample_exact, _upsample_real)
"""upsample(space, kernels, grids, rows, columns): planes (grids, rows, columns), a window of the first grid's samples.

kernels: a tensor of a TAPS-vector per doubling, the finest first; not there for one grid. grids: names of tensors
(rows, columns), each half as large as the one before, rounded up. Exact planes are float64 integers in 2**-12.
"""


pixels = Operation(
    lambda space, places: (
        int(places[0, 0]) >> fp.FEATURE_FRACTION_BITS,
        (int(places[-1, 0]) >> fp.FEATURE_FRACTION_BITS) + 1,
    ),
    lambda space, places: (int(places[0, 0]), int(places[-1, 0]) + 1),
)
"""pixels(space, places): the window of pixels (n, 1), which follow each other: numbers, in 2**-20 or as floats."""

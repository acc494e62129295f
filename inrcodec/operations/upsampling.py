"""From grids of a pyramid to planes of one size: every grid is doubled, by separable learnt kernels, until it is as
fine as the first one (Cool-chic, Ladune et al., 2023; its kernels are symmetric, as here).

A sample of the finer grid is a weighted sum of four of the coarser one; to the left of a coarse sample the weights are
those to its right, mirrored. The first grid, which is never doubled, has a 3x3 filter instead: so a latent of any grid
is a shape that is learnt, not a square. Beyond the border the last samples go on.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.context import largest_sum, split
from inrcodec.operations.space import Exact, Operation, Parameter, Real

TAPS = 4
BICUBIC = (-9, 67, 225, -27)
"""In 2**-8: weights of the coarse samples at -7/4, -3/4, 1/4 and 5/4 of their distance (Keys, 1981, a = -3/4)."""
AROUND = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
"""Places of a 3x3 filter's weights, in order."""
IDENTITY = [int(place == (0, 0)) for place in AROUND]
"""The filter that changes nothing."""
LARGEST = 1 << 24
"""Of planes, in 2**-12: what is beyond is cut."""

Window = tuple[int, int]
"""First and last but one of some rows or columns."""
Margins = tuple[tuple[int, int], tuple[int, int]]
"""((top, bottom), (left, right)): 1 where a window ends with the picture, and 0."""


def shapes(levels: int) -> list[tuple[int, int]]:
    """Of the matrices in the tensor: the doublings' kernels, the finest first; the filter."""
    return [(levels - 1, TAPS), (1, len(IDENTITY))]


def identity(levels: int) -> np.ndarray:
    """What fits begin with: bicubic doublings, and a filter that changes nothing; (n,) int64 in 2**-20."""
    kernels = np.tile(BICUBIC, levels - 1) << (fp.PARAMETER_FRACTION_BITS - 8)
    return np.concatenate([kernels, np.array(IDENTITY) << fp.PARAMETER_FRACTION_BITS])


def shifted(around: Any) -> list[Any]:
    """Planes (n, rows, columns) without their frame of one, as each place of a 3x3 filter sees them."""
    height, width = (size - 2 for size in around.shape[1:])
    return [around[:, 1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] for dy, dx in AROUND]


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


def with_margin(window: Window, size: int) -> tuple[Window, tuple[int, int]]:
    """One more on each side; 1 for a side that has none."""
    first, stop = window
    return (max(0, first - 1), min(size, stop + 1)), (int(first == 0), int(stop == size))


def windows_of(window: Window, size: int, levels: int) -> list[Window]:
    """What of every level a window of the first one takes."""
    found = [window]
    for coarser in sizes(size, levels)[1:]:
        found.append(covered(found[-1], coarser))
    return found


def _upsample_exact(space: Exact, kernels: str, grids: list[str], rows: Window, columns: Window) -> Any:
    taps, filter_ = space.keep(kernels, lambda: _prepared(space.parameters[kernels], len(grids)))
    arrays = [space.parameters[name].integers for name in grids]
    windows = [windows_of(window, arrays[0].shape[axis], len(grids)) for axis, window in enumerate((rows, columns))]

    def cut(level: int, margin: int = 0) -> np.ndarray:
        places = [
            np.clip(np.arange(window[level][0] - margin, window[level][1] + margin), 0, size - 1)
            for window, size in zip(windows, arrays[level].shape, strict=True)
        ]
        return arrays[level][np.ix_(*places)][None].astype(np.float64) * (1 << fp.ACTIVATION_FRACTION_BITS)

    planes = cut(len(grids) - 1)
    for level in range(len(grids) - 2, -1, -1):
        for axis in (1, 2):
            window, coarser = windows[axis - 1][level], arrays[level + 1].shape[axis - 1]
            places = sources(window, coarser) - windows[axis - 1][level + 1][0]
            planes = _doubled(planes, taps[level], places, axis)
        planes = np.concatenate([cut(level), planes])
    planes[:1] = _filtered(cut(0, margin=1), filter_[0])
    return space.xp.asarray(planes)


def _prepared(parameter: Parameter, levels: int) -> list[np.ndarray]:
    """The matrices as float64.

    Raises:
        ValueError: their sums could leave the exact range.
    """
    matrices = split(parameter.integers * parameter.units, shapes(levels))
    if any(largest_sum(m, [LARGEST] * m.shape[1]) >= fp.EXACT_FLOAT64 for m in matrices if len(m)):
        raise ValueError("upsampling leaves the range of exact arithmetic")
    return [matrix.astype(np.float64) for matrix in matrices]


def _doubled(planes: np.ndarray, taps: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    return _sum(taps, (planes.take(place, axis=axis) for place in places))


def _filtered(around: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A plane (1, rows, columns) of two rows and columns less."""
    return _sum(weights, shifted(around))


def _sum(weights: np.ndarray, planes: Iterable[np.ndarray]) -> np.ndarray:
    """A weighted sum of planes, rounded to theirs."""
    total: Any = 0
    for weight, plane in zip(weights, planes, strict=True):
        total = total + weight * plane
    total *= 2.0**-fp.PARAMETER_FRACTION_BITS
    total += 0.5
    return np.clip(np.floor(total, out=total), -LARGEST, LARGEST, out=total)


def _upsample_real(space: Real, kernels: str, grids: list[str], rows: Window, columns: Window) -> Any:
    return space.keep((kernels, rows, columns), lambda: _planes(space, kernels, grids, rows, columns))


def _planes(space: Real, kernels: str, grids: list[str], rows: Window, columns: Window) -> Any:
    import torch

    from inrcodec.operations.convolution import convolve
    from inrcodec.operations.doublings import doublings

    values = [space.parameters[name] for name in grids]
    taps, filter_ = split(space.parameters[kernels], shapes(len(grids)))
    windows = [windows_of(window, values[0].shape[axis], len(grids)) for axis, window in enumerate((rows, columns))]
    cuts, margins = zip(*map(with_margin, (rows, columns), values[0].shape), strict=True)
    finest = convolve(values[0][None, slice(*cuts[0]), slice(*cuts[1])], filter_, margins)
    return torch.cat([finest, doublings(taps, values[1:], *windows)]) if values[1:] else finest


upsample = Operation(_upsample_exact, _upsample_real)
"""upsample(space, kernels, grids, rows, columns): planes (grids, rows, columns), a window of the first grid's samples.

kernels: a flat tensor of the matrices that `shapes` lists. grids: names of tensors
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

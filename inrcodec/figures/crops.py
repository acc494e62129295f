"""Where to look: the part of a picture where something is largest."""

from collections.abc import Sequence

import numpy as np


def at_largest(
    values: np.ndarray, shape: tuple[int, int], apart_from: Sequence[tuple[slice, slice]] = ()
) -> tuple[slice, slice]:
    """Rows and columns of the window over which the mean is largest.

    Args:
        values: (h, w), not negative.
        shape: height and width of the window in pixels; cut to the picture's.
        apart_from: windows of that shape that it must not touch, where the picture has room for another.
    """
    shape = min(shape[0], values.shape[0]), min(shape[1], values.shape[1])
    # Sums over windows are differences of sums from the corner.
    sums = np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    sums = sums[shape[0] :] - sums[: -shape[0]]
    sums = sums[:, shape[1] :] - sums[:, : -shape[1]]
    for rows, columns in apart_from:
        touching = tuple(
            slice(max(0, part.start - side + 1), part.stop) for part, side in zip((rows, columns), shape, strict=True)
        )
        sums[touching] = -1
    row, column = np.unravel_index(sums.argmax(), sums.shape)
    return slice(int(row), int(row) + shape[0]), slice(int(column), int(column) + shape[1])

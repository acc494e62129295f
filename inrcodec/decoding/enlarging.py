"""Between the pixels of a picture that has nothing there: cubic interpolation, in integers.

Keys' cubic convolution (1981, a = -1/2, Catmull and Rom's spline) along each axis that grows; beyond the border the
last samples go on. A function of coordinates is evaluated there instead; a pyramid of latents cannot be.
"""

import numpy as np

from inrcodec.decoding.grid import Axis

_PLACE_BITS = 10
_WEIGHT_BITS = 3 * _PLACE_BITS + 1
_KEPT_BITS = 8
"""Of a sample behind its point, from one axis to the next."""


def is_larger(axis: Axis) -> bool:
    """Whether an axis is decoded at more pixels than the picture has."""
    return axis.size > axis.picture


def sources(axis: Axis) -> Axis:
    """The picture's own pixels behind those of an axis that grows."""
    first, last = ((2 * i + 1) * axis.picture // (2 * axis.size) for i in (axis.start, axis.start + axis.count - 1))
    start, stop = max(0, first - 2), min(axis.picture, last + 3)
    return Axis(axis.picture, axis.picture, start, stop - start)


def enlarge(samples: np.ndarray, rows: tuple[Axis, Axis], columns: tuple[Axis, Axis], maximum: int) -> np.ndarray:
    """Samples (rows, columns, channels) of one pair of axes at another one, of the same dtype, cut to 0..maximum.

    Args:
        rows, columns: the axis that there is, and the one that is wanted; one that does not grow is the same twice.
    """
    values = samples.astype(np.int64) << _KEPT_BITS
    for number, (own, wanted) in enumerate((rows, columns)):
        if own != wanted:
            values = _interpolated(values.swapaxes(0, number), own, wanted).swapaxes(0, number)
    return np.clip((values + (1 << _KEPT_BITS - 1)) >> _KEPT_BITS, 0, maximum).astype(samples.dtype)


def _interpolated(values: np.ndarray, own: Axis, wanted: Axis) -> np.ndarray:
    """Along the first axis."""
    pixels = np.arange(wanted.start, wanted.start + wanted.count, dtype=np.int64)
    # A pixel's centre, in halves of a pixel of the enlarged picture, from the centre of the picture's first one on.
    whole, rest = np.divmod((2 * pixels + 1) * own.picture - wanted.size, 2 * wanted.size)
    t, one = (rest << _PLACE_BITS) // (2 * wanted.size), 1 << _PLACE_BITS
    weights = (
        -(t**3) + 2 * one * t**2 - one**2 * t,
        3 * t**3 - 5 * one * t**2 + 2 * one**3,
        -3 * t**3 + 4 * one * t**2 + one**2 * t,
        t**3 - one * t**2,
    )
    total = np.zeros((len(pixels), *values.shape[1:]), dtype=np.int64)
    for step, weight in enumerate(weights, -1):
        places = np.clip(whole + step, 0, own.picture - 1) - own.start
        total += weight.reshape(-1, *[1] * (values.ndim - 1)) * values[places]
    return (total + (1 << _WEIGHT_BITS - 1)) >> _WEIGHT_BITS

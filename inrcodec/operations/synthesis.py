"""From planes to samples: a small network on every pixel, a linear path beside it, and a 3x3 convolution whose result
is added (C3, Kim et al., CVPR 2024, and Cool-chic have the same two stages).

All weights are one flat tensor, since a file spends bytes on each.
"""

from typing import Any

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.context import largest_sum, numbers, split
from inrcodec.operations.space import Exact, Operation, Parameter, Preactivation, Real
from inrcodec.operations.upsampling import LARGEST, Margins, shifted

HIDDEN_MAXIMUM = (1 << 20) - 1
"""Of activations, in 2**-12."""
SAMPLE_BITS = 20
SAMPLE_MAXIMUM = 1 << 24
"""Of what is convolved, in 2**-20: what is beyond is cut."""


def shapes(count: int, planes: int, hidden: int) -> list[tuple[int, int]]:
    """Of the matrices in a tensor of `count` numbers: first layer, its output, linear path, convolution (by place)."""
    return next(found for channels in range(1, 5) if numbers(found := shapes_of(planes, hidden, channels)) == count)


def size(planes: int, hidden: int, channels: int) -> int:
    """How many numbers the tensor has."""
    return numbers(shapes_of(planes, hidden, channels))


def shapes_of(planes: int, hidden: int, channels: int) -> list[tuple[int, int]]:
    """Of the same matrices."""
    return [(hidden, planes + 1), (channels, hidden), (channels, planes + 1), (channels, 9 * channels)]


def _synthesize_exact(space: Exact, weights: str, hidden: int, planes: Any, margins: Margins) -> Preactivation:
    xp = space.xp
    matrices = space.keep(weights, lambda: _prepared(space.parameters[weights], len(planes), hidden))
    first, output, linear, kernel = (xp.asarray(matrix) for matrix in matrices)
    channels = len(output)
    inputs = xp.concat([planes, xp.full_like(planes[:1], 1 << fp.ACTIVATION_FRACTION_BITS)])
    inputs = inputs.reshape(len(inputs), -1)
    activations = xp.clip(_rounded(xp, first @ inputs, 20), 0, HIDDEN_MAXIMUM)
    samples = (output @ activations + linear @ inputs).reshape(channels, *planes.shape[1:])
    around = xp.clip(_rounded(xp, samples, fp.PHASE_BITS - SAMPLE_BITS), -SAMPLE_MAXIMUM, SAMPLE_MAXIMUM)
    for axis, (before, after) in enumerate(margins, 1):
        last = around.shape[axis] - 1
        around = xp.take(around, xp.asarray(np.clip(np.arange(-before, last + 1 + after), 0, last)), axis=axis)
    height, width = (size - 2 for size in around.shape[1:])
    added = _rounded(xp, kernel @ xp.concat(shifted(around)).reshape(kernel.shape[1], -1), 8)
    top, left = (1 - before for before, _ in margins)
    centre = samples[:, top : top + height, left : left + width]
    return Preactivation(xp.moveaxis(centre + added.reshape(centre.shape), 0, -1), 1, 0)


def _rounded(xp: Any, sums: Any, bits: int) -> Any:
    """Integers with so many bits fewer, to nearest, halves upwards."""
    scaled = sums * 2.0**-bits
    scaled += 0.5
    return xp.floor(scaled, out=scaled)


def _prepared(weights: Parameter, planes: int, hidden: int) -> list[np.ndarray]:
    """The matrices as float64.

    Raises:
        ValueError: their sums could leave the exact range.
    """
    unit = 1 << fp.ACTIVATION_FRACTION_BITS
    flat = weights.integers * weights.units
    first, output, linear, kernel = split(flat, shapes(len(flat), planes, hidden))
    inputs = [LARGEST] * planes + [unit]
    largest = [
        largest_sum(first, inputs),
        largest_sum(output, [HIDDEN_MAXIMUM] * hidden) + largest_sum(linear, inputs),
        largest_sum(kernel, [SAMPLE_MAXIMUM] * kernel.shape[1]),
    ]
    if max(largest) + largest[1] >= fp.EXACT_FLOAT64:
        raise ValueError("synthesis leaves the range of exact arithmetic")
    return [matrix.astype(np.float64) for matrix in (first, output, linear, kernel)]


def _synthesize_real(space: Real, weights: str, hidden: int, planes: Any, margins: Margins) -> Any:
    from inrcodec.operations.convolution import convolve
    from inrcodec.operations.perceptron import perceptron

    flat = space.parameters[weights]
    first, output, linear, kernel = split(flat, shapes(len(flat), len(planes), hidden))
    samples = perceptron(planes.reshape(len(planes), -1), first, output, linear).reshape(-1, *planes.shape[1:])
    rows, columns = (slice(1 - before, -1 if not after else None) for before, after in margins)
    return (samples[:, rows, columns] + convolve(samples, kernel, margins)).movedim(0, -1)


synthesize = Operation(_synthesize_exact, _synthesize_real)
"""synthesize(space, weights, hidden, planes, margins): pre-activations (rows, columns, channels).

planes (planes, rows, columns): what `upsample` gives, one pixel more on all sides but for those that `margins`, ((top,
bottom), (left, right)), says are 1: there the picture ends, and its last samples go on.
"""

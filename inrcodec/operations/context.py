"""A context network: from symbols that are already decoded to the distribution of the next one (Minnen, Balle and
Toderici, NeurIPS 2018; as small as here: Cool-chic, Ladune et al., ICCV 2023).

Two rectified layers and, beside them, a linear path give mean and log-scale of a Laplace distribution. Its weights are
one flat tensor, since a file spends bytes on each; columns of ones carry the biases.
"""

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from inrcodec.operations import fixed_point as fp

NEIGHBOURS = (
    *((0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0), (-1, -2), (-2, 1)),
    *((-2, -1), (-2, 2), (0, -3), (-2, -2), (-1, -3), (0, -4), (-2, 3), (-2, -3)),
)
"""Row and column of a neighbour from a symbol on, nearest first. Column + 2 row is negative for all: symbols of equal
column + 2 row are decoded together."""
ABOVE, LEFT, RIGHT = 2, 4, 3
"""How far away neighbours lie, at most."""
LARGEST_SYMBOL = 1023
MEAN_BITS = 5
"""Means are in 2**-5 of a symbol."""
SCALE_BITS = 3
"""Scales are powers of 2**(1/8) symbols."""
SCALES = 113
SCALE_OF_ZERO = 16
"""The scale that an output of 0 stands for, 2**-5 symbols: one begins near certainty."""
SMALLEST_LOG2_SCALE = -7
LEAST_FREQUENCY = 1 << 7
"""Of 2**24: what hardly happens costs 17 bits. Networks of a few weights are surer than they may be."""
HIDDEN_MAXIMUM = (1 << 20) - 1
"""Of activations, in 2**-12."""
Shapes = Sequence[tuple[int, int]]


def shapes(neighbours: int, hidden: int) -> list[tuple[int, int]]:
    """Of the matrices in the tensor: first layer, second layer, output of it, linear path."""
    return [(hidden, neighbours + 1), (hidden, hidden + 1), (2, hidden), (2, neighbours + 1)]


def numbers(of: Shapes) -> int:
    """How many matrices of these shapes have."""
    return sum(map(prod, of))


def split(flat: Any, of: Shapes) -> list[Any]:
    """A flat array as matrices of these shapes, which are views."""
    matrices, at = [], 0
    for rows, columns in of:
        matrices.append(flat[at : at + rows * columns].reshape(rows, columns))
        at += rows * columns
    return matrices


class Distribution(NamedTuple):
    """Laplace distributions: means in 2**-5 symbols, int64; indices of scales, int64 in 0..SCALES - 1."""

    mean: np.ndarray
    scale: np.ndarray


class ExactContext:
    """The network in integers, which float64 carries: see `fixed_point`.

    Raises:
        ValueError: its sums could leave the exact range.
    """

    def __init__(self, parameters: Any, neighbours: int, hidden: int) -> None:
        self.neighbours = neighbours
        flat = parameters.integers * parameters.units
        first, second, output, linear = split(flat, shapes(neighbours, hidden))
        unit = 1 << fp.ACTIVATION_FRACTION_BITS
        inputs, activations = [LARGEST_SYMBOL] * neighbours + [1], [HIDDEN_MAXIMUM] * hidden
        for sums in (
            largest_sum(first, inputs),
            largest_sum(second, [*activations, unit]),
            largest_sum(output, activations) + largest_sum(linear, inputs) * unit,
        ):
            if sums >= fp.EXACT_FLOAT64:
                raise ValueError("context leaves the range of exact arithmetic")
        self.first, self.output, self.linear = (m.astype(np.float64) for m in (first, output, linear * unit))
        self.second = second[:, :-1].astype(np.float64)
        self.bias = (second[:, -1:] * unit).astype(np.float64)

    def distribution(self, context: np.ndarray) -> Distribution:
        """Of the symbols whose neighbours are the columns of `context`: (neighbours, then 1; n) float64 integers."""
        hidden = _rounded(self.first @ context, 8)
        hidden = _rounded(self.second @ hidden + self.bias, 20)
        outputs = self.output @ hidden + self.linear @ context
        mean = np.floor(outputs[0] * 2.0 ** (MEAN_BITS - 32) + 0.5)
        scale = np.floor(outputs[1] * 2.0 ** (SCALE_BITS - 32) + (0.5 + SCALE_OF_ZERO))
        limit = LARGEST_SYMBOL << MEAN_BITS
        np.clip(mean, -limit, limit, out=mean)
        np.clip(scale, 0, SCALES - 1, out=scale)
        return Distribution(mean.astype(np.int64), scale.astype(np.int64))


def largest_sum(matrix: np.ndarray, maxima: Sequence[int]) -> int:
    """The largest sum that a row can give, in Python's integers."""
    return max(sum(abs(int(w)) * int(m) for w, m in zip(row, maxima, strict=True)) for row in matrix)


def _rounded(sums: np.ndarray, bits: int) -> np.ndarray:
    """A rectified layer's activations in 2**-12 from sums with so many bits more."""
    sums *= 2.0**-bits
    sums += 0.5
    np.floor(sums, out=sums)
    return np.clip(sums, 0, HIDDEN_MAXIMUM, out=sums)

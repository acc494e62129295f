"""What grids of latents cost under a context network, in floating point, and the gradient of that.

The gradient is written out, and taken chunk by chunk while a chunk's activations are in a core's cache: half the time
of torch's own, and the rate is half of a step. The decoder's form of the network is `operations.context.ExactContext`.
"""

from collections.abc import Iterator
from math import log
from typing import NamedTuple

import torch
from torch.nn.functional import pad

from inrcodec.operations.context import (
    ABOVE,
    LEAST_FREQUENCY,
    LEFT,
    NEIGHBOURS,
    RIGHT,
    SCALE_OF_ZERO,
    SMALLEST_LOG2_SCALE,
    shapes,
    split,
)

CHUNK = 1 << 15
"""Latents at once."""
SMALLEST_PROBABILITY = LEAST_FREQUENCY / 2**24
"""Added to every probability, as in a file: far out there is still a gradient, and never an infinite cost."""
LARGEST_EXPONENT = 80.0
"""exp(-80) is still a normal float32; processors take many times as long for smaller ones."""
_LOG2_SCALE_OF_ZERO = SMALLEST_LOG2_SCALE + SCALE_OF_ZERO / 8
_LOG_2 = log(2)


class Rate(NamedTuple):
    """`bits` in all, and its gradient by every grid and by the network's flat tensor; None where not asked for."""

    bits: float
    grids: list[torch.Tensor] | None
    network: torch.Tensor | None


class _Part(NamedTuple):
    """Some rows of a grid, and where their latents lie in a chunk."""

    grid: int
    first: int
    stop: int
    columns: int
    at: int

    @property
    def end(self) -> int:
        return self.at + (self.stop - self.first) * self.columns


@torch.no_grad()
def rate(
    network: torch.Tensor, neighbours: int, hidden: int, grids: list[torch.Tensor], gradients: bool = True
) -> Rate:
    """The ideal code length of grids, float32 (rows, columns), whose numbers need not be whole."""
    matrices = split(network, shapes(neighbours, hidden))
    padded = [pad(grid, (LEFT, RIGHT, ABOVE, 0)) for grid in grids]
    of_padded = [torch.zeros_like(values) for values in padded]
    of_matrices = [torch.zeros_like(matrix) for matrix in matrices]
    chunks = list(_chunks([grid.shape for grid in grids]))
    longest = max(parts[-1].end for parts in chunks)
    context, symbols = network.new_ones(neighbours + 1, longest), network.new_empty(longest)
    total = 0.0
    for parts in chunks:
        end = parts[-1].end
        for part in parts:
            for view, values in _views(part, padded, context, symbols):
                values.copy_(view)
        total += _chunk(matrices, context[:, :end], symbols[:end], of_matrices if gradients else None)
        for part in parts if gradients else ():
            for view, values in _views(part, of_padded, context, symbols):
                view.add_(values)
    if not gradients:
        return Rate(total, None, None)
    of_grids = [values[ABOVE:, LEFT : values.shape[1] - RIGHT] for values in of_padded]
    return Rate(total, of_grids, torch.cat([matrix.reshape(-1) for matrix in of_matrices]))


@torch.no_grad()
def bits_of(network: torch.Tensor, neighbours: int, hidden: int, grid: torch.Tensor) -> torch.Tensor:
    """The ideal code length of each latent of a grid, float32 (rows, columns)."""
    matrices = split(network, shapes(neighbours, hidden))
    padded, found = pad(grid, (LEFT, RIGHT, ABOVE, 0)), []
    for parts in _chunks([grid.shape]):
        end = parts[-1].end
        context, symbols = network.new_ones(neighbours + 1, end), network.new_empty(end)
        for part in parts:
            for view, values in _views(part, [padded], context, symbols):
                values.copy_(view)
        *_, mean, log2_scale = _outputs(matrices, context)
        found.append(torch.log2(_laplace(symbols, mean, log2_scale).probability).neg_())
    return torch.cat(found).view(grid.shape)


def _chunks(grids: list[tuple[int, int]]) -> Iterator[list[_Part]]:
    """All rows of all grids; small grids share a chunk."""
    parts: list[_Part] = []
    for grid, (rows, columns) in enumerate(grids):
        row = 0
        while row < rows:
            at = parts[-1].end if parts else 0
            stop = min(rows, row + max(1, (CHUNK - at) // columns))
            if parts and at + (stop - row) * columns > CHUNK:
                yield parts
                parts = []
                continue
            parts.append(_Part(grid, row, stop, columns, at))
            row = stop
    yield parts


def _views(
    part: _Part, padded: list[torch.Tensor], context: torch.Tensor, symbols: torch.Tensor
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Where a part's symbols and every one of its neighbours lie, in the grid and in the chunk."""
    shape, grid = (part.stop - part.first, part.columns), padded[part.grid]
    lines = [(symbols, (0, 0)), *zip(context, NEIGHBOURS[: len(context) - 1])]  # noqa: B905
    for line, (down, right) in lines:
        rows = slice(ABOVE + part.first + down, ABOVE + part.stop + down)
        yield grid[rows, LEFT + right : LEFT + right + part.columns], line[part.at : part.end].view(shape)


def _chunk(
    matrices: list[torch.Tensor], context: torch.Tensor, symbols: torch.Tensor, gradients: list[torch.Tensor] | None
) -> float:
    """A chunk's bits; its gradients are added to those of the matrices, and take the place of context and symbols."""
    first, second, output, linear = matrices
    one, two, mean, log2_scale = _outputs(matrices, context)
    laplace = _laplace(symbols, mean, log2_scale)
    bits = -float(torch.log2(laplace.probability).sum())
    if gradients is None:
        return bits
    of_mean, of_scale = _gradients(laplace)
    of_outputs = torch.stack([of_mean, of_scale])
    of_two = torch.ops.aten.threshold_backward(output.T @ of_outputs, two, 0)
    of_one = torch.ops.aten.threshold_backward(second[:, :-1].T @ of_two, one, 0)
    gradients[0].addmm_(of_one, context.T)
    gradients[1][:, :-1].addmm_(of_two, one.T)
    gradients[1][:, -1].add_(of_two.sum(dim=1))
    gradients[2].addmm_(of_outputs, two.T)
    gradients[3].addmm_(of_outputs, context.T)
    torch.neg(of_mean, out=symbols)
    torch.addmm(linear[:, :-1].T @ of_outputs, first[:, :-1].T, of_one, out=context[:-1])
    context[-1] = 1
    return bits


def _outputs(matrices: list[torch.Tensor], context: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Both layers, means and log2 of the scales."""
    first, second, output, linear = matrices
    one = (first @ context).relu_()
    two = torch.addmm(second[:, -1:], second[:, :-1], one).relu_()
    mean, log2_scale = torch.addmm(linear @ context, output, two)
    return one, two, mean, log2_scale


class _Laplace(NamedTuple):
    """Probabilities of symbols, and of what they were found: see `_laplace`."""

    probability: torch.Tensor
    distance: torch.Tensor
    shifted: torch.Tensor
    inverse: torch.Tensor
    near: torch.Tensor
    far: torch.Tensor
    of_near: torch.Tensor
    of_far: torch.Tensor


def _laplace(symbols: torch.Tensor, mean: torch.Tensor, log2_scale: torch.Tensor) -> _Laplace:
    """Probabilities of symbols, whole or not.

    The probability is that of the unit interval around a symbol, from the distribution's function F. With u and v the
    distances of its ends from the mean in scales, v the further one, it is (exp(-u) - exp(-v)) / 2 where u >= 0,
    else 1 - (exp(u) + exp(-v)) / 2.
    """
    shifted = log2_scale + _LOG2_SCALE_OF_ZERO
    inverse = torch.exp2(-shifted.clamp(SMALLEST_LOG2_SCALE, -SMALLEST_LOG2_SCALE))
    distance = symbols - mean
    scaled, half = distance.abs() * inverse, 0.5 * inverse
    near, far = scaled - half, scaled + half
    of_near = near.abs().clamp_(max=LARGEST_EXPONENT).neg_().exp_().mul_(0.5)
    of_far = far.clamp(max=LARGEST_EXPONENT).neg_().exp_().mul_(0.5)
    # Without torch.where, which takes as long as all the rest.
    side = torch.sign(near)
    probability = (of_near * side).sub_(side, alpha=0.5).sub_(of_far).add_(0.5 + SMALLEST_PROBABILITY)
    return _Laplace(probability, distance, shifted, inverse, near, far, of_near, of_far)


def _gradients(of: _Laplace) -> tuple[torch.Tensor, torch.Tensor]:
    """Of the bits, by mean and log2 of the scale; they take the place of what they were found from."""
    # d bits / d log(probability) = -1 / (p log 2); a mean moves against its symbol.
    slope = of.probability.reciprocal_().mul_(1 / _LOG_2)
    of_mean = (of.of_far - of.of_near).mul_(of.inverse).mul_(slope).mul_(torch.sign(of.distance))
    of_scale = of.of_near.mul_(of.near).sub_(of.of_far.mul_(of.far)).mul_(slope).mul_(-_LOG_2)
    of_scale.masked_fill_(of.shifted.abs() > -SMALLEST_LOG2_SCALE, 0)
    return of_mean, of_scale

"""What grids of latents cost under a context network, in floating point, and the gradient of that.

On a processor both are compiled (`operations.kernels`); elsewhere torch has the gradient. The decoder's form of the
network is `operations.context.ExactContext`.
"""

from math import log
from typing import NamedTuple

import numpy as np
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

SMALLEST_PROBABILITY = LEAST_FREQUENCY / 2**24
"""Added to every probability, as in a file: far out there is still a gradient, and never an infinite cost."""
LARGEST_EXPONENT = 80.0
"""exp(-80) is still a normal float32; processors take many times as long for smaller ones."""
_LOG2_SCALE_OF_ZERO = SMALLEST_LOG2_SCALE + SCALE_OF_ZERO / 8
_LIMITS = np.array([SMALLEST_LOG2_SCALE, SMALLEST_PROBABILITY, LARGEST_EXPONENT / log(2)], np.float32)
_PLACES = np.add([(0, 0), *NEIGHBOURS], (ABOVE, LEFT))


class Rate(NamedTuple):
    """`bits` in all, and its gradient by every grid and by the network's flat tensor; None where not asked for."""

    bits: float
    grids: list[torch.Tensor] | None
    network: torch.Tensor | None


@torch.no_grad()
def rate(
    network: torch.Tensor, neighbours: int, hidden: int, grids: list[torch.Tensor], gradients: bool = True
) -> Rate:
    """The ideal code length of grids, float32 (rows, columns), whose numbers need not be whole."""
    if network.device.type != "cpu":
        return rate_by_torch(network, neighbours, hidden, grids, gradients)
    matrices = _matrices(network, neighbours, hidden)
    of_matrices = [np.zeros(matrix.shape) for matrix in matrices]
    found = [_compiled(matrices, neighbours, grid, of_matrices if gradients else None) for grid in grids]
    bits = sum(float(of_latents.sum(dtype=torch.float64)) for of_latents, _ in found)
    if not gradients:
        return Rate(bits, None, None)
    of_network = np.concatenate([matrix.reshape(-1) for matrix in of_matrices])
    return Rate(bits, [of_grid for _, of_grid in found], torch.from_numpy(of_network).float())


@torch.no_grad()
def bits_of(network: torch.Tensor, neighbours: int, hidden: int, grid: torch.Tensor) -> torch.Tensor:
    """The ideal code length of each latent of a grid, float32 (rows, columns)."""
    if network.device.type != "cpu":
        return bits_by_torch(network, neighbours, hidden, grid)
    return _compiled(_matrices(network, neighbours, hidden), neighbours, grid)[0]


def _matrices(network: torch.Tensor, neighbours: int, hidden: int) -> list[np.ndarray]:
    """The network's, the bias of a scale's log2 made that of the scale itself."""
    matrices = [matrix.numpy() for matrix in split(network.detach(), shapes(neighbours, hidden))]
    linear = matrices[-1].copy()
    linear[1, -1] += np.float32(_LOG2_SCALE_OF_ZERO)
    return [*matrices[:-1], linear]


def _compiled(
    matrices: list[np.ndarray], neighbours: int, grid: torch.Tensor, of_matrices: list[np.ndarray] | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Bits of each latent; where gradients of the matrices are to be added to, those by the grid too."""
    from inrcodec.operations import kernels

    padded, probabilities = pad(grid, (LEFT, RIGHT, ABOVE, 0)), grid.new_empty(grid.shape)
    of_padded = torch.zeros_like(padded) if of_matrices else grid.new_empty(0, 0)
    sums = of_matrices or [np.empty((0, 0))] * len(matrices)
    arrays = (padded.numpy(), _PLACES[: 1 + neighbours], *matrices, _LIMITS, probabilities.numpy())
    kernels.context_rate(*arrays, bool(of_matrices), of_padded.numpy(), *sums)
    return torch.log2(probabilities).neg_(), of_padded[ABOVE:, LEFT : LEFT + grid.shape[1]]


def rate_by_torch(
    network: torch.Tensor, neighbours: int, hidden: int, grids: list[torch.Tensor], gradients: bool = True
) -> Rate:
    """The same, on any device, of any precision."""
    with torch.set_grad_enabled(gradients):
        moved = [tensor.detach().requires_grad_(gradients) for tensor in (network, *grids)]
        bits = torch.stack([bits_by_torch(moved[0], neighbours, hidden, grid).sum() for grid in moved[1:]]).sum()
    if not gradients:
        return Rate(float(bits), None, None)
    of_network, *of_grids = torch.autograd.grad(bits, moved)
    return Rate(float(bits.detach()), of_grids, of_network)


def bits_by_torch(network: torch.Tensor, neighbours: int, hidden: int, grid: torch.Tensor) -> torch.Tensor:
    """As `kernels.context_rate` has it."""
    first, second, output, linear = split(network, shapes(neighbours, hidden))
    padded, (rows, columns) = pad(grid, (LEFT, RIGHT, ABOVE, 0)), grid.shape
    places = [(ABOVE + down, LEFT + right) for down, right in NEIGHBOURS[:neighbours]]
    seen = [padded[top : top + rows, left : left + columns].reshape(-1) for top, left in places]
    context = torch.stack([*seen, torch.ones_like(seen[0])])
    one = (first @ context).relu()
    two = (second[:, :-1] @ one + second[:, -1:]).relu()
    mean, log2_scale = output @ two + linear @ context
    limited = (log2_scale + _LOG2_SCALE_OF_ZERO).clamp(SMALLEST_LOG2_SCALE, -SMALLEST_LOG2_SCALE)
    inverse = torch.exp2(-limited)
    scaled = (grid.reshape(-1) - mean).abs() * inverse
    near, far = scaled - inverse / 2, scaled + inverse / 2
    of_near, of_far = ((-end.clamp(max=LARGEST_EXPONENT)).exp() / 2 for end in (near.abs(), far))
    probability = torch.where(near >= 0, of_near, 1 - of_near) - of_far + SMALLEST_PROBABILITY
    return -torch.log2(probability).view(grid.shape)

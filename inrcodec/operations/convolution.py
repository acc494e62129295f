"""A 3x3 convolution of few channels with gradients: nine matrix products on shifted views.

torch's own, with its gradients, takes more than twice as long where there are three channels (docs/log.md).
"""

from typing import Any

import torch
from torch.nn.functional import pad


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, around: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
        channels, height, width = around.shape
        # Rows lie one behind the other: a shift by a row is one by `width`. What wraps around is cut away.
        flat, count = pad(around.reshape(channels, -1), (0, 2)), (height - 2) * width
        ctx.save_for_backward(flat, kernel)
        ctx.shape = around.shape
        result = flat.new_zeros(len(kernel), count)
        for weights, shift in _parts(kernel, channels, width):
            result.addmm_(weights, flat[:, shift : shift + count])
        return result.view(-1, height - 2, width)[:, :, :-2]

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        flat, kernel = ctx.saved_tensors
        channels, _, width = ctx.shape
        gradient = pad(gradient, (0, 2)).reshape(len(gradient), -1)
        count, of_weights, of_values = gradient.shape[1], [], torch.zeros_like(flat)
        for weights, shift in _parts(kernel, channels, width):
            of_weights.append(gradient @ flat[:, shift : shift + count].T)
            of_values[:, shift : shift + count].addmm_(weights.T, gradient)
        return of_values[:, :-2].view(ctx.shape), torch.cat(of_weights, dim=1)


def _parts(kernel: torch.Tensor, channels: int, width: int) -> list[tuple[torch.Tensor, int]]:
    """The weights of each of the nine places, and how far on it lies."""
    return [
        (kernel[:, channels * place : channels * (place + 1)], place // 3 * width + place % 3) for place in range(9)
    ]


def convolve(around: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """(channels, height, width) with (outputs, 9 channels), place by place: (outputs, height - 2, width - 2)."""
    return _Convolution.apply(around, kernel)

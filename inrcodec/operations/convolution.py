"""A 3x3 convolution of few channels with gradients: one matrix product between shifts of columns and shifts of rows.

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
        flat, count = pad(around.reshape(channels, -1), (0, 2)), height * width
        columns = torch.cat([flat[:, right : right + count] for right in range(3)])
        matrix = _matrix(kernel, channels)
        ctx.save_for_backward(columns, matrix)
        ctx.shape = around.shape
        top, middle, bottom = (matrix @ columns).view(3, len(kernel), height, width)
        return (top[:, :-2] + middle[:, 1:-1]).add_(bottom[:, 2:])[:, :, :-2]

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        columns, matrix = ctx.saved_tensors
        channels = ctx.shape[0]
        of_rows = torch.cat([pad(gradient, (0, 2, down, 2 - down)) for down in range(3)]).view(len(matrix), -1)
        of_matrix, of_columns = of_rows @ columns.T, (matrix.T @ of_rows).view(3, channels, -1)
        of_values = of_columns[0].clone()
        for right in (1, 2):
            of_values[:, right:].add_(of_columns[right, :, :-right])
        of_kernel = of_matrix.view(3, len(gradient), 3, channels).permute(1, 0, 2, 3)
        return of_values.view(ctx.shape), of_kernel.reshape(len(gradient), -1)


def _matrix(kernel: torch.Tensor, channels: int) -> torch.Tensor:
    """The weights with a row for every row of the kernel and output, a column for every column and channel."""
    return kernel.view(-1, 3, 3, channels).transpose(0, 1).reshape(3 * len(kernel), 3 * channels)


def convolve(around: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """(channels, height, width) with (outputs, 9 channels), place by place: (outputs, height - 2, width - 2)."""
    return _Convolution.apply(around, kernel)

"""A 3x3 convolution of few channels with gradients, a weighted sum of shifted planes."""

from typing import Any

import numpy as np
import torch
from torch.nn.functional import conv2d, pad

from inrcodec.operations.upsampling import Margins


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, planes: torch.Tensor, kernel: torch.Tensor, margins: Margins) -> torch.Tensor:
        from inrcodec.operations import kernels

        ctx.save_for_backward(planes, kernel)
        ctx.first = [before for before, _ in margins]
        rows, columns = (size - 2 + sum(more) for size, more in zip(planes.shape[1:], margins, strict=True))
        results = planes.new_empty(len(kernel), rows, columns)
        kernels.convolution(planes.numpy(), kernel.numpy(), *ctx.first, results.numpy())
        return results

    @staticmethod
    def backward(ctx: Any, of_results: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        from inrcodec.operations import kernels

        planes, kernel = ctx.saved_tensors
        of_planes, of_kernel = torch.zeros_like(planes), np.zeros(kernel.shape)
        arrays = [of_results.contiguous().numpy(), of_planes.numpy(), of_kernel]
        kernels.convolution_gradients(planes.numpy(), kernel.numpy(), *ctx.first, *arrays)
        return of_planes, torch.from_numpy(of_kernel).float(), None


def by_torch(planes: torch.Tensor, kernel: torch.Tensor, margins: Margins) -> torch.Tensor:
    """The same, on any device, of any precision."""
    (top, bottom), (left, right) = margins
    around = pad(planes[None], (left, right, top, bottom), mode="replicate")
    by_place = kernel.view(len(kernel), 3, 3, len(planes)).permute(0, 3, 1, 2)
    return conv2d(around, by_place)[0]


def convolve(planes: torch.Tensor, kernel: torch.Tensor, margins: Margins) -> torch.Tensor:
    """Planes (channels, height, width) with (outputs, 9 channels), place by place: (outputs, rows, columns), float32.

    Two rows and columns fewer than there are, but for those `margins`, ((top, bottom), (left, right)), that are 1:
    there the picture ends, and its last samples go on.
    """
    form = _Convolution.apply if planes.device.type == "cpu" else by_torch
    return form(planes.contiguous(), kernel, margins)

"""A layer of rectified neurons and a linear path beside it, with gradients, on every pixel of a picture."""

from typing import Any

import numpy as np
import torch
from torch.nn.functional import pad


class _Perceptron(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, *tensors: torch.Tensor) -> torch.Tensor:
        from inrcodec.operations import kernels

        ctx.save_for_backward(*tensors)
        inputs, *_, linear = tensors
        results = inputs.new_empty(len(linear), inputs.shape[1])
        kernels.perceptron(*(tensor.numpy() for tensor in (*tensors, results)))
        return results

    @staticmethod
    def backward(ctx: Any, of_results: torch.Tensor) -> tuple[torch.Tensor, ...]:
        from inrcodec.operations import kernels

        inputs, *matrices = ctx.saved_tensors
        of_inputs = torch.empty_like(inputs)
        sums = [np.zeros(matrix.shape) for matrix in matrices]
        arrays = [tensor.numpy() for tensor in (inputs, *matrices, of_results.contiguous(), of_inputs)]
        kernels.perceptron_gradients(*arrays, *sums)
        return of_inputs, *(torch.from_numpy(array).float() for array in sums)


def by_torch(inputs: torch.Tensor, first: torch.Tensor, output: torch.Tensor, linear: torch.Tensor) -> torch.Tensor:
    """The same, on any device, of any precision."""
    inputs = pad(inputs, (0, 0, 0, 1), value=1.0)
    return output @ (first @ inputs).relu() + linear @ inputs


def perceptron(inputs: torch.Tensor, first: torch.Tensor, output: torch.Tensor, linear: torch.Tensor) -> torch.Tensor:
    """output @ relu(first @ inputs) + linear @ inputs, of float32 inputs (values, pixels) and, after them, ones."""
    form = _Perceptron.apply if inputs.device.type == "cpu" else by_torch
    return form(inputs, first, output, linear)

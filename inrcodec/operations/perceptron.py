"""A layer of rectified neurons and a linear path beside it, with gradients, on every pixel of a picture.

Chunk by chunk, while its neurons are in a core's cache; they are not kept, but computed again for the gradients.
"""

from typing import Any

import torch

CHUNK = 1 << 13
"""Pixels at once."""


class _Perceptron(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, *tensors: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(*tensors)
        inputs, first, output, linear = tensors
        result = linear @ inputs
        for some, into in zip(inputs.split(CHUNK, dim=1), result.split(CHUNK, dim=1), strict=True):
            into.addmm_(output, (first @ some).relu_())
        return result

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, ...]:
        inputs, first, output, linear = ctx.saved_tensors
        of_inputs = linear.T @ gradient
        of_first, of_output, of_linear = torch.zeros_like(first), torch.zeros_like(output), gradient @ inputs.T
        parts = (tensor.split(CHUNK, dim=1) for tensor in (inputs, gradient, of_inputs))
        for some, of_result, into in zip(*parts, strict=True):
            neurons = (first @ some).relu_()
            of_output.addmm_(of_result, neurons.T)
            of_neurons = torch.ops.aten.threshold_backward(output.T @ of_result, neurons, 0)
            of_first.addmm_(of_neurons, some.T)
            into.addmm_(first.T, of_neurons)
        return of_inputs, of_first, of_output, of_linear


def perceptron(inputs: torch.Tensor, first: torch.Tensor, output: torch.Tensor, linear: torch.Tensor) -> torch.Tensor:
    """output @ relu(first @ inputs) + linear @ inputs, of inputs (values, pixels)."""
    return _Perceptron.apply(inputs, first, output, linear)

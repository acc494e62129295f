"""The fit's operations: the decoder's, in float32 with gradients.

The decoder rounds activations to 2**-12; that costs less quality than is worth simulating (docs/results.md), so
the fit only shares what changes the function: turns, and the rectifier's ceiling.
"""

from math import tau

import torch

from inrcodec.arithmetic.fixed_point import ACTIVATION_FRACTION_BITS, RECTIFIED_MAXIMUM

RELU_CEILING = RECTIFIED_MAXIMUM / (1 << ACTIVATION_FRACTION_BITS)


class DifferentiableOperations:
    """The operations of a representation's forward pass on torch tensors `weight0, bias0, weight1, ...`."""

    def __init__(self, parameters: dict[str, torch.Tensor]) -> None:
        self.parameters = parameters

    def first(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """x (width, features), y (height, features) -> (height, width, outputs)."""
        weight, bias = self.parameters["weight0"], self.parameters["bias0"]
        columns = x @ weight[:, : x.shape[1]].T
        rows = torch.addmm(bias, y, weight[:, x.shape[1] :].T)
        return rows[:, None, :] + columns[None, :, :]

    def affine(self, index: int, activations: torch.Tensor) -> torch.Tensor:
        """Layer `index` on activations (..., inputs)."""
        return torch.nn.functional.linear(
            activations, self.parameters[f"weight{index}"], self.parameters[f"bias{index}"]
        )

    def sine(self, preactivation: torch.Tensor) -> torch.Tensor:
        """sin(2 pi t)."""
        return _Sine.apply(preactivation)

    def relu(self, preactivation: torch.Tensor) -> torch.Tensor:
        """max(0, t), cut where the decoder's activations end."""
        return preactivation.clamp(0.0, RELU_CEILING)


class _Sine(torch.autograd.Function):
    """sin(2 pi t) with one array kept for the gradient and the products done in place: autograd's own keeps two."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, turns: torch.Tensor) -> torch.Tensor:
        radians = turns * tau
        ctx.save_for_backward(radians)
        return torch.sin(radians)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, gradient: torch.Tensor) -> torch.Tensor:
        (radians,) = ctx.saved_tensors
        return torch.cos(radians).mul_(gradient).mul_(tau)

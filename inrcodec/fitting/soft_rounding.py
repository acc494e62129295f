"""Soft rounding (Agustsson and Theis, NeurIPS 2020): a hyperbolic tangent about the middle between two whole numbers,
the steeper the lower its temperature.
"""

from math import tanh

import numpy as np
import torch


def twice(
    values: torch.Tensor, temperature: float, disturbance: torch.Tensor, noise: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Flat float32 values rounded softly, disturbed by so much, rounded softly again; and the derivative of that."""
    if values.device.type != "cpu":
        return twice_by_torch(values, temperature, disturbance, noise)
    from inrcodec.operations import kernels

    results, slopes = torch.empty_like(values), torch.empty_like(values)
    numbers = np.array([temperature, noise], np.float32)
    kernels.soft_rounded_twice(values.numpy(), disturbance.numpy(), numbers, results.numpy(), slopes.numpy())
    return results, slopes


def twice_by_torch(
    values: torch.Tensor, temperature: float, disturbance: torch.Tensor, noise: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The same, on any device, of any precision."""
    once, slope = _rounded(values, temperature)
    again, slope_of_again = _rounded(once.add_(disturbance, alpha=noise), temperature)
    return again, slope.mul_(slope_of_again)


def _rounded(values: torch.Tensor, temperature: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Once, and the derivative."""
    whole = torch.floor(values)
    step = torch.tanh((values - whole - 0.5) / temperature)
    scale = 0.5 / tanh(0.5 / temperature)
    slope = (1 - step.square()).mul_(scale / temperature)
    return whole.add_(0.5).add_(step, alpha=scale), slope

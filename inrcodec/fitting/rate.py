"""What parameters cost, as a number that a descent can lower."""

from math import e

import torch

from inrcodec.quantization.base import QuantizedTensor

SMALLEST_SCALE = 0.1
"""In symbols: below it nearly all are 0, and nothing more is to be saved."""


def estimated_bits(values: dict[str, torch.Tensor], like: dict[str, QuantizedTensor]) -> torch.Tensor:
    """The ideal code length of tensors' symbols under a Laplace distribution each, at its most likely scale b.

    n log2(2 e b) bits for n symbols of mean magnitude b (the differential entropy of a Laplace distribution, as the
    entropy-penalised reparameterisation of Oktay et al., ICLR 2020, learns such a model along). An estimate for the
    descent alone: rates are of files.

    Args:
        values: float tensors by name.
        like: their rules and settings.
    """
    total = torch.zeros(())
    for name, tensor in like.items():
        place = tensor.place(torch, values[name])
        scale = place.abs().mean().clamp(min=SMALLEST_SCALE)
        total = total.to(scale.device) + place.numel() * torch.log2(2 * e * scale)
    return total

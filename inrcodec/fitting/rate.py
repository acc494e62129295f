"""What parameters cost, as a number that a descent can lower."""

from collections.abc import Iterable
from math import e

import torch

SMALLEST_SCALE = 0.1
"""In symbols: below it nearly all are 0, and nothing more is to be saved."""


def estimated_bits(places: Iterable[torch.Tensor]) -> torch.Tensor:
    """The ideal code length of tensors' symbols under a Laplace distribution each, at its most likely scale b.

    n log2(2 e b) bits for n symbols of mean magnitude b (the differential entropy of a Laplace distribution, as the
    entropy-penalised reparameterisation of Oktay et al., ICLR 2020, learns such a model along). An estimate for the
    descent alone: rates are of files.

    Args:
        places: of each tensor where its parameters lie among the symbols, float.
    """
    total = torch.zeros(())
    for place in places:
        scale = place.abs().mean().clamp(min=SMALLEST_SCALE)
        total = total.to(scale.device) + place.numel() * torch.log2(2 * e * scale)
    return total

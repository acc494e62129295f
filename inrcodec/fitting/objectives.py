"""What a fit minimises: a distance between predicted and original samples. A new one is a line in OBJECTIVES."""

from collections.abc import Callable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Objective:
    """A loss on a batch of samples.

    Attributes:
        distance: of predicted and original samples in 0..1, (rows, columns, channels) float32 each, to one number.
        meaning: what it is, and its source.
    """

    distance: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    meaning: str


OBJECTIVES = {
    "l2": Objective(torch.nn.functional.mse_loss, "mean squared error: what PSNR measures"),
    "l1": Objective(torch.nn.functional.l1_loss, "mean absolute error: outliers count less"),
}

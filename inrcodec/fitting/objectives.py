"""What a fit minimises: a distance between predicted and original samples. A new one is a line in OBJECTIVES.

Imports no torch: configurations are checked against this list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Objective:
    """A loss on a batch of samples.

    Attributes:
        distance: of predicted and original samples in 0..1, torch tensors (rows, columns, channels) float32 each, to
            one number.
        meaning: what it is, and its source.
    """

    distance: Callable[[Any, Any], Any]
    meaning: str


OBJECTIVES = {
    "l2": Objective(lambda predicted, original: (predicted - original).square().mean(), "mean squared error, as PSNR"),
    "l1": Objective(lambda predicted, original: (predicted - original).abs().mean(), "mean absolute error"),
}

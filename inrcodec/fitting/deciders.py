"""Who chooses a file's integers. A new one is a line in DECIDERS, a module that does it, its script in the workflow.

Imports no torch: configurations are checked against this list.
"""

from dataclasses import dataclass, field
from typing import Any

from inrcodec.representations.base import Hyperparameter


@dataclass(frozen=True)
class Decider:
    """A way to choose integers for a fitted function's parameters.

    Attributes:
        meaning: in words.
        settings: its own ones and their defaults, by name.
        descends: whether it goes on with the fit's descent, so that it wants a GPU where there is one.
        grids: whether it is for functions with grids of latents, or for those without.
        between: whether it looks at places between symbols, which not all rules have.
        told: what it wants to know of the fit's settings, by key.
    """

    meaning: str
    settings: dict[str, tuple[Hyperparameter, Any]] = field(default_factory=dict)
    descends: bool = False
    grids: bool = False
    between: bool = False
    told: tuple[str, ...] = ("colour",)


DECIDERS = {
    "nearest": Decider("every parameter to the nearest one that the rule can say (post-training quantization)"),
    "fine_tune": Decider(
        "descent on the error of the rounded parameters (quantization-aware)",
        {
            "steps": (Hyperparameter(1, 10_000_000, "optimizer steps"), 200),
            "rate_weight": (Hyperparameter(0, 10_000_000, "lambda of the rate, bits per pixel", decimals=6), 0.0),
        },
        descends=True,
        told=("batch_px", "optimizer", "restarts", "matrix_rate", "vector_rate", "objective", "colour", "seed"),
    ),
    "rounding_search": Decider(
        "of every parameter the symbol below or above, by descent on the error of the function (AdaRound)",
        {"steps": (Hyperparameter(1, 10_000_000, "optimizer steps"), 200)},
        descends=True,
        between=True,
        told=("batch_px", "optimizer", "restarts", "matrix_rate", "vector_rate", "objective", "colour", "seed"),
    ),
    "step_search": Decider(
        "grids rounded; of each network the step with the least distance + lambda bits per pixel",
        grids=True,
        told=("colour", "objective", "rate_weight"),
    ),
}

"""Who chooses a file's integers. A new one is a line in DECIDERS, a module that does it, its script in the workflow.

Imports no torch: configurations are checked against this list.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from inrcodec.quantization import RULES
from inrcodec.representations.base import Hyperparameter

STEPPED = tuple(name for name, rule in RULES.items() if not rule.fixed_bits)
"""Rules whose symbols have steps between them, and bits to choose."""
_OF_DESCENTS = ("batch_px", "optimizer", "restarts", "matrix_rate", "vector_rate", "objective", "colour", "seed")
_STEPS = (Hyperparameter(1, 10_000_000, "optimizer steps"), 200)
_RATE_WEIGHT = (Hyperparameter(0, 10_000_000, "lambda of the rate, bits per pixel", decimals=6), 0.0)


@dataclass(frozen=True)
class Decider:
    """A way to choose integers for a fitted function's parameters.

    Attributes:
        meaning: in words.
        settings: its own ones and their defaults, by name.
        descends: whether it goes on with the fit's descent, so that it wants a GPU where there is one.
        grids: whether it is for functions with grids of latents, or for those without; None: for both.
        rules: the rules that it works with.
        told: what it wants to know of the fit's settings, by key.
    """

    meaning: str
    settings: dict[str, tuple[Hyperparameter, Any]] = field(default_factory=dict)
    descends: bool = False
    grids: bool | None = False
    rules: tuple[str, ...] = tuple(RULES)
    told: tuple[str, ...] = ("colour",)


DECIDERS = {
    "nearest": Decider("every parameter to the nearest one that the rule can say (post-training quantization)"),
    "fine_tune": Decider(
        "descent on the error of the rounded parameters (quantization-aware)",
        {
            "steps": _STEPS,
            "rate_weight": _RATE_WEIGHT,
            "search_steps": (
                Hyperparameter(0, 10_000_000, "of a rounding search (AdaRound), whose symbols it begins with"),
                0,
            ),
            "learn_steps": (Hyperparameter(0, 1, "whether steps are learnt too (LSQ)", ("false", "true")), "false"),
        },
        descends=True,
        told=_OF_DESCENTS,
    ),
    "rounding_search": Decider(
        "of every parameter the symbol below or above, by descent on the error of the function (AdaRound)",
        {"steps": _STEPS},
        descends=True,
        rules=STEPPED,
        told=_OF_DESCENTS,
    ),
    "prune": Decider(
        "the smallest weights to zero, the others by quantization-aware descent",
        {"steps": _STEPS, "share": (Hyperparameter(0, 99, "of the weights, set to zero", decimals=2), 0.3)},
        descends=True,
        told=_OF_DESCENTS,
    ),
    "greedy": Decider(
        "from the nearest symbols one up or down, many at once, where that lowers the error of the function",
        {"steps": (Hyperparameter(1, 10_000_000, "batches of changes tried"), 200), "rate_weight": _RATE_WEIGHT},
        descends=True,
        rules=STEPPED,
        told=("objective", "colour", "seed"),
    ),
    "sensitive_bits": Decider(
        "of every tensor the bit depth that its own error asks for, then the nearest",
        rules=STEPPED,
        told=("objective", "colour"),
    ),
    "step_search": Decider(
        "of each tensor the step with the least distance + lambda bits per pixel; grids are rounded",
        {"rate_weight": (replace(_RATE_WEIGHT[0], meaning="lambda; 0: that of the fit, of a pyramid's"), 0.0)},
        grids=None,
        rules=("uniform",),
        told=("colour", "objective", "rate_weight"),
    ),
    "integer_search": Decider(
        "of a pyramid, from searched steps on, weights and latents one up or down where distance + lambda bits is less",
        {
            "rounds": (Hyperparameter(1, 100, "of all weights, then all latents"), 1),
            "rate_weight": (replace(_RATE_WEIGHT[0], meaning="lambda; 0: that of the fit"), 0.0),
        },
        grids=True,
        rules=("uniform",),
        told=("colour", "objective", "rate_weight"),
    ),
}

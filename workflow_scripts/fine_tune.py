"""Make a file of a fitted function: fine-tuned with the rounding in view."""

from functools import partial
from pathlib import Path

from inrcodec.fitting.fine_tuning import fine_tune
from workflow_scripts import adapter, tuned

FIRST_RATE = 0.1
"""Against the fit's: enough to follow the rounding, too little to leave what was found."""


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit, coding (with steps, rate_weight, learn_steps)."""
    own = {"first_rate": FIRST_RATE, "rate_weight": spec["coding"]["rate_weight"]}
    decide = partial(fine_tune, learn_steps=spec["coding"]["learn_steps"] == "true")
    tuned.code("fine_tune", decide, own, spec, picture, weights, file, facts)


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

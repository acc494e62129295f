"""Make a file of a fitted function: fine-tuned with the rounding in view, on request after a rounding search."""

from functools import partial
from pathlib import Path

from inrcodec.fitting.fine_tuning import fine_tune
from inrcodec.fitting.rounding_search import search_rounding
from workflow_scripts import adapter, tuned

FIRST_RATE = 0.1
"""Against the fit's: enough to follow the rounding, too little to leave what was found."""


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit, coding (with steps, search_steps, rate_weight, learn_steps)."""
    coding = spec["coding"]
    own = {"first_rate": FIRST_RATE, "rate_weight": coding["rate_weight"]}
    decide = partial(fine_tune, learn_steps=coding["learn_steps"] == "true")
    stages = [tuned.Stage("fine_tune", decide, coding["steps"], own)]
    if coding["search_steps"]:
        stages.insert(0, tuned.Stage("rounding_search", search_rounding, coding["search_steps"]))
    tuned.code(stages, spec, picture, weights, file, facts)


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

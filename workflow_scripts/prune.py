"""Make a file of a fitted function: its smallest weights zero, the others fine-tuned with the rounding in view."""

from functools import partial
from pathlib import Path

from inrcodec.fitting.pruning import prune
from workflow_scripts import adapter, tuned
from workflow_scripts.fine_tune import FIRST_RATE


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit, coding (with steps, share)."""
    decide = partial(prune, share=spec["coding"]["share"])
    stage = tuned.Stage("prune", decide, spec["coding"]["steps"], {"first_rate": FIRST_RATE})
    tuned.code([stage], spec, picture, weights, file, facts)


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

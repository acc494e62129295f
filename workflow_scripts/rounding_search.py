"""Make a file of a fitted function: every parameter rounded down or up, by descent."""

from pathlib import Path

from inrcodec.fitting.rounding_search import search_rounding
from workflow_scripts import adapter, tuned


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit, coding (with steps)."""
    stage = tuned.Stage("rounding_search", search_rounding, spec["coding"]["steps"])
    tuned.code([stage], spec, picture, weights, file, facts)


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

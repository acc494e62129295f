"""Make a file of a fitted function: every parameter rounded, then moved by one symbol where that pays."""

from pathlib import Path

from inrcodec.fitting.greedy import refine
from workflow_scripts import adapter, tuned


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (objective, colour, seed), coding (with steps, rate_weight)."""
    own = {"rate_weight": spec["coding"]["rate_weight"]}
    tuned.code([tuned.Stage("greedy", refine, spec["coding"]["steps"], own)], spec, picture, weights, file, facts)


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

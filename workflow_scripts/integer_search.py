"""Make a file of a pyramid of latents: weights and latents, one up or one down where that pays."""

from functools import partial
from pathlib import Path

import numpy as np

from inrcodec.fitting.integer_search import IntegerSearch
from inrcodec.fitting.target import Target
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from workflow_scripts import adapter, descents, searched


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (colour, objective, rate_weight), coding (rate_weight, rounds)."""
    searched.code(partial(_decide, spec["coding"]["rounds"]), spec, picture, weights, file, facts)


def _decide(
    rounds: int,
    target: Target,
    parameters: dict[str, np.ndarray],
    depths: Depths,
    rate_weight: float,
    objective: str,
) -> tuple[dict[str, QuantizedTensor], dict[str, np.ndarray]]:
    search = IntegerSearch(target, parameters, depths, rate_weight, rounds, objective)
    log = descents.Log(search.steps, objective)
    for progress in search:
        log.show(progress)
    return search.tensors, search.grids()


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

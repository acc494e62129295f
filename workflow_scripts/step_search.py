"""Make a file of a fitted function: of each tensor the step that pays."""

from pathlib import Path

import numpy as np

from inrcodec.fitting.step_search import quantize
from inrcodec.fitting.target import Target
from inrcodec.quantization.base import QuantizedTensor
from workflow_scripts import adapter, searched


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (colour, objective, rate_weight of grids), coding (rate_weight)."""
    searched.code(_decide, spec, picture, weights, file, facts)


def _decide(
    target: Target, parameters: dict[str, np.ndarray], *how: object
) -> tuple[dict[str, QuantizedTensor], dict[str, np.ndarray]]:
    return quantize(target, parameters, *how), {name: parameters[name] for name in target.grids}


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

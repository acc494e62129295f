"""What the jobs share that search for integers without a descent; they begin anew where they were killed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from inrcodec.fitting.target import Target, pick_device
from inrcodec.images import load_rgb
from inrcodec.quantization.base import QuantizedTensor
from workflow_scripts import adapter, coded, descents
from workflow_scripts.functions import representation_of

Decide = Callable[..., tuple[dict[str, QuantizedTensor], dict[str, np.ndarray]]]
"""From target, parameters, depths, lambda and objective to tensors and grids."""


def code(decide: Decide, spec: dict[str, Any], picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (colour, objective, rate_weight of grids), coding (rate_weight)."""
    parameters = safetensors.numpy.load(weights.read_bytes())
    pixels, settings = load_rgb(picture), spec["fit"]
    target = Target(pixels, representation_of(spec), pick_device(), settings["colour"])
    adapter.log(descents.describe(target))
    started = time.perf_counter()
    rate_weight = spec["coding"]["rate_weight"] or settings["rate_weight"]
    tensors, grids = decide(target, parameters, coded.depths_of(spec), rate_weight, settings["objective"])
    coded.write(spec, pixels, tensors, file, grids)
    adapter.write_facts(facts, spec, {file.stem: time.perf_counter() - started}, descents.device_name(target.device))

"""Make a file of a fitted function: of each tensor the step that pays."""

import time
from pathlib import Path

import safetensors.numpy

from inrcodec.fitting.step_search import quantize
from inrcodec.fitting.target import Target, pick_device
from inrcodec.images import load_rgb
from workflow_scripts import adapter, coded, descents
from workflow_scripts.functions import representation_of


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (colour, objective, rate_weight of grids), coding (rate_weight)."""
    parameters = safetensors.numpy.load(weights.read_bytes())
    pixels, settings = load_rgb(picture), spec["fit"]
    target = Target(pixels, representation_of(spec), pick_device(), settings["colour"])
    adapter.log(descents.describe(target))
    started = time.perf_counter()
    rate_weight = spec["coding"]["rate_weight"] or settings["rate_weight"]
    tensors = quantize(target, parameters, coded.depths_of(spec), rate_weight, settings["objective"])
    coded.write(spec, pixels, tensors, file, {name: parameters[name] for name in target.grids})
    adapter.write_facts(facts, spec, {file.stem: time.perf_counter() - started}, descents.device_name(target.device))


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

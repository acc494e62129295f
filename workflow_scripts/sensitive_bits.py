"""Make a file of a fitted function: of each tensor the bit depth that its error asks for, every parameter rounded."""

import time
from pathlib import Path

import safetensors.numpy

from inrcodec.fitting.sensitivity import sensitive_depths
from inrcodec.fitting.target import Target, pick_device
from inrcodec.images import load_rgb
from inrcodec.quantization.nearest import quantize
from workflow_scripts import adapter, coded, descents
from workflow_scripts.functions import representation_of


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (colour, objective), coding."""
    parameters = safetensors.numpy.load(weights.read_bytes())
    pixels, settings = load_rgb(picture), spec["fit"]
    target = Target(pixels, representation_of(spec), pick_device(), settings["colour"])
    adapter.log(descents.describe(target))
    started = time.perf_counter()
    depths = sensitive_depths(target, parameters, coded.depths_of(spec), settings["objective"])
    adapter.log(", ".join(f"{name} {depths.of(name, tensor.role)[1]} bits" for name, tensor in target.tensors.items()))
    coded.write(spec, pixels, quantize(parameters, target.tensors, depths), file, depths=depths)
    adapter.write_facts(facts, spec, {file.stem: time.perf_counter() - started}, descents.device_name(target.device))


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

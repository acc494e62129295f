"""Make a file of a fitted function: every parameter rounded."""

import time
from pathlib import Path

import safetensors.numpy

from inrcodec.images import load_rgb
from inrcodec.quantization.nearest import quantize
from inrcodec.representations.base import travelling
from workflow_scripts import adapter, coded
from workflow_scripts.functions import representation_of


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (colour), coding."""
    parameters = safetensors.numpy.load(weights.read_bytes())
    pixels = load_rgb(picture)
    adapter.log(f"{adapter.size_of(pixels)}, {sum(values.size for values in parameters.values())} parameters")
    started = time.perf_counter()
    height, width, channels = pixels.shape
    tensors = travelling(representation_of(spec).tensors(channels, width, height))
    coded.write(spec, pixels, quantize(parameters, tensors, coded.depths_of(spec)), file)
    adapter.write_facts(facts, spec, {file.stem: time.perf_counter() - started})


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

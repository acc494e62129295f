"""Post-training quantization of one fitted function at a sweep of bit depths."""

import time
from pathlib import Path

import safetensors.numpy

from inrcodec.images import load_rgb
from inrcodec.quantization.symbols import QuantizedTensor
from inrcodec.quantization.uniform import quantize
from workflow_scripts import adapter
from workflow_scripts.coded import write_sweep


def quantize_sweep(spec: dict, picture: Path, weights: Path, files: list[Path], facts: Path) -> None:
    """spec: representation, hyperparameters."""
    parameters = safetensors.numpy.load(weights.read_bytes())

    def quantized(bits: int) -> tuple[dict[str, QuantizedTensor], float]:
        started = time.perf_counter()
        return quantize(parameters, bits), time.perf_counter() - started

    pixels = load_rgb(picture)
    adapter.log(f"{adapter.size_of(pixels)}, {sum(values.size for values in parameters.values())} parameters")
    adapter.write_facts(facts, spec, write_sweep(spec, pixels, files, quantized))


if __name__ == "__main__":
    adapter.main(quantize_sweep, "picture", "weights", "files", "facts", lists=("files",))

"""Post-training quantization of one fitted function at a sweep of bit depths."""

from pathlib import Path

import safetensors.numpy

from inrcodec.quantization.uniform import quantize
from workflow_scripts import adapter
from workflow_scripts.coded import write_sweep


def quantize_sweep(spec: dict, picture: Path, weights: Path, files: list[Path], seconds: Path) -> None:
    """spec: representation, hyperparameters."""
    parameters = safetensors.numpy.load(weights.read_bytes())
    write_sweep(spec, picture, files, seconds, lambda bits: quantize(parameters, bits))


if __name__ == "__main__":
    adapter.main(quantize_sweep, "picture", "weights", "files", "seconds", lists=("files",))

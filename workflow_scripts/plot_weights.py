"""Figure: the weights' histograms under their entropy model, and bits spent against the entropy bound."""

from pathlib import Path

import pandas as pd

from inrcodec.bitstream import container
from inrcodec.entropy import laplace
from inrcodec.figures import style, weights
from inrcodec.quantization.symbols import QuantizedTensor, largest_symbol
from workflow_scripts import adapter


def plot(spec: dict, files: list[Path], stem: Path) -> None:
    """spec: bits (of the histograms). `files`: one model's sweep, named by bit depth."""
    shown = next(path for path in files if path.stem == str(spec["bits"]))
    tensors = [
        _histogram(name, tensor)
        for name, tensor in container.read(shown.read_bytes()).tensors.items()
        if name.startswith("weight")
    ]
    sweep = pd.DataFrame([_costs(path) for path in files]).sort_values("bits")
    style.save(weights.plot(tensors, sweep), stem)


def _histogram(name: str, tensor: QuantizedTensor) -> weights.TensorSymbols:
    largest = largest_symbol(tensor.bits)
    frequencies = laplace.frequencies(laplace.best_scale(tensor.symbols, largest), largest)
    probabilities = frequencies / (1 << laplace.PRECISION_BITS)
    return weights.TensorSymbols(name, tensor.symbols.ravel(), probabilities, -largest)


def _costs(path: Path) -> dict[str, float]:
    """Bits per parameter of one file: the whole file's, the model's ideal, the histograms' entropy."""
    data = path.read_bytes()
    picture = container.read(data)
    model = entropy = count = 0.0
    for tensor in picture.tensors.values():
        largest = largest_symbol(tensor.bits)
        model += laplace.model_bits(tensor.symbols, laplace.best_scale(tensor.symbols, largest), largest)
        entropy += laplace.entropy_bits(tensor.symbols)
        count += tensor.symbols.size
    return {
        "bits": picture.bits,
        "spent_bits_per_parameter": 8 * len(data) / count,
        "model_bits_per_parameter": model / count,
        "entropy_bits_per_parameter": entropy / count,
    }


if __name__ == "__main__":
    adapter.main(plot, "files", "stem", lists=("files",))

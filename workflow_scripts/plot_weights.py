"""Figure: the weights' histograms under their entropy models, and bits spent against the entropy bound."""

from pathlib import Path

import pandas as pd

from inrcodec.bitstream import container
from inrcodec.entropy.base import entropy_bits
from inrcodec.figures import style, weights
from workflow_scripts import adapter
from workflow_scripts.symbols import tensor_symbols


def plot(spec: dict, files: list[Path], stem: Path) -> None:
    """`files`: first the one whose integers are shown, then those of one function's sweep over bit depths."""
    layout = container.parse(files[0].read_bytes())
    picture = container.decode_parameters(layout)
    names = [name for name, tensor in layout.tensors.items() if tensor.declared.role != "bias"]
    tensors = [tensor_symbols(name, layout, picture) for name in names[: weights.SHOWN_TENSORS]]
    sweep = pd.DataFrame([_costs(path) for path in files]).drop_duplicates("bits").sort_values("bits")
    style.save(weights.plot(tensors, sweep), stem)


def _costs(path: Path) -> dict[str, float]:
    """Bits per parameter of one file: the whole file's, its models' ideal, the histograms' entropy."""
    data = path.read_bytes()
    layout = container.parse(data)
    picture = container.decode_parameters(layout)
    model = entropy = 0.0
    for name, tensor in picture.tensors.items():
        model += layout.tensors[name].code_bits(tensor.symbols)
        entropy += entropy_bits(tensor.symbols)
    return {
        "bits": layout.bits,
        "spent_bits_per_parameter": 8 * len(data) / layout.parameters,
        "model_bits_per_parameter": model / layout.parameters,
        "entropy_bits_per_parameter": entropy / layout.parameters,
    }


if __name__ == "__main__":
    adapter.main(plot, "files", "stem", lists=("files",))

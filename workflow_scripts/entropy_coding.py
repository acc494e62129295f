"""The table of what the integers of a file take under every way to write them down."""

from collections.abc import Iterator
from pathlib import Path

from inrcodec import entropy
from inrcodec.baselines.compressors import COMPRESSORS, LAYOUTS, packed
from inrcodec.bitstream import container
from inrcodec.entropy.base import entropy_bits
from inrcodec.quantization.base import QuantizedTensor, largest_symbol
from workflow_scripts import adapter

Cost = tuple[str, float, float]
"""A method, bytes of the symbols, and bytes that say how to read them."""
Tensors = dict[str, QuantizedTensor]


def costs(spec: dict, files: list[Path], table: Path) -> None:
    """spec: dataset, image, functions (names, in the files' order)."""
    about = {"dataset": spec["dataset"], "image": spec["image"]}
    rows = []
    for function, path in zip(spec["functions"], files, strict=True):
        rows += [about | {"function": function} | row for row in _rows(path.read_bytes())]
    adapter.write_rows(table, rows)


def _rows(data: bytes) -> list[dict[str, str | float]]:
    """Of all tensors of a file, of its weights, of its biases."""
    layout = container.parse(data)
    tensors = container.decode_parameters(layout).tensors
    is_bias = {name: coded.declared.role == "bias" for name, coded in layout.tensors.items()}
    parts = {
        "all": tensors,
        "weights": {name: tensor for name, tensor in tensors.items() if not is_bias[name]},
        "biases": {name: tensor for name, tensor in tensors.items() if is_bias[name]},
    }
    found = [(part, cost) for part, members in parts.items() if members for cost in _methods(layout, members)]
    _, in_file, _ = next(cost for part, cost in found if part == "all" and cost[0] == "cheapest")
    found.append(("all", ("file", in_file, len(data) - in_file)))
    bounds = {part: symbols for part, (method, symbols, _) in found if method == "entropy"}
    counts = {part: sum(tensor.symbols.size for tensor in members.values()) for part, members in parts.items()}
    return [
        {
            "part": part,
            "parameters": counts[part],
            "method": method,
            "symbols_bytes": symbols,
            "description_bytes": description,
            "bytes": symbols + description,
            "above_entropy_bytes": symbols + description - bounds[part],
            "bits_per_parameter": 8 * (symbols + description) / counts[part],
        }
        for part, (method, symbols, description) in found
    ]


def _methods(layout: container.Layout, tensors: Tensors) -> Iterator[Cost]:
    yield "fixed", len(packed(tensors.values())), 0
    yield from _compressed(tensors)
    for name in entropy.MODELS:
        yield _modelled(name, tensors)
    coded = {name: layout.tensors[name] for name in tensors}
    ideal = sum(coded[name].code_bits(tensor.symbols) for name, tensor in tensors.items()) / 8
    written = (about.model.write(about.model_settings, largest_symbol(about.bits)) for about in coded.values())
    yield "cheapest", ideal, sum(map(len, written))
    yield "entropy", sum(entropy_bits(tensor.symbols) for tensor in tensors.values()) / 8, 0


def _compressed(tensors: Tensors) -> Iterator[Cost]:
    """The description is what a compressor makes of nothing."""
    for compressor, compress in COMPRESSORS.items():
        for layout, written in LAYOUTS.items():
            empty = len(compress(b""))
            yield f"{compressor}_{layout}", len(compress(written(tensors.values()))) - empty, empty


def _modelled(name: str, tensors: Tensors) -> Cost:
    """Every tensor under one family of models, with the best settings for each."""
    symbols = description = 0.0
    for tensor in tensors.values():
        largest = largest_symbol(tensor.bits)
        model, settings = entropy.choose(name, tensor.symbols, largest)
        symbols += model.code_bits(tensor.symbols, settings, largest) / 8
        description += len(model.write(settings, largest))
    return name, symbols, description


if __name__ == "__main__":
    adapter.main(costs, "files", "table", lists=("files",))

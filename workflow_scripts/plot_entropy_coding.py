"""Figure: the integers of a file, and the bytes that they take under every way to write them down."""

from pathlib import Path

from inrcodec.bitstream import container
from inrcodec.figures import entropy_coding, style
from workflow_scripts import adapter, tables
from workflow_scripts.symbols import tensor_symbols


def plot(spec: dict, costs: Path, file: Path, stem: Path) -> None:
    """spec: functions (names, titles); file: the first one's, of which the largest tensor is shown."""
    layout = container.parse(file.read_bytes())
    picture = container.decode_parameters(layout)
    largest = max(picture.tensors, key=lambda name: picture.tensors[name].symbols.size)
    table = tables.read(costs)
    tensor = tensor_symbols(largest, layout, picture)
    style.save(entropy_coding.plot(tensor, table[table.part == "all"], spec["functions"]), stem)


if __name__ == "__main__":
    adapter.main(plot, "costs", "file", "stem")

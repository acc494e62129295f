"""Figure: quality and rate against bit depth."""

from pathlib import Path

from inrcodec.figures import quantization_sweep, style
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, stem: Path) -> None:
    """spec: titles (of codings, by codec), function (its title)."""
    style.save(quantization_sweep.plot(tables.read(points), spec["titles"], spec["function"]), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "stem")

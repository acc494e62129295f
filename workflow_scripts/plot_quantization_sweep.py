"""Figure: quality and rate against bit depth."""

from pathlib import Path

from inrcodec.figures import quantization_sweep, style
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, stem: Path) -> None:
    """spec: titles (pairs codec, title of its coding), function (its title)."""
    style.save(quantization_sweep.plot(tables.read(points), dict(spec["titles"]), spec["function"]), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "stem")

"""Figure: what ways to choose integers buy at equal size."""

from pathlib import Path

from inrcodec.figures import deciders, style
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, stem: Path) -> None:
    """spec: titles (pairs codec, title of its coding), function (its title)."""
    style.save(deciders.plot(tables.read(points), dict(spec["titles"]), spec["function"]), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "stem")

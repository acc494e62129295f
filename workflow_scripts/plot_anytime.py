"""Figure: bits at equal quality against encoding time."""

from pathlib import Path

from inrcodec.figures import anytime, style
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, stem: Path) -> None:
    """spec: curves (as in `style.Curve`)."""
    curves = [style.Curve(*curve) for curve in spec["curves"]]
    style.save(anytime.plot(tables.read(points), curves), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "stem")

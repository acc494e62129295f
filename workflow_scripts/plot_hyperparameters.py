"""Figure: quality against each hyperparameter."""

from pathlib import Path

from inrcodec.figures import hyperparameters, style
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, stem: Path) -> None:
    """spec: curves (as in `style.Curve`)."""
    curves = [style.Curve(*curve) for curve in spec["curves"]]
    style.save(hyperparameters.plot(tables.read(points), curves), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "stem")

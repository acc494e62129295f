"""Figure: quality and rate against bit depth."""

from pathlib import Path

import pandas as pd

from inrcodec.figures import quantization_sweep, style
from workflow_scripts import adapter


def plot(spec: dict, points: Path, stem: Path) -> None:
    """spec: model."""
    style.save(quantization_sweep.plot(pd.read_csv(points), spec["model"]), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "stem")

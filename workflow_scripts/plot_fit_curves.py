"""Figure: quality against steps and seconds of fitting."""

from pathlib import Path

import pandas as pd

from inrcodec.figures import fit_curves, style
from workflow_scripts import adapter


def plot(spec: dict, curves: Path, stem: Path) -> None:
    """spec: nothing but the code's hash."""
    style.save(fit_curves.plot(pd.read_csv(curves)), stem)


if __name__ == "__main__":
    adapter.main(plot, "curves", "stem")

"""Figure: what each stage of the study cost."""

from pathlib import Path

import pandas as pd

from inrcodec.figures import costs, style
from workflow_scripts import adapter


def plot(spec: dict, provenance: Path, stem: Path) -> None:
    """provenance: the table of every job."""
    style.save(costs.plot(pd.read_csv(provenance)), stem)


if __name__ == "__main__":
    adapter.main(plot, "provenance", "stem")

"""Figure: what each stage of the study cost."""

from pathlib import Path

from inrcodec.figures import costs, style
from workflow_scripts import adapter, tables


def plot(spec: dict, provenance: Path, stem: Path) -> None:
    """provenance: the table of every job."""
    style.save(costs.plot(tables.read(provenance)), stem)


if __name__ == "__main__":
    adapter.main(plot, "provenance", "stem")

"""Figure: quality against steps and seconds of fitting."""

from pathlib import Path

from inrcodec.figures import fit_curves, style
from workflow_scripts import adapter, tables


def plot(spec: dict, curves: Path, stem: Path) -> None:
    """spec: functions (as in `style.Curve`, by their names in the table)."""
    functions = [style.Curve(*function) for function in spec["functions"]]
    style.save(fit_curves.plot(tables.read(curves), functions), stem)


if __name__ == "__main__":
    adapter.main(plot, "curves", "stem")

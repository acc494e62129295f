"""The table behind the figure of fits: quality against steps and seconds."""

import csv
from pathlib import Path

from workflow_scripts import adapter


def curves(spec: dict, root: Path, table: Path) -> None:
    """spec: pictures (pairs dataset, image), functions (by name: the fit's name in paths)."""
    rows = []
    for dataset, image in spec["pictures"]:
        for function, model in spec["functions"].items():
            with (root / "fits" / dataset / image / model / "curve.csv").open(newline="") as file:
                about = {"dataset": dataset, "image": image, "function": function, "model": model}
                rows += [about | row for row in csv.DictReader(file)]
    adapter.write_rows(table, rows)


if __name__ == "__main__":
    adapter.main(curves, "root", "table")

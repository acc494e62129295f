"""The table of every file that any figure shows: the figures' own tables joined, each file once."""

import csv
from pathlib import Path

from workflow_scripts import adapter


def join(spec: dict, tables: list[Path], points: Path) -> None:
    """spec: nothing but the code's hash. A file goes by the name of the first table that has it."""
    rows: dict[str, dict[str, str]] = {}
    for path in tables:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rows.setdefault(row["file"], row)
    adapter.write_rows(points, list(rows.values()))


if __name__ == "__main__":
    adapter.main(join, "tables", "points", lists=("tables",))

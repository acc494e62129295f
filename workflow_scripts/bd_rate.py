"""Bjontegaard rates of the rate-distortion figure's curves."""

from pathlib import Path

from inrcodec.metrics.bjontegaard import bd_rate_table
from workflow_scripts import adapter, tables

ANCHOR = "jpeg"


def compare(spec: dict, points: Path, table: Path) -> None:
    """spec: nothing but the code's hash."""
    adapter.write_csv(table, bd_rate_table(tables.read(points), ANCHOR))


if __name__ == "__main__":
    adapter.main(compare, "points", "table")

"""Figure: quality against seconds of encoding, milliseconds of decoding against what decoders compute."""

from pathlib import Path

from inrcodec.figures import seconds, style
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, stem: Path) -> None:
    """spec: lines (lists of curves, as in `style.Curve`), target_bpp."""
    lines = [[style.Curve(*curve) for curve in line] for line in spec["lines"]]
    style.save(seconds.plot(tables.read(points), lines, spec["target_bpp"]), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "stem")

"""Figure: rate-distortion against the classical codecs."""

from pathlib import Path

from inrcodec.baselines.published import load_published
from inrcodec.figures import rate_distortion, style
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, stem: Path) -> None:
    """spec: curves (as in `style.Curve`), published (names of systems to quote, or none)."""
    published = load_published()
    quoted = published[published["system"].isin(spec["published"])] if spec["published"] else None
    curves = [style.Curve(*curve) for curve in spec["curves"]]
    style.save(rate_distortion.plot(tables.read(points), curves, quoted), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "stem")

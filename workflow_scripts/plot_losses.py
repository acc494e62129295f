"""Figure: what a network looks like that was fitted on one loss or another, and what the metrics say of it."""

from pathlib import Path

from inrcodec.figures import losses, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter, shown, tables


def plot(spec: dict, points: Path, original: Path, decoded: list[Path], stem: Path) -> None:
    """spec: curves (as in `style.Curve`; of each the first file is shown), sweeps (as in `shown.picture`).

    `decoded`: every sweep's pictures.
    """
    table = tables.read(points)
    fits = []
    for curve in (style.Curve(*curve) for curve in spec["curves"]):
        row = next(table[table.codec == curve.codec].itertuples())
        scores = {metric: getattr(row, metric) for metric in losses.METRICS}
        fits.append(losses.Fit(curve.name, shown.picture(row, spec["sweeps"], decoded), row.bpp, scores))
    style.save(losses.plot(load_rgb(original), fits), stem)


if __name__ == "__main__":
    adapter.main(plot, "points", "original", "decoded", "stem", lists=("decoded",))

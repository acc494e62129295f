"""Figure: decoded pictures and their errors at comparable rates."""

from pathlib import Path

import pandas as pd

from inrcodec.figures import reconstructions, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter, shown, tables


def plot(spec: dict, points: Path, original: Path, decoded: list[Path], stem: Path) -> None:
    """spec: curves (as in `style.Curve`), target_bpp, sweeps (name in paths by codec, then setting; classical: none).

    `decoded`: every sweep's pictures.
    """
    candidates = chosen(spec, tables.read(points), decoded)
    style.save(reconstructions.plot(load_rgb(original), candidates), stem)


def chosen(spec: dict, points: pd.DataFrame, decoded: list[Path]) -> list[reconstructions.Candidate]:
    """Of each curve the picture whose rate is nearest to the target; spec and `decoded` as above."""
    curves = [style.Curve(*curve) for curve in spec["curves"]]
    rows = reconstructions.choose(points, spec["target_bpp"], [curve.codec for curve in curves])
    names = [curve.name for curve in curves]
    return [
        reconstructions.Candidate(
            curve.name if names.count(curve.name) == 1 else f"{curve.name}, {curve.group}",
            shown.picture(row, spec["sweeps"], decoded),
            row.bpp,
            row.psnr_db,
        )
        for curve, row in zip(curves, rows.itertuples(), strict=True)
    ]


if __name__ == "__main__":
    adapter.main(plot, "points", "original", "decoded", "stem", lists=("decoded",))

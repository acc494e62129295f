"""Figure: decoded pictures and their errors at comparable rates."""

from pathlib import Path

import numpy as np

from inrcodec.figures import reconstructions, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, original: Path, decoded: list[Path], stem: Path) -> None:
    """spec: curves (as in `style.Curve`), target_bpp, sweeps (name in paths by codec, then setting; classical: none).

    `decoded`: every sweep's pictures.
    """
    curves = [style.Curve(*curve) for curve in spec["curves"]]
    chosen = reconstructions.choose(tables.read(points), spec["target_bpp"], [curve.codec for curve in curves])
    names = [curve.name for curve in curves]
    candidates = [
        reconstructions.Candidate(
            curve.name if names.count(curve.name) == 1 else f"{curve.name}, {curve.group}",
            _picture(row, spec["sweeps"][row.codec].get(row.setting, row.codec), decoded),
            row.bpp,
            row.psnr_db,
        )
        for curve, row in zip(curves, chosen.itertuples(), strict=True)
    ]
    style.save(reconstructions.plot(load_rgb(original), candidates), stem)


def _picture(row, sweep: str, decoded: list[Path]) -> np.ndarray:
    """The decoded picture behind a row of the table."""
    path = next(path for path in decoded if path.with_suffix("").as_posix().endswith(f"/{sweep}"))
    with np.load(path) as pictures:
        return pictures[Path(row.file).stem]


if __name__ == "__main__":
    adapter.main(plot, "points", "original", "decoded", "stem", lists=("decoded",))

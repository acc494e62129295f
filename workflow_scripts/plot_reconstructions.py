"""Figure: decoded pictures and their errors at comparable rates."""

from pathlib import Path

import numpy as np

from inrcodec.figures import reconstructions, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter, tables


def plot(spec: dict, points: Path, original: Path, decoded: list[Path], stem: Path) -> None:
    """spec: dataset, image, codecs (as in the table), target_bpp. `decoded`: every sweep's pictures."""
    table = tables.read(points)
    table = table[table["dataset"] == spec["dataset"]]
    chosen = reconstructions.choose(table, spec["image"], spec["target_bpp"], spec["codecs"])
    candidates = [
        reconstructions.Candidate(style.name(row.codec), _picture(row, decoded), row.bpp, row.psnr_db)
        for row in chosen.itertuples()
    ]
    style.save(reconstructions.plot(load_rgb(original), candidates), stem)


def _picture(row, decoded: list[Path]) -> np.ndarray:
    """The decoded picture behind a row of the table."""
    implicit = row.family == "implicit"
    sweep = f"{row.representation}-{row.setting}-{row.method}" if implicit else row.codec
    path = next(path for path in decoded if path.stem == sweep)
    with np.load(path) as pictures:
        return pictures[str(int(row.bits)) if implicit else row.setting]


if __name__ == "__main__":
    adapter.main(plot, "points", "original", "decoded", "stem", lists=("decoded",))

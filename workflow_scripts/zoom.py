"""The table of enlarging: functions at the size that a picture had before it was shrunk, against interpolation."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from inrcodec.baselines.enlarging import METHODS, enlarge
from inrcodec.decoding.decoder import decode
from inrcodec.images import load_rgb
from inrcodec.metrics.quality import psnr_db
from workflow_scripts import adapter

NO_CODEC = "original"
"""What the rows of pictures that were not coded are called."""


def zoom(spec: dict, root: Path, table: Path) -> None:
    """spec: pictures (pairs dataset, image), files (by codec: the name in paths)."""
    rows = []
    for dataset, image in spec["pictures"]:
        place = Path(dataset) / image
        whole = load_rgb(root / "whole_pictures" / f"{place}.png")
        shrunk = load_rgb(root / "pictures" / f"{place}.png")
        about = {"dataset": dataset, "image": image}
        size = whole.shape[1::-1]
        rows += [about | row for row in _rows(NO_CODEC, whole, _interpolated(shrunk, size), shrunk)]
        for codec, sweep in spec["files"].items():
            data = (root / "files" / place / f"{sweep}.inr").read_bytes()
            decoded = decode(data)
            ways = _interpolated(decoded, size) | {"function": decode(data, size)}
            # Of the shrunk picture itself: what the file is worth before anything is enlarged.
            rows += [about | row for row in _rows(codec, shrunk, {"decoded": decoded}, shrunk)]
            rows += [about | row for row in _rows(codec, whole, ways, shrunk)]
    adapter.write_rows(table, rows)


def _interpolated(picture: np.ndarray, size: tuple[int, int]) -> dict[str, np.ndarray]:
    return {method: enlarge(picture, method, size) for method in METHODS}


def _rows(codec: str, truth: np.ndarray, ways: dict[str, np.ndarray], shrunk: np.ndarray) -> Iterator[dict]:
    for method, picture in ways.items():
        yield {
            "codec": codec,
            "method": method,
            "factor": truth.shape[1] / shrunk.shape[1],
            "width_px": truth.shape[1],
            "height_px": truth.shape[0],
            "psnr_db": psnr_db(truth, picture),
        }


if __name__ == "__main__":
    adapter.main(zoom, "root", "table")

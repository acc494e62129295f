"""Score a sweep: bytes on disk, decoded pictures against the original."""

from pathlib import Path

import numpy as np
import pandas as pd

from inrcodec.images import load_rgb
from inrcodec.metrics.measure import score
from workflow_scripts import adapter


def measure_sweep(spec: dict, original: Path, files: list[Path], pictures: Path, scores: Path) -> None:
    """One row per file; `setting` is its name without suffix."""
    reference = load_rgb(original)
    with np.load(pictures) as decoded:
        rows = [{"setting": path.stem, **score(reference, decoded[path.stem], path.stat().st_size)} for path in files]
    adapter.write_csv(scores, pd.DataFrame(rows))


if __name__ == "__main__":
    adapter.main(measure_sweep, "original", "files", "pictures", "scores", lists=("files",))

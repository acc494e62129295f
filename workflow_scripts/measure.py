"""Score a sweep: bytes on disk, decoded pictures against the original."""

import time
from pathlib import Path

import numpy as np

from inrcodec.images import load_rgb
from inrcodec.metrics.measure import score
from workflow_scripts import adapter


def measure_sweep(spec: dict, original: Path, files: list[Path], pictures: Path, scores: Path, facts: Path) -> None:
    """One row per file; `setting` is its name without suffix."""
    reference = load_rgb(original)
    adapter.log(adapter.size_of(reference))
    rows, seconds = [], {}
    with np.load(pictures) as decoded:
        for path in files:
            started = time.perf_counter()
            scored = score(reference, decoded[path.stem], path.stat().st_size)
            rows.append({"setting": path.stem, "file": path.as_posix(), **scored})
            seconds[path.stem] = time.perf_counter() - started
    adapter.write_rows(scores, rows)
    adapter.write_facts(facts, spec, seconds)


if __name__ == "__main__":
    adapter.main(measure_sweep, "original", "files", "pictures", "scores", "facts", lists=("files",))

"""Figure: what each stage of the study cost, from Snakemake's own benchmark files."""

from pathlib import Path

import pandas as pd

from inrcodec.figures import costs, style
from workflow_scripts import adapter


def plot(spec: dict, folder: Path, stem: Path) -> None:
    """spec: stages (names of the rules' folders)."""
    jobs = [_job(stage, path) for stage in spec["stages"] for path in sorted((folder / stage).rglob("*.tsv"))]
    style.save(costs.plot(pd.DataFrame(jobs)), stem)


def _job(stage: str, path: Path) -> dict:
    # Snakemake samples memory every few seconds: a job that was quicker has none.
    row = pd.read_csv(path, sep="\t", na_values="-").iloc[0]
    return {"stage": stage, "seconds": row["s"], "peak_mib": row["max_rss"]}


if __name__ == "__main__":
    adapter.main(plot, "folder", "stem")

"""How each result came about, and which pictures lack what."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from inrcodec.files import atomic_write
from workflow_scripts import adapter, jobs
from workflow_scripts.points import facts

MISSING_COLUMNS = ("dataset", "image", "first_missing_file", "missing_files")


def provenance(spec: dict, root: Path, table: Path, missing: Path) -> None:
    """spec: asked (the arguments of `jobs.jobs`, by figure), incomplete (rows of `missing`)."""
    behind = list(dict.fromkeys(job for asked in spec["asked"] for job in jobs.jobs(*asked)))
    adapter.write_rows(table, [_row(root, job) for job in behind])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([MISSING_COLUMNS, *spec["incomplete"]])
    with atomic_write(missing) as file:
        file.write(text.getvalue().encode())
    adapter.log(f"{len(behind)} jobs, {len(spec['incomplete'])} pictures missing")


def _row(root: Path, job: jobs.Job) -> dict[str, Any]:
    known = facts(root / job.facts)
    settings = {key: value for key, value in known["spec"].items() if key != "code"}
    return {
        **{key: value for key, value in job._asdict().items() if key != "facts"},
        "code": known["spec"]["code"],
        "seed": settings.get("fit", {}).get("seed"),
        "settings": json.dumps(settings, sort_keys=True),
        "device": known["device"],
        "threads": known["threads"],
        "machine": known["machine"],
        "versions": " ".join(f"{package}={version}" for package, version in known["versions"].items()),
        "seconds": sum(known["seconds"].values()),
        "process_s": known["process_s"],
        "peak_memory_mib": known["peak_memory_mib"],
    }


if __name__ == "__main__":
    adapter.main(provenance, "root", "table", "missing")

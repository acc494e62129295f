"""The command with which users run a study."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def snakemake_command(folder: Path, study: str, *arguments: str | Path) -> list[str]:
    """Snakemake on a study, which is written into the folder where the command is to be run.

    Args:
        arguments: targets, then options.
    """
    (folder / "study.yaml").write_text(study)
    command = [sys.executable, "-m", "snakemake", *arguments, "-s", ROOT / "Snakefile", "--configfile", "study.yaml"]
    return list(map(str, command))

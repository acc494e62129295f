"""The command with which users run a study, and what its results are called."""

import sys
from pathlib import Path

import yaml

from workflow_scripts.study import load

ROOT = Path(__file__).parents[1]


def snakemake_command(folder: Path, study: str, *arguments: str | Path) -> list[str]:
    """Snakemake on a study, which is written into the folder where the command is to be run.

    Args:
        arguments: targets, then options.
    """
    (folder / "study.yaml").write_text(study)
    command = [sys.executable, "-m", "snakemake", *arguments, "-s", ROOT / "Snakefile", "--configfile", "study.yaml"]
    return list(map(str, command))


def fit_name(study: str, function: str) -> str:
    """The name in paths of a function of a study (its text), at the last of its settings."""
    return load(yaml.safe_load(study)).function_entries[function].settings[-1].path


def sweep_names(study: str, function: str, coding: str) -> list[str]:
    """The names in paths, `FIT/CODING`, of such a function under a coding's settings."""
    settings = load(yaml.safe_load(study)).coding_entries[coding].settings
    return [f"{fit_name(study, function)}/{setting.path}" for setting in settings]

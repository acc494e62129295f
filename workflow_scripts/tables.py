"""The study's tables, read back: names stay texts, also where they look like numbers or say NA."""

from pathlib import Path

import pandas as pd

NAMES = (
    *("dataset", "image", "model", "codec", "setting", "function", "representation", "hyperparameters"),
    *("coding", "decider", "rule", "entropy", "stage", "name", "file"),
)


def read(path: Path) -> pd.DataFrame:
    """A CSV file of the study; only empty fields are missing."""
    return pd.read_csv(path, dtype=dict.fromkeys(NAMES, str), keep_default_na=False, na_values=[""])

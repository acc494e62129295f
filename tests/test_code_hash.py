"""The code hash: what counts as a change of a script's code."""

import shutil
from pathlib import Path

import pytest

from workflow_scripts import code_hash

ROOT = Path(__file__).parents[1]


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A copy of the project's code that may be edited; returns (edit, hash of a script)."""
    for folder in ("inrcodec", "workflow_scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(code_hash, "ROOT", tmp_path)

    def hash_of(script: str) -> str:
        code_hash._read.cache_clear()
        code_hash.code_hash.cache_clear()
        return code_hash.code_hash(f"workflow_scripts.{script}")

    def edit(path: str, old: str, new: str) -> None:
        text = (tmp_path / path).read_text()
        assert old in text
        (tmp_path / path).write_text(text.replace(old, new))

    yield edit, hash_of
    code_hash._read.cache_clear()
    code_hash.code_hash.cache_clear()


SCRIPTS = [
    "picture",
    "fit",
    "nearest",
    "fine_tune",
    "rounding_search",
    "classical",
    "decode",
    "measure",
    "points",
    "bd_rate",
    "plot_weights",
]

EDITS = {
    "trainer": (
        "inrcodec/fitting/trainer.py",
        "WARM_UP = 0.02",
        "WARM_UP = 0.03",
        {"fit", "fine_tune", "rounding_search"},
    ),
    "entropy model": (
        "inrcodec/entropy/scaled.py",
        "SCALES = 256",
        "SCALES = 255",
        {"nearest", "fine_tune", "rounding_search", "decode", "plot_weights"},
    ),
    "decoder": ("inrcodec/decoding/decoder.py", "1 << 18", "1 << 19", {"decode"}),
    "metric": ("inrcodec/metrics/quality.py", "255", "254", {"measure", "bd_rate"}),
    "figure": ("inrcodec/figures/weights.py", "import numpy as np", "import numpy as np, os", {"plot_weights"}),
    "docstring": ("inrcodec/fitting/trainer.py", '"""Overfitting a', '"""Surely overfitting a', set()),
    "comment": ("inrcodec/entropy/range_coder.py", "import constriction", "# why\nimport constriction", set()),
}


@pytest.mark.parametrize(("path", "old", "new", "changed"), EDITS.values(), ids=EDITS)
def test_an_edit_changes_the_scripts_that_run_it(tree, path, old, new, changed):
    edit, hash_of = tree
    before = {script: hash_of(script) for script in SCRIPTS}
    edit(path, old, new)
    assert {script for script in SCRIPTS if hash_of(script) != before[script]} == changed

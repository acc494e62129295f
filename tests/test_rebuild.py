"""The cache's promise: on a built study, an edit reruns exactly what it touches, rule by rule."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ["Snakefile", "rules", "report", "profiles", "workflow_scripts", "inrcodec", "studies"]
STUDY = """
study: small
datasets:
  - {name: photographs, kind: packaged, images: [chelsea, coffee], max_side_px: 32}
fit: {steps: 20, batch_px: 512, curve_points: 3, film_frames: 2, matrix_rate: 0.03, vector_rate: 0.02}
functions:
  small: {representation: siren, hidden_features: 8, hidden_layers: 1}
codings:
  ptq: {decider: nearest, bits: [6, 8]}
  qat: {decider: fine_tune, bits: 8, steps: 2}
classical: {jpeg: [30, 80]}
figures:
  rate_distortion: {curves: {qat: [small]}}
  quantization_sweep: {function: small, codings: [ptq]}
  weights: {function: small, coding: qat, sweep: ptq}
  fit_curves: {}
  film_strip: {function: small}
  reconstructions: {curves: {qat: [small]}, target_bpp: 1.5}
  costs: {}
"""

PLOTS_OF_POINTS = {"plot_rate_distortion", "plot_quantization_sweep", "plot_reconstructions"}
COSTS = {"provenance", "plot_costs"}
FROM_SCORES = {"points", "all_points", "bd_rate"} | PLOTS_OF_POINTS | COSTS
FROM_DECODE = {"decode", "measure"} | FROM_SCORES
CODER = {"nearest", "fine_tune", "plot_weights"} | FROM_DECODE
FITS = {"fit", "curves", "plot_fit_curves"}
FROM_FIT = {"plot_film_strip"} | FITS | CODER
# Of the figure of bit depths alone.
ADDED = {"nearest", "decode", "measure", "points", "all_points", "plot_quantization_sweep", "plot_weights"} | COSTS


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A copy of the project with a small study built in it."""
    folder = tmp_path_factory.mktemp("built")
    copy_code(ROOT, folder)
    (folder / "study.yaml").write_text(STUDY)
    result = snakemake(folder)
    assert result.returncode == 0, result.stderr
    return folder


def copy_code(source: Path, target: Path) -> None:
    for name in CODE:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source / name, target / name)


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "snakemake", *arguments, "--configfile", "study.yaml", "--cores", "2"]
    # The copy's code runs, not the installed one.
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)


def would_run(folder: Path) -> dict[str, int]:
    """Rules that a run would execute, and how many jobs of each; the aggregating rule `all` left out."""
    result = snakemake(folder, "-n", "--quiet", "rules")
    assert result.returncode == 0, result.stderr
    output = result.stdout + result.stderr
    table = re.search(r"^job +count\n-+ +-+\n(.*?)^total", output, flags=re.MULTILINE | re.DOTALL)
    jobs = dict(line.split() for line in table[1].splitlines()) if table else {}
    return {rule: int(count) for rule, count in jobs.items() if rule != "all"}


@pytest.fixture
def project(built, tmp_path):
    """The built project, copied whole: its results, their metadata and their times."""
    folder = tmp_path / "project"
    shutil.copytree(built, folder, symlinks=True)
    return folder


def replace(path: str, old: str, new: str):
    def edit(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1))

    return edit


def touch_everything(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path)


def fresh_clone(folder: Path) -> None:
    """Code written anew, as a checkout does, beside results carried along."""
    for name in CODE:
        target = folder / name
        shutil.rmtree(target) if target.is_dir() else target.unlink()
    copy_code(ROOT, folder)


def rename_function(folder: Path) -> None:
    (folder / "study.yaml").write_text(re.sub(r"(?<!study: )\bsmall\b", "little", STUDY))


EDITS = {
    "nothing": (lambda folder: None, set()),
    "add a picture": (
        replace("study.yaml", "[chelsea, coffee]", "[chelsea, coffee, flower]"),
        # The close-ups stay with their picture.
        ({"picture", "classical_jpeg", "nearest", "fine_tune"} | FITS | FROM_DECODE) - {"plot_reconstructions"},
    ),
    "remove a picture": (
        replace("study.yaml", "[chelsea, coffee]", "[chelsea]"),
        ({"curves", "plot_fit_curves"} | FROM_SCORES) - {"plot_reconstructions"},
    ),
    "add a bit depth": (replace("study.yaml", "bits: [6, 8]", "bits: [6, 7, 8]"), ADDED),
    "add a function to the figure of fits": (
        replace("study.yaml", "codings:", "  other: {like: small, activation: relu}\ncodings:"),
        {"curves", "plot_fit_curves", "fit"} | COSTS,
    ),
    "add a curve": (
        replace("study.yaml", "{curves: {qat: [small]}}", "{curves: {qat: [small], ptq: [small]}}"),
        {"points", "all_points", "bd_rate", "plot_rate_distortion"} | COSTS,
    ),
    "rename a function": (
        rename_function,
        {"curves", "plot_fit_curves", "points", "all_points", "bd_rate"} | PLOTS_OF_POINTS,
    ),
    "give a function a title": (
        replace("study.yaml", "small: {", "small: {title: Small, "),
        {"plot_fit_curves"} | PLOTS_OF_POINTS,
    ),
    "add a quality": (
        replace("study.yaml", "[30, 80]", "[30, 60, 80]"),
        ({"classical_jpeg"} | FROM_DECODE) - {"plot_quantization_sweep"},
    ),
    "change a learning rate": (replace("study.yaml", "matrix_rate: 0.03", "matrix_rate: 0.04"), FROM_FIT),
    "swap two values": (
        replace("study.yaml", "matrix_rate: 0.03, vector_rate: 0.02", "matrix_rate: 0.02, vector_rate: 0.03"),
        FROM_FIT,
    ),
    "change what a figure shows": (replace("study.yaml", "1.5", "2.5"), {"plot_reconstructions"}),
    "edit the trainer": (replace("inrcodec/fitting/trainer.py", "WARM_UP = 0.02", "WARM_UP = 0.05"), FROM_FIT),
    "edit the entropy coder": (replace("inrcodec/entropy/scaled.py", "SCALES = 256", "SCALES = 255"), CODER),
    "edit the decoder": (
        replace("inrcodec/decoding/decoder.py", "TILE_ACTIVATIONS = 1 << 18", "TILE_ACTIVATIONS = 1 << 17"),
        FROM_DECODE,
    ),
    "edit a metric": (
        replace("inrcodec/metrics/quality.py", "import numpy as np", "import numpy as np\n\nFINER = 1"),
        {"measure"} | FROM_SCORES,
    ),
    "edit a figure": (
        replace("inrcodec/figures/weights.py", "import numpy as np", "import numpy as np\n\nWIDER = 1"),
        {"plot_weights"},
    ),
    "edit every figure's style": (
        replace("inrcodec/figures/style.py", "WIDTH = 9.0", "WIDTH = 9.5"),
        {"plot_costs", "plot_fit_curves", "plot_film_strip", "plot_weights"} | PLOTS_OF_POINTS,
    ),
    "edit a comment": (
        replace("inrcodec/fitting/trainer.py", "import time\n", "# A comment.\nimport time\n"),
        set(),
    ),
    "edit a docstring": (replace("inrcodec/decoding/decoder.py", '"""From a file', '"""Out of a file'), set()),
    "touch every file": (touch_everything, set()),
    "clone afresh": (fresh_clone, set()),
}


@pytest.mark.parametrize(("edit", "expected"), EDITS.values(), ids=EDITS)
def test_an_edit_reruns_exactly_what_it_touches(project, edit, expected):
    edit(project)
    assert set(would_run(project)) == expected


def test_only_the_new_pictures_jobs_run(project):
    EDITS["add a picture"][0](project)
    jobs = would_run(project)
    assert (jobs["picture"], jobs["fit"], jobs["fine_tune"], jobs["nearest"], jobs["classical_jpeg"]) == (1, 1, 1, 2, 1)


def test_only_the_new_bit_depths_jobs_run(project):
    EDITS["add a bit depth"][0](project)
    jobs = would_run(project)
    # Of two pictures for the sweep's figure.
    assert (jobs["nearest"], jobs["decode"], jobs["measure"]) == (2, 2, 2)


def test_equal_outputs_stop_the_wave(project):
    """A changed coder that writes the same bytes: once it has run, nothing else has to."""
    EDITS["edit the trainer"][0](project)
    replace("inrcodec/fitting/trainer.py", "WARM_UP = 0.05", "WARM_UP = 0.02  ")(project)
    replace("workflow_scripts/nearest.py", "import safetensors.numpy", "import os\n\nimport safetensors.numpy")(project)
    assert "nearest" in would_run(project)
    assert snakemake(project, "--until", "nearest").returncode == 0
    # The seconds that encoding took are no bytes of a picture: they go into the table, and no further upstream.
    assert set(would_run(project)) <= FROM_SCORES

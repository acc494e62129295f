"""The page on extending holds what it says: its own code runs, and makes a curve beside the others."""

import csv
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from workflow_command import snakemake_command

from inrcodec.images import load_rgb

PAGE = Path(__file__).parents[1] / "docs/extending.md"


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """A folder with the page's files, in which its command was run."""
    folder = tmp_path_factory.mktemp("page")
    files = dict(re.findall(r"```\w+ file=(\S+)\n(.*?)```", PAGE.read_text(), flags=re.DOTALL))
    (folder / "my_net.py").write_text(files["my_net.py"])
    command = snakemake_command(folder, files["my_study.yaml"], "--cores", "2")
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return folder


def test_an_own_network_has_its_curve_beside_the_others(page):
    with (page / "results/mine/points.csv").open() as file:
        points = [row for row in csv.DictReader(file) if row["family"] == "implicit"]
    assert {(row["function"], row["portable"]) for row in points} == {("siren", "True"), ("mine", "False")}
    assert [row["setting"] for row in points if row["function"] == "mine"] == ["16", "24"]
    assert all(float(row["psnr_db"]) > 15 for row in points)
    assert "mine (not portable)" in (page / "results/mine/figures/rate_distortion.svg").read_text()


def test_its_files_decode_where_the_class_is_named(page, run):
    file = next((page / "results/mine/files").rglob("MyNet-16-*/*.inr"))
    alone = run("inrcodec", "decode", file, page / "x.png", cwd=page)
    assert (alone.returncode, alone.stderr.count("\n")) == (1, 1)
    assert "the class my_net:MyNet, for this file is not portable" in alone.stderr
    named = run("inrcodec", "decode", file, page / "x.png", "--module", "my_net.py:MyNet", cwd=page)
    assert named.returncode == 0, named.stderr
    pictures = page / "results/mine/decoded" / file.relative_to(page / "results/mine/files").with_suffix(".npz")
    with np.load(pictures) as decoded:
        (expected,) = decoded.values()
    assert np.array_equal(load_rgb(page / "x.png"), expected)


def test_an_edited_source_reruns_its_own_fits_alone(page):
    source = page / "my_net.py"
    source.write_text(source.read_text().replace("torch.nn.GELU()", "torch.nn.ReLU()"))
    command = snakemake_command(page, (page / "study.yaml").read_text(), "--cores", "2", "-n", "--quiet", "rules")
    plan = subprocess.run(command, cwd=page, capture_output=True, text=True)
    assert "MyNet-16-" in plan.stdout + plan.stderr or re.search(r"^fit +2$", plan.stdout, flags=re.MULTILINE), plan
    assert "siren-16" not in plan.stdout


WRONG = {
    "my_ne.py:MyNet": "there is no file",
    "my_net.py:MyNett": "has no MyNett",
    "nowhere.at_all:MyNet": "there is no a module nowhere.at_all",
}


@pytest.mark.parametrize("reference", WRONG)
def test_a_wrong_reference_is_one_line(run, tmp_path, page, reference):
    (tmp_path / "my_net.py").write_text((page / "my_net.py").read_text())
    (tmp_path / "x.inr").write_bytes(next((page / "results/mine/files").rglob("MyNet-16-*/*.inr")).read_bytes())
    result = run("inrcodec", "decode", tmp_path / "x.inr", tmp_path / "x.png", "--module", reference, cwd=tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1), result.stderr

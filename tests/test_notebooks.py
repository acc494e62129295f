"""The notebooks run from the first cell to the last, and their twins for Colab are what they are made from."""

import json
import re

import nbclient
import nbformat
import pytest

from workflow_scripts.notebooks import FOLDER, converted

SOURCES = sorted(FOLDER.glob("*.py"))
STEPS = "5"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_it_runs(source, tmp_path, monkeypatch):
    monkeypatch.setenv("INRCODEC_NOTEBOOK_STEPS", STEPS)
    # As on the reader's screen: warnings are seen there, and here are errors of the test run alone.
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "docs").symlink_to(FOLDER.parent / "docs")
    notebook = nbformat.reads(converted(source), as_version=4)
    resources = {"metadata": {"path": str(tmp_path / "notebooks")}}
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2
    assert not [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_its_twin_is_made_from_it_and_has_no_outputs(source):
    twin = source.with_suffix(".ipynb").read_text()
    assert twin == converted(source), "python -m workflow_scripts.notebooks makes it anew"
    code = [cell for cell in json.loads(twin)["cells"] if cell["cell_type"] == "code"]
    assert code and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    # The first cell installs what the others import, where it is missing.
    assert "pip" in "".join(code[0]["source"]) and "import inrcodec" not in "".join(code[0]["source"])


def test_the_page_links_all_of_them():
    links = set(re.findall(r"\]\((\S+)\.ipynb\)", (FOLDER / "README.md").read_text()))
    assert links == {path.stem for path in SOURCES} == {path.stem for path in FOLDER.glob("*.ipynb")}


def test_all_install_from_one_place():
    places = {
        found for path in SOURCES for found in re.findall(r'^REPOSITORY = "(.*)"$', path.read_text(), re.MULTILINE)
    }
    assert len(places) == 1

"""Requirements are written once, in pyproject.toml: what repeats them for pip, make and pixi must agree."""

import importlib.metadata
import importlib.resources
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import jsonschema
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PIXI = tomllib.loads((ROOT / "pixi.toml").read_text())
LOCK_LINES = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line[:1] != "#"]
REQUIREMENTS = [
    requirement
    for group in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for requirement in map(Requirement, group)
    if requirement.name != PROJECT["name"]
]

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def pixi_commands(task: str) -> list[str]:
    """The commands of a pixi task, its arguments at their defaults."""
    command = PIXI["tasks"][task]["cmd"]
    for argument in PIXI["tasks"][task].get("args", []):
        command = command.replace("{{ " + argument["arg"] + " }}", argument["default"])
    return command.split(" && ")


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    # Without what an outer `make test` hands down.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=cwd, env=environment, capture_output=True, text=True)


def test_pixi_manifest_follows_the_schema():
    schema = importlib.resources.files("validate_pyproject_schema_store") / "resources/pixi.schema.json"
    validator = jsonschema.Draft7Validator(json.loads(schema.read_text()))
    assert [error.message for error in validator.iter_errors(PIXI)] == []
    misspelt = PIXI | {"workspace": PIXI["workspace"] | {"require-pixi": ">=0.71"}}
    assert not validator.is_valid(misspelt)


def test_python_ranges_agree():
    minors = [f"3.{minor}.1" for minor in range(9, 16)]
    pip_route = list(SpecifierSet(PROJECT["requires-python"]).filter(minors))
    pixi_route = list(SpecifierSet(PIXI["dependencies"]["python"]).filter(minors))
    # The same oldest one. pixi has a newest one too: it would choose a Python that lacks wheels.
    assert pixi_route and pixi_route == pip_route[: len(pixi_route)]


def test_pixi_names_no_requirement_of_its_own():
    tables = [PIXI["pypi-dependencies"], *(target["pypi-dependencies"] for target in PIXI["target"].values())]
    for name, entry in [item for table in tables for item in table.items()]:
        if name == PROJECT["name"]:
            assert entry["path"] == "." and set(entry["extras"]) <= set(PROJECT["optional-dependencies"])
            continue
        [requirement] = [r for r in REQUIREMENTS if canonicalize_name(r.name) == canonicalize_name(name)]
        assert requirement.specifier == SpecifierSet(entry["version"]), name


def test_lock_holds_plain_pins_only():
    for line in LOCK_LINES:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line), line
        assert not re.match(r"nvidia|cuda|triton", line), line


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_lock_and_installation_satisfy(requirement: Requirement):
    pins = {canonicalize_name(name): version for name, version in (line.split("==") for line in LOCK_LINES)}
    assert pins[canonicalize_name(requirement.name)] in requirement.specifier
    assert importlib.metadata.version(requirement.name) in requirement.specifier


@pytest.mark.parametrize("task", PIXI["tasks"])
def test_pip_gives_the_programs_of_every_pixi_task(task: str):
    for command in pixi_commands(task):
        assert Path(sysconfig.get_path("scripts"), command.split()[0]).exists(), command


@needs_make
def test_make_and_pixi_have_the_same_tasks():
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(targets) - {"help", "lock", "clean"} == set(PIXI["tasks"])
    for task in PIXI["tasks"]:
        recipe = make("--dry-run", task).stdout
        assert all(f'/bin:$PATH" {command}' in recipe for command in pixi_commands(task)), task


def test_readme_shows_both_ways():
    blocks = re.findall(r"^```.*?\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    for command in ["pixi run figures", "pixi run test", "make figures", "make test"]:
        assert any(command in block for block in blocks), command


def test_workflows_of_the_host_name_files_that_are_there():
    texts = [path.read_text() for path in (ROOT / ".github/workflows").iterdir()]
    named = {name for text in texts for name in re.findall(r"\b(?:tests|studies|\.ci)/[\w./]+", text)}
    assert "tests/test_golden.py" in named and all((ROOT / name).exists() for name in named)


PRETENDING = {
    "Python 3.9.18": "sys.version_info = (3, 9, 18)",
    "lacks venv or ensurepip": "sys.modules['ensurepip'] = None",
    "does not run": "sys.exit(127)",
}


@needs_make
@pytest.mark.parametrize("complaint", PRETENDING)
def test_make_refuses_an_unfit_python_in_one_line(tmp_path: Path, complaint: str):
    for name in ["Makefile", "pyproject.toml", "requirements.lock"]:
        shutil.copy(ROOT / name, tmp_path)
    fake = tmp_path / "fake_python"
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.18 && exit\n'
        f'exec "{sys.executable}" -c "import sys; {PRETENDING[complaint]}; exec(sys.argv[1])" "$2"\n'
    )
    fake.chmod(0o755)
    refused = make("figures", "PYTHON=./fake_python", cwd=tmp_path)
    assert refused.returncode != 0 and not (tmp_path / ".venv").exists()
    [line] = [line for line in refused.stderr.splitlines() if not line.startswith("make: ***")]
    assert complaint in line and refused.stdout == ""

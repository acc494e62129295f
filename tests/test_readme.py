"""The README's examples, run as written."""

import re
from pathlib import Path

import pytest

from inrcodec.images import save

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    from inrcodec.datasets import load_picture, shrink

    save(shrink(load_picture({"kind": "packaged"}, "coffee", None, Path()), 120), tmp_path / "picture.png")
    return tmp_path


def test_commands(run, folder):
    (block,) = [text for kind, text in BLOCKS if kind == "sh" and "inrcodec encode" in text]
    # The environment is active already, and a test need not take a minute.
    shorter = {"--seconds 60": "--seconds 1", "--effort 5": "--effort 2"}
    commands = [line for line in block.splitlines() if "source" not in line]
    for long, short in shorter.items():
        commands = [line.replace(long, short) for line in commands]
    result = run("bash", "-ec", "\n".join(commands), cwd=folder)
    assert result.returncode == 0, result.stderr
    assert {path.name for path in folder.glob("*.png")} >= {"decoded.png", "thumbnail.png", "detail.png"}


@pytest.mark.parametrize("block", [text for kind, text in BLOCKS if kind == "python"])
def test_python(run, folder, block):
    result = run("python", "-W", "error", "-c", block, cwd=folder)
    assert result.returncode == 0, result.stderr


def test_every_command_of_make_exists(run):
    targets = set(re.findall(r"(?<!\w)make (\w+)", README))
    listed = run("make", "help", cwd=ROOT).stdout
    assert targets and all(f"make {target}" in listed for target in targets)


def test_links_lead_somewhere():
    for link in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / link).exists(), link

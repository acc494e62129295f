"""The files of examples/: they decode to what they did when they were made, and their page says what they are."""

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

import inrcodec
from workflow_scripts import examples

DIGESTS = json.loads((examples.FOLDER / "digests.json").read_text())
README = (examples.FOLDER / "README.md").read_text()


def test_every_file_is_one_that_can_be_made_again():
    assert {path.stem for path in examples.FOLDER.glob("*.inr")} == set(examples.EXAMPLES) == set(DIGESTS)
    kinds = {inrcodec.info(example.path)["representation"] for example in examples.EXAMPLES.values()}
    assert kinds == {"pyramid", "positional", "siren"}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_file_decodes_to_its_digest_and_the_page_has_its_numbers(name):
    example = examples.EXAMPLES[name]
    assert examples.digest(inrcodec.decode(example.path)) == DIGESTS[name]
    assert 1_000 < example.path.stat().st_size <= 36 * 1024
    assert examples.row(example) in README
    assert example.licence in (examples.CC0, examples.PUBLIC)


def test_commands_of_the_page_run(run, tmp_path):
    (block,) = re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "examples").symlink_to(examples.FOLDER)
    result = run("bash", "-ec", block, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    with Image.open(tmp_path / "whiskers.png") as detail:
        assert detail.size == (600, 400)


def test_the_original_travels_to_pages_without_loss():
    cat = examples.EXAMPLES["cat"]
    given = json.loads(re.fullmatch(r'inrLive\.examples\["cat"\] = (.*);\n', examples.script(cat))[1])
    assert base64.b64decode(given["file"]) == cat.path.read_bytes()
    with Image.open(io.BytesIO(base64.b64decode(given["original"].partition(",")[2]))) as picture:
        assert np.array_equal(np.asarray(picture), cat.picture())

"""Configuration: what is accepted, and what an error says."""

import copy
from pathlib import Path

import pytest
import yaml

from inrcodec.files import InputError
from workflow_scripts import configuration, study, tables

ROOT = Path(__file__).parents[1]
CONFIGS = [ROOT / "config.yaml", *sorted((ROOT / "studies").glob("*.yaml"))]


def tiny() -> dict:
    return copy.deepcopy(yaml.safe_load((ROOT / "studies/tiny.yaml").read_text()))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_studies_are_valid(path):
    loaded = study.load(yaml.safe_load(path.read_text()))
    assert study.shown(loaded, study.images(loaded, {})).model in loaded.models()


def test_kodak_is_the_whole_suite():
    kodak = study.load(yaml.safe_load((ROOT / "studies/kodak.yaml").read_text()))
    assert len(kodak.datasets[0].images) == len(set(kodak.datasets[0].digests.values())) == 24


WRONG = {
    "unknown key": (["fit", "stpes"], 3, "fit.stpes: unknown key, did you mean steps?"),
    "unknown top key": (["sets"], 3, "sets: unknown key"),
    "negative size": (["networks", 0, "sizes"], ["-3x2"], "'-3x2'"),
    "too wide": (["networks", 0, "sizes"], ["5000x2"], "hidden_features is 5000, accepted are integers 1 to 1024"),
    "unknown representation": (
        ["networks", 0, "representation"],
        "sirren",
        "networks.0.representation is 'sirren': no such representation, accepted are pe_siren, pe_relu, siren",
    ),
    "unknown codec": (["classical"], {"gif": [3]}, "accepted are jpeg, jpeg2000, webp, avif, jxl"),
    "quality out of range": (["classical", "jpeg"], [300], "classical.jpeg holds 300, accepted are 1 to 100"),
    "negative steps": (["fit", "steps"], -5, "fit.steps is -5: Input should be greater than or equal to 1"),
    "text for a number": (["fit", "steps"], "many", "fit.steps is 'many': Input should be a valid integer"),
    "repeated bits": (["quantization", "bits"], [8, 8], "8 named more than once"),
    "bits out of range": (["quantization", "bits"], [1], "quantization.bits.0 is 1"),
    "path without folder": (["datasets", 0, "kind"], "folder", "kind folder needs path"),
    "unsafe study name": (["study"], "../x", "study is '../x'"),
    "model not in the study": (["figures", "model"], "siren-9x9", "figures.model is siren-9x9, this study has"),
    "surplus frequencies": (["networks", 1, "frequencies"], 4, "representation siren has no frequencies"),
    "empty block": (["fit"], None, "fit: is empty, write its value or leave the key out"),
    "text for a block": (["fit"], "7", "fit is 7: a block of keys is wanted here"),
    "number for a list": (["quantization", "bits"], "8", "quantization.bits is 8: a list is wanted here"),
    "part of a step": (["fit", "steps"], "7.5", "fit.steps is 7.5: Input should be a valid integer"),
    "no number": (["fit", "matrix_rate"], "nan", "fit.matrix_rate is 'nan': Input should be a finite number"),
    "unsafe picture name": (
        ["datasets", 0, "images"],
        ["my cat"],
        "images.0 is 'my cat': accepted are letters, digits",
    ),
    "what to write instead": (["study"], "2024-01-31", "and _, such as 2024_01_31"),
    "two networks alike": (["networks", 0, "representation"], "siren", "list all sizes in one block: siren named more"),
}


@pytest.mark.parametrize(("keys", "value", "message"), WRONG.values(), ids=WRONG)
def test_errors_name_key_value_and_what_is_accepted(keys, value, message):
    config = tiny()
    block = config
    for key in keys[:-1]:
        block = block[key]
    block[keys[-1]] = value
    with pytest.raises(InputError) as caught:
        study.load(config)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_keys_are_named():
    config = tiny()
    del config["quantization"]
    with pytest.raises(InputError, match=r"^config: quantization: missing$"):
        study.load(config)


def test_download_needs_a_digest_of_every_picture():
    config = tiny()
    config["datasets"] = [{"name": "d", "kind": "download", "images": ["a"], "mirrors": ["http://x/{image}.png"]}]
    with pytest.raises(InputError, match="digests lacks a"):
        study.load(config)


def test_every_key_is_documented():
    text = (ROOT / "docs/configuration.md").read_text()
    blocks = [study.Study, study.Dataset, study.Network, study.FitSettings, study.Quantization, study.Figures]
    missing = [name for block in blocks for name in block.model_fields if f"`{name}`" not in text]
    assert not missing


WRITTEN = {
    "number as a name": ("study: 001", [], "study", "001"),
    "no as a name": ("study: no", [], "study", "no"),
    "a name of any script": ("study: 研究_हिन्दी", [], "study", "研究_हिन्दी"),
    "1e4": ("fit: {steps: 1e4}", [], "fit.steps", 10000),
    "a large seed": ("fit: {seed: 9007199254740993}", [], "fit.seed", 9007199254740993),
    "1e-3": ("fit: {matrix_rate: 1e-3}", [], "fit.matrix_rate", 0.001),
    "null": ("figures: {image: null}", [], "figures.image", None),
    "yes": ("complete_only: yes", [], "complete_only", True),
    "anchors": ("x-fit: &fit {steps: 3, seed: 1}\nfit: {<<: *fit, seed: 2}", [], "fit.steps", 3),
    "over a merged block": ("x-fit: &fit {steps: 3, seed: 1}\nfit: {<<: *fit, seed: 2}", [], "fit.seed", 2),
    "a block by --config": ("fit: {steps: 3, seed: 1}", ["fit={steps: 7}"], "fit.steps", 7),
    "what --config leaves": ("fit: {steps: 3, seed: 1}", ["fit={steps: 7}"], "fit.seed", 1),
    "JSON by --config": ("", ['fit={"steps":7}'], "fit.steps", 7),
    "a list by --config": ("", ["quantization={bits: [3, 4]}"], "quantization.bits", [3, 4]),
    "a flag by --config": ("", ["complete_only=true"], "complete_only", True),
}


@pytest.fixture
def read(tmp_path):
    """The tiny study under what a file says and `--config` adds."""

    def read_study(text, arguments=()):
        (tmp_path / "study.yaml").write_text(text or "{}")
        return study.load(configuration.read([ROOT / "studies/tiny.yaml", tmp_path / "study.yaml"], arguments))

    return read_study


@pytest.mark.parametrize(("text", "arguments", "key", "value"), WRITTEN.values(), ids=WRITTEN)
def test_what_is_written_becomes_what_the_key_wants(read, text, arguments, key, value):
    loaded = read(text, arguments)
    for part in key.split("."):
        loaded = getattr(loaded, part)
    assert (loaded, type(loaded)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("fit: {steps: 3}\nfit: {seed: 3}", [], r"study.yaml, line 2: fit stands here for the second time"),
        ("fit: {steps: 3, steps: 4}", [], r"study.yaml, line 1: steps stands here for the second time"),
        ("", ["fit={steps: 7"], r"--config fit, line 1: expected ',' or '}'"),
        ("", ["datasets=[{name: a, kind: folder, path: ~nobody_here}]"], r"path is '~nobody_here': Could not"),
        (
            "datasets: [{name: a, kind: packaged, images: [b]}, {name: a, kind: packaged, images: [c]}]",
            [],
            r"own: a named",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(read, text, arguments, message):
    with pytest.raises(InputError, match=message) as caught:
        read(text, arguments)
    assert "\n" not in str(caught.value)


def test_a_relative_path_is_seen_from_where_it_is_written(read, tmp_path, monkeypatch):
    def path(text):
        return read("", [f"datasets=[{{name: a, kind: folder, path: {text}}}]"]).datasets[0].path

    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", "/home/me")
    in_file = read("datasets: [{name: a, kind: folder, path: mine}]").datasets[0].path
    assert in_file == str(tmp_path / "mine")
    assert [path("mine"), path("../mine"), path("~/mine"), path("/mine")] == [
        str(tmp_path / "here/mine"),
        str(tmp_path / "mine"),
        "/home/me/mine",
        "/mine",
    ]


def folder_of(tmp_path, *names, images=()):
    for name in names:
        (tmp_path / name).write_bytes(b"")
    return study.Dataset(name="mine", kind="folder", path=str(tmp_path), images=list(images))


def test_a_folders_pictures_keep_distinct_readable_names(tmp_path):
    names = ["猫.png", "犬.PNG", "my cat.png", "b.jpg", "Cat.png", "cat.png", "🐱.png", "🐶.png", "की.png", "कि.png"]
    files = [*names, "001.png", "e\u0301.png", "notes.txt", "._photo.png", ".hidden.png", "é" * 120 + ".png"]
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "broken.png").symlink_to("nowhere")
    found = study.folder_images(folder_of(tmp_path, *files))
    long = {name for name in found if len(name) > 50}
    assert all(len(name.encode()) <= 150 for name in long) and len(long) == 1
    expected = {"猫", "犬", "my_cat", "b", "Cat", "cat", "u1F431", "u1F436", "की", "कि", "001", "é", "broken"}
    assert set(found) - long == expected
    assert found["犬"] == tmp_path / "犬.PNG"
    # Every name can be written in a configuration.
    assert list(study.folder_images(folder_of(tmp_path, images=list(found)))) == list(found)


def test_two_files_of_one_name_matter_only_where_it_is_asked_for(tmp_path):
    dataset = folder_of(tmp_path, "a.png", "a.jpg", "b.png")
    assert list(study.folder_images(dataset.model_copy(update={"images": ["b"]}))) == ["b"]
    for images in ([], ["b", "a"]):
        with pytest.raises(InputError, match=r"'a.jpg' and 'a.png' share the name a, rename"):
            study.folder_images(dataset.model_copy(update={"images": images}))


@pytest.mark.parametrize(
    ("images", "path", "message"),
    [
        (["c", "b"], ".", "datasets.mine: no picture c in {}"),
        ([], "none", "datasets.mine: no picture at all in {}/none"),
        ([], "missing", "datasets.mine.path: {}/missing cannot be listed (No such file or directory)"),
        ([], "b.png", "datasets.mine.path: {}/b.png cannot be listed (Not a directory)"),
    ],
)
def test_a_folder_without_what_is_asked_for_is_named_in_full(tmp_path, images, path, message):
    dataset = folder_of(tmp_path, "b.png")
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError) as caught:
        study.folder_images(dataset.model_copy(update={"images": images, "path": str(tmp_path / path)}))
    assert str(caught.value) == f"config: {message.format(tmp_path)}"


def test_tables_are_read_with_names_as_texts(tmp_path):
    (tmp_path / "points.csv").write_text("image,setting,bits,psnr_db\n001,10,8,inf\nNA,20,,\n")
    table = tables.read(tmp_path / "points.csv")
    assert list(table["image"]) == ["001", "NA"] and list(table["setting"]) == ["10", "20"]
    assert table["psnr_db"][0] == float("inf") and table[["bits", "psnr_db"]].isna().all(axis=1).tolist() == [
        False,
        True,
    ]


def test_an_unknown_picture_for_the_figures_is_refused():
    config = tiny()
    config["figures"]["image"] = "dog"
    with pytest.raises(InputError, match=r"figures.image is 'dog': this study has chelsea, coffee"):
        study.shown(study.load(config), [("photographs", "chelsea"), ("photographs", "coffee")])


def test_complete_only_shows_another_picture_where_the_chosen_one_is_missing():
    loaded = study.load(tiny() | {"complete_only": True, "figures": {"image": "chelsea"}})
    assert study.shown(loaded, [("photographs", "coffee")]).image == "coffee"

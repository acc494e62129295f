"""Configuration: what is accepted, and what an error says."""

import copy
from pathlib import Path

import pytest
import yaml

from inrcodec.files import InputError
from workflow_scripts import study

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


def test_a_folder_is_listed_by_safe_names(tmp_path, photograph):
    from inrcodec.images import save

    for name in ("my cat.png", "b.jpg", "notes.txt"):
        if name.endswith("txt"):
            (tmp_path / name).write_text("no picture")
        else:
            save(photograph, tmp_path / name)
    dataset = study.Dataset(name="mine", kind="folder", path=str(tmp_path))
    assert list(study.folder_images(dataset)) == ["b", "my_cat"]
    save(photograph, tmp_path / "my-cat.png")
    with pytest.raises(InputError, match="share the name my_cat"):
        study.folder_images(dataset)


def test_an_unknown_picture_for_the_figures_is_refused():
    config = tiny()
    config["figures"]["image"] = "dog"
    with pytest.raises(InputError, match=r"figures.image is 'dog': this study has chelsea, coffee"):
        study.shown(study.load(config), [("photographs", "chelsea"), ("photographs", "coffee")])


def test_complete_only_shows_another_picture_where_the_chosen_one_is_missing():
    loaded = study.load(tiny() | {"complete_only": True, "figures": {"image": "chelsea"}})
    assert study.shown(loaded, [("photographs", "coffee")]).image == "coffee"

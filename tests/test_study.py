"""Configuration: what is accepted, and what an error says."""

import copy
from pathlib import Path

import pytest
import yaml

from inrcodec.entropy import CHOICES
from inrcodec.files import InputError
from inrcodec.fitting.deciders import DECIDERS
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.operations.activations import ACTIVATIONS
from inrcodec.operations.colour import COLOURS
from inrcodec.quantization import RULES
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import asking, blocks, configuration, study, tables

ROOT = Path(__file__).parents[1]
CONFIGS = [ROOT / "config.yaml", *sorted((ROOT / "studies").glob("*.yaml"))]


def tiny() -> dict:
    return copy.deepcopy(yaml.safe_load((ROOT / "studies/tiny.yaml").read_text()))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_studies_are_valid(path):
    loaded = study.load(configuration.read([path]))
    for figure in loaded.shown():
        assert figure == "costs" or any(asking.asked(loaded, figure))


def test_kodak_is_the_whole_suite():
    kodak = study.load(yaml.safe_load((ROOT / "studies/kodak.yaml").read_text()))
    assert len(kodak.datasets[0].images) == len(set(kodak.datasets[0].digests.values())) == 24


TUTORIAL, SIREN, QAT = ["functions", "tutorial"], ["functions", "siren"], ["codings", "qat"]
WRONG = {
    "unknown key": (["fit", "stpes"], 3, "fit.stpes: unknown key, did you mean steps?"),
    "unknown top key": (["sets"], 3, "sets: unknown key"),
    "negative size": (
        [*SIREN, "hidden_layers"],
        "-2",
        "functions.siren.hidden_layers is -2: accepted are integers 1 to",
    ),
    "too wide": (
        [*SIREN, "hidden_features"],
        ["8", "5000"],
        "siren.hidden_features is 5000: accepted are integers 1 to",
    ),
    "too many decimals": ([*TUTORIAL, "base"], "1.405", "base is 1.405: accepted are decimals 1.01 to 2.00"),
    "unknown representation": (
        [*SIREN, "representation"],
        "sirren",
        "functions.siren.representation is 'sirren': no such representation, accepted are siren, positional, fourier, "
        "nif, hash_grid, pyramid, meta; did you mean siren?",
    ),
    "no representation": (["functions", "siren"], {"hidden_layers": 2}, "functions.siren.representation is missing: "),
    "unknown activation": (
        [*SIREN, "activation"],
        "fine",
        "accepted are sine, relu, finer, gabor; did you mean finer?",
    ),
    "unknown objective": (["fit", "objective"], "l3", "no such objective, accepted are l2, l1, log_cosh"),
    "unknown colour": (
        [*SIREN, "colour"],
        "ycbr",
        "functions.siren.colour is 'ycbr': no such colour, accepted are rgb,",
    ),
    "like nothing": (
        ["functions", "siren"],
        {"like": "tutor"},
        "siren.like is 'tutor': no such entry, accepted are tut",
    ),
    "like itself": (
        ["functions", "siren"],
        {"like": "siren"},
        "siren.like is 'siren': the entries are like each other",
    ),
    "unequal lists": ([*TUTORIAL, "hidden_layers"], ["2"], "hidden_features has 2, hidden_layers has 1"),
    "repeated point": ([*TUTORIAL, "hidden_features"], ["8", "8"], "functions.tutorial: 8 named more than once"),
    "unknown decider": (
        [*QAT, "decider"],
        "finetune",
        "no such decider, accepted are nearest, fine_tune, rounding_search, prune, greedy, sensitive_bits, "
        "step_search, integer_search; did you mean",
    ),
    "unknown rule": (
        [*QAT, "rule"],
        "per-row",
        "codings.qat.rule is 'per-row': no such rule, accepted are uniform, per_",
    ),
    "unknown entropy model": ([*QAT, "entropy"], "laplacian", "no such entropy model, accepted are cheapest, laplace,"),
    "another decider's setting": (
        ["codings", "ptq", "steps"],
        "3",
        "codings.ptq.steps: unknown key, accepted are decid",
    ),
    "bits of 16-bit floats": (["codings", "half", "bits"], "8", "codings.half: rule half has 16 bits, leave bits out"),
    "unknown codec": (["classical"], {"gif": [3]}, "accepted are jpeg, jpeg2000, webp, avif, jxl"),
    "quality out of range": (["classical", "jpeg"], [300], "classical.jpeg holds 300, accepted are 1 to 100"),
    "negative steps": (["fit", "steps"], -5, "fit.steps is -5: Input should be greater than or equal to 1"),
    "text for a number": (["fit", "steps"], "many", "fit.steps is 'many': Input should be a valid integer"),
    "repeated bits": (["codings", "ptq", "bits"], [8, 8], "codings.ptq: 8 named more than once"),
    "bits out of range": (["codings", "ptq", "bits"], [1], "codings.ptq.bits is 1: Input should be greater than or"),
    "path without folder": (["datasets", 0, "kind"], "folder", "kind folder needs path"),
    "unsafe study name": (["study"], "../x", "study is '../x'"),
    "function not in the study": (
        ["figures", "weights", "function"],
        "tutoriel",
        "figures.weights.function is 'tutoriel': this study has no such function, accepted are tutorial, siren; did",
    ),
    "coding not in the study": (
        ["figures", "rate_distortion", "curves"],
        {"qa": ["siren"]},
        "curves is 'qa': this study",
    ),
    "codec not in the study": (["figures", "rate_distortion", "classical"], ["avif"], "this study has no such codec"),
    "unknown figure": (["figures", "weigths"], {}, "figures.weigths: unknown key, did you mean weights?"),
    "function not in the sweeps": (
        ["figures", "hyperparameters"],
        {"functions": ["sirren"], "coding": "ptq"},
        "figures.hyperparameters.functions is 'sirren': this study has no such function, accepted are tutorial, siren",
    ),
    "no films to weigh": (["figures", "spectra"], {"functions": []}, "figures.spectra.functions"),
    "nothing to show": (["figures"], {"costs": {}}, "figures: names none that shows results"),
    "nothing to enlarge": (
        ["figures"],
        {"zoom": {"curves": {}, "point_px": [1, 1]}},
        "figures.zoom.curves: Dictionary should have at least 1 item",
    ),
    "grids among integers": (
        ["functions", "siren"],
        {"representation": "pyramid"},
        "figures.entropy_coding.functions: siren has grids of latents, which anatomy shows",
    ),
    "no curves": (["figures"], {"rate_distortion": {"curves": {}, "classical": []}}, "rate_distortion: shows no curve"),
    "surplus frequencies": ([*SIREN, "frequencies"], 4, "functions.siren.frequencies: unknown key, accepted are"),
    "empty block": (["fit"], None, "fit: is empty, write its value or leave the key out"),
    "text for a block": (["fit"], "7", "fit is 7: a block of keys is wanted here"),
    "number for a list": (["datasets", 0, "images"], "8", "datasets.0.images is 8: a list is wanted here"),
    "part of a step": (["fit", "steps"], "7.5", "fit.steps is 7.5: Input should be a valid integer"),
    "unknown optimizer": (["fit", "optimizer"], "sgd", "fit.optimizer is 'sgd': Input should be 'muon' or 'adam'"),
    "a rate of what has none": (
        ["codings", "half"],
        {"decider": "fine_tune", "rule": "half", "rate_weight": "0.1"},
        "codings.half.rate_weight: rule half has no rate to lower",
    ),
    "a search between what has no order": (
        ["codings", "half"],
        {"decider": "rounding_search", "rule": "half"},
        "codings.half.rule: rounding_search works with uniform, per_row, companded, not with half",
    ),
    "steps of more than one": (
        ["codings", "half"],
        {"decider": "step_search", "rule": "per_row", "rate_weight": "0.1"},
        "codings.half.rule: step_search works with uniform, not with per_row",
    ),
    "a search of floats before tuning": (
        ["codings", "half"],
        {"decider": "fine_tune", "rule": "half", "search_steps": "5"},
        "codings.half.search_steps: searched are symbols of uniform, per_row, companded, not of half",
    ),
    "learned steps of rows": (
        [*QAT, "rule"],
        "per_row",
        "codings.qat.learn_steps: only the steps of rule uniform are learnt, not those of per_row",
    ),
    "neither true nor false": ([*QAT, "learn_steps"], "maybe", "learn_steps is 'maybe': accepted are false, true"),
    "all pruned": (
        ["codings", "half"],
        {"decider": "prune", "share": "1"},
        "codings.half.share is 1: accepted are decimals 0.00 to 0.99",
    ),
    "no lambda": (
        ["codings", "qat"],
        {"decider": "step_search"},
        "codings.qat.rate_weight is 0, the lambda of the fit, and tutorial has none",
    ),
    "no number": (["fit", "matrix_rate"], "nan", "fit.matrix_rate is 'nan': Input should be a finite number"),
    "unsafe picture name": (
        ["datasets", 0, "images"],
        ["my cat"],
        "images.0 is 'my cat': accepted are letters, digits",
    ),
    "what to write instead": (["study"], "2024-01-31", "and _, such as 2024_01_31"),
}


@pytest.mark.parametrize(("keys", "value", "message"), WRONG.values(), ids=WRONG)
def test_errors_name_key_value_and_what_is_accepted(keys, value, message):
    config = tiny()
    config["codings"]["qat"]["learn_steps"] = "true"
    block = config
    for key in keys[:-1]:
        block = block[key]
    block[keys[-1]] = value
    with pytest.raises(InputError) as caught:
        study.load(config)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_figure_of_functions_needs_a_coding_that_fits_each():
    config = tiny()
    config["functions"]["pyramid"] = {"representation": "pyramid"}
    config["figures"]["hyperparameters"] = {"functions": ["tutorial", "pyramid"], "coding": "ptq"}
    with pytest.raises(InputError, match=r"^config: .*figures.hyperparameters: ptq cannot code pyramid: for pyramid"):
        study.load(config)


def test_missing_keys_are_named():
    config = tiny()
    del config["figures"]
    with pytest.raises(InputError, match=r"^config: figures: missing$"):
        study.load(config)


def test_download_needs_a_digest_of_every_picture():
    config = tiny()
    config["datasets"] = [{"name": "d", "kind": "download", "images": ["a"], "mirrors": ["http://x/{image}.png"]}]
    with pytest.raises(InputError, match="digests lacks a"):
        study.load(config)


def test_every_key_is_documented():
    text = (ROOT / "docs/configuration.md").read_text()
    kinds = [study.Study, blocks.Dataset, blocks.FitSettings, blocks.CodingSettings, study.Figures]
    kinds += [study.RateDistortion, study.Reconstructions, study.QuantizationSweep, study.Weights, study.FitCurves]
    kinds += [
        study.Deciders,
        study.FilmStrip,
        *map(blocks.function_block, REPRESENTATIONS),
        *map(blocks.coding_block, DECIDERS),
    ]
    kinds += [study.EntropyCoding, study.Zoom, study.Seconds, study.Artefacts, study.Losses]
    names = {name for kind in kinds for name in kind.model_fields}
    names |= {*REPRESENTATIONS, *DECIDERS, *RULES, *CHOICES, *OBJECTIVES, *COLOURS, *ACTIVATIONS, "like", "title"}
    assert not [name for name in names if f"`{name}`" not in text]


@pytest.mark.parametrize("name", REPRESENTATIONS)
def test_hyperparameters_and_settings_of_fits_share_no_name(name):
    assert not REPRESENTATIONS[name].hyperparameters().keys() & {*blocks.FitSettings.model_fields, "like", "title"}


def paths(config: dict) -> dict[str, list[str]]:
    """The names in paths of every entry of a study."""
    loaded = study.load(config)
    entries = loaded.function_entries | loaded.coding_entries
    return {name: [setting.path for setting in entry.settings] for name, entry in entries.items()}


def test_a_specification_is_the_same_result_whatever_it_is_called():
    config = tiny()
    before = paths(config)
    config["functions"]["other"] = {
        **{"like": "siren", "representation": "positional", "hidden_features": ["16", "8"], "title": "Another"},
        # The defaults, written out.
        **{"frequencies": "16", "base": "1.40", "colour": "rgb", "steps": "4e1"},
    }
    config["codings"]["other"] = {"decider": "nearest", "bits": "8", "rule": "uniform", "entropy": "cheapest"}
    after = paths(config)
    assert after["other"] == before["ptq"][1:] and {**after, "other": None} == {**before, "other": None}
    del config["codings"]["other"]
    assert paths(config)["other"] == before["tutorial"][::-1]
    config["fit"]["objective"] = "l1"
    assert not set(paths(config)["tutorial"]) & set(before["tutorial"])


def test_a_figure_of_starts_shows_the_last_fit_of_either():
    config = tiny()
    meta = {"representation": "meta", "hidden_features": "28"}
    config["functions"] |= {"short": meta | {"prior": "6", "steps": "7"}, "long": meta | {"prior": "6"}, "none": meta}
    config["figures"]["start"] = {"curves": {"ptq": ["short", "long", "none"]}, "classical": []}
    loaded = study.load(config)
    path = {name: entry.settings[-1].path for name, entry in loaded.function_entries.items()}
    asked = asking.asked(loaded, "start")
    assert asked.fits == [path["long"], path["none"]] and asking.lasting(loaded)[True] == path["long"]
    assert {sweep.split("/")[0] for sweep in asked.scored} == {path["short"], path["long"], path["none"]}
    config["figures"]["start"]["curves"] = {"ptq": ["short", "long"]}
    with pytest.raises(InputError, match=r"^config: figures.start: wants a function with a prior and one without$"):
        study.load(config)


def test_lists_go_together_and_make_a_curve():
    config = tiny()
    config["functions"]["tutorial"]["hidden_layers"] = [2, 3]
    loaded = study.load(config)
    settings = loaded.function_entries["tutorial"].settings
    sizes = [[s.spec["hyperparameters"][key] for key in ("hidden_features", "hidden_layers")] for s in settings]
    assert sizes == [[8, 2], [16, 3]] and [s.label for s in settings] == ["8x2", "16x3"]
    (curve,) = [c for c in asking.curves(loaded, "rate_distortion") if c.codec == "tutorial-qat"]
    assert [point.model for point in curve.points] == [s.path for s in settings]


def test_planning_imports_no_torch(run):
    code = "import sys; from workflow_scripts import asking, configuration; print('torch' in sys.modules)"
    assert run("python", "-c", code).stdout == "False\n"


WRITTEN = {
    "number as a name": ("study: 001", [], "study", "001"),
    "no as a name": ("study: no", [], "study", "no"),
    "a name of any script": ("study: 研究_हिन्दी", [], "study", "研究_हिन्दी"),
    "1e4": ("fit: {steps: 1e4}", [], "fit.steps", 10000),
    "a large seed": ("fit: {seed: 9007199254740993}", [], "fit.seed", 9007199254740993),
    "1e-3": ("fit: {matrix_rate: 1e-3}", [], "fit.matrix_rate", 0.001),
    "null": ("figures: {weights: {image: null}}", [], "figures.weights.image", None),
    "yes": ("complete_only: yes", [], "complete_only", True),
    "anchors": ("x-fit: &fit {steps: 3, seed: 1}\nfit: {<<: *fit, seed: 2}", [], "fit.steps", 3),
    "over a merged block": ("x-fit: &fit {steps: 3, seed: 1}\nfit: {<<: *fit, seed: 2}", [], "fit.seed", 2),
    "a block by --config": ("fit: {steps: 3, seed: 1}", ["fit={steps: 7}"], "fit.steps", 7),
    "what --config leaves": ("fit: {steps: 3, seed: 1}", ["fit={steps: 7}"], "fit.seed", 1),
    "JSON by --config": ("", ['fit={"steps":7}'], "fit.steps", 7),
    "a list by --config": ("", ["classical={jpeg: [3, 4]}"], "classical", {"jpeg": [3, 4], "webp": [20, 80]}),
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
    return blocks.Dataset(name="mine", kind="folder", path=str(tmp_path), images=list(images))


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
    config["figures"]["weights"]["image"] = "dog"
    with pytest.raises(InputError, match=r"figures.weights.image is 'dog': this study has chelsea, coffee"):
        asking.shown_picture(study.load(config), "weights", [("photographs", "chelsea"), ("photographs", "coffee")])


def test_complete_only_shows_another_picture_where_the_chosen_one_is_missing():
    config = tiny() | {"complete_only": True}
    config["figures"]["weights"]["image"] = "chelsea"
    pictures = [("photographs", "coffee")]
    assert asking.shown_picture(study.load(config), "weights", pictures) == ("photographs", "coffee")

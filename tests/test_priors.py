"""What is learnt from other photographs: how, that it is there, and that it pays."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import javascript_decoder
import numpy as np
import pytest
import torch
import yaml
from fuzz.fuzz_decode import field_spans, resealed

import inrcodec
from inrcodec import priors
from inrcodec.bitstream import container
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.datasets import load_picture
from inrcodec.files import InputError
from inrcodec.fitting import first_guess, prior_learning, reptile
from inrcodec.fitting.fine_tuning import fine_tune
from inrcodec.fitting.greedy import refine
from inrcodec.fitting.prior_learning import TILE_PX, learn, mosaic
from inrcodec.fitting.pruning import prune
from inrcodec.fitting.rounding_search import search_rounding
from inrcodec.fitting.target import Schedule, Target, pick_device, to_numpy
from inrcodec.fitting.trainer import fit
from inrcodec.metrics.quality import mse
from inrcodec.operations.colour import Colour
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.representations import Meta, Pyramid
from workflow_scripts import study

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/priors.md").read_text()


@pytest.fixture(scope="module")
def coffee() -> np.ndarray:
    """Half of a photograph that no prior was learnt from, 300 x 400."""
    return load_picture({"kind": "packaged"}, "coffee", None, Path())[:300, :400]


def test_those_that_were_released_never_change():
    listed = re.findall(r"^\| (\d+) \| (\w+) \| ([\d.]*) ?\| ([\da-f]{8}) \|$", PAGE, flags=re.MULTILINE)
    shipped = [(number, "pyramid", weight, priors.digest(number)) for number, weight in priors.RATE_WEIGHTS.items()]
    shipped += [(number, "meta", 0, priors.digest(number)) for number in priors.STARTS]
    assert [(int(n), of, float(weight or 0), int(digest, 16)) for n, of, weight, digest in listed] == shipped


@pytest.mark.parametrize("number", priors.RATE_WEIGHTS)
def test_files_under_one_decode_alike_everywhere(coffee, number):
    quality = -30 * np.log10(priors.RATE_WEIGHTS[number] / 0.1)
    data = inrcodec.encode(coffee[100:118, 100:121], quality=quality, effort=1)
    assert inrcodec.info(data)["prior"] == number
    assert np.array_equal(javascript_decoder.decode(data), inrcodec.decode(data))


@pytest.mark.parametrize("number", priors.STARTS)
def test_files_under_a_start_decode_alike_everywhere_and_hold_the_difference(coffee, number):
    about, pixels = Meta(**priors.STARTS[number], prior=number), coffee[100:111, 100:117]
    target = Target(pixels, about, pick_device())
    start = to_numpy(target.initial(0))
    moved = {
        name: values + 0.01 * np.sin(np.arange(values.size, dtype=np.float32)).reshape(values.shape)
        for name, values in start.items()
    }
    data = coded(target, pixels, quantize(moved, target.tensors, Depths(bits=5)))
    assert inrcodec.info(data)["prior"] == number
    assert np.array_equal(javascript_decoder.decode(data), inrcodec.decode(data))
    found = {name: tensor.values for name, tensor in container.read(data).tensors.items()}
    assert all(np.abs(found[name] - moved[name]).max() < 0.002 for name in moved)
    # What was learnt is in no file.
    nothing = coded(target, pixels, quantize(start, target.tensors, Depths(bits=5)))
    assert len(nothing) < 100


def coded(target: Target, pixels: np.ndarray, tensors: dict[str, QuantizedTensor]) -> bytes:
    height, width, channels = pixels.shape
    depths = Depths(bits=5)
    colour = Colour.of("rgb", pixels)
    return container.write(
        container.ImplicitPicture(width, height, channels, 8, colour, target.representation, depths, tensors)
    )


@pytest.fixture
def start(tmp_path, monkeypatch):
    """A small start in place of the sixth prior, for both decoders; and its network."""
    random, about = np.random.default_rng(0), Meta(hidden_features=6, hidden_layers=2, frequencies=5)
    tensors = about.tensors(3, 1, 1)
    drawn = {
        name: values + 0.1 * random.standard_normal(values.shape)
        for name, values in about.initial(tensors, random).items()
    }
    np.savez_compressed(tmp_path / "6.npz", **{name: np.round(v * 2**20).astype("<i4") for name, v in drawn.items()})
    (tmp_path / "3.npz").write_bytes(priors.path_of(3).read_bytes())
    monkeypatch.setattr(priors, "FOLDER", tmp_path)
    monkeypatch.setattr(javascript_decoder, "PRIORS", tmp_path)
    priors.load.cache_clear()
    yield replace(about, prior=6)
    priors.load.cache_clear()


@pytest.mark.parametrize(
    "decide",
    [
        fine_tune,
        partial(fine_tune, learn_steps=True),
        partial(prune, share=0.0),
        search_rounding,
        refine,
        lambda target, values, depths, _: quantize(values, target.tensors, depths),
    ],
)
def test_deciders_heed_what_parameters_are_differences_to(start, photograph, decide):
    target = Target(photograph, start, pick_device())
    moved = {
        name: values + 0.02 * np.cos(np.arange(values.size, dtype=np.float32)).reshape(values.shape)
        for name, values in to_numpy(target.initial(0)).items()
    }
    schedule = Schedule(steps=3, batch_px=99, matrix_rate=1e-4, vector_rate=1e-4, rate_weight=1e-6)
    found = decide(target, moved, Depths(bits=8), schedule)
    assert all(np.abs(tensor.values - moved[name]).max() < 0.002 for name, tensor in found.items())
    assert all(tensor.base is not None and tensor.symbols.any() for tensor in found.values())


def test_magnitudes_that_cost_are_those_of_the_difference(start, photograph):
    target = Target(photograph, start, pick_device())
    free, paid = (fit(target, Schedule(steps=40, magnitude_weight=weight)).parameters for weight in (0.0, 1.0))
    bases = {name: tensor.base / 2**20 for name, tensor in target.tensors.items()}
    moved = [sum(np.abs(found[name] - base).sum() for name, base in bases.items()) for found in (free, paid)]
    assert moved[1] < 0.5 * moved[0]


def test_pruned_differences_are_the_start(start, photograph):
    target = Target(photograph, start, pick_device())
    found = prune(target, to_numpy(target.initial(0)), Depths(bits=8), Schedule(steps=3, batch_px=99), share=0.5)
    for name, tensor in found.items():
        if target.tensors[name].role != "bias":
            assert (tensor.symbols == 0).mean() >= 0.5
            assert (tensor.values == target.tensors[name].base / 2**20)[tensor.symbols == 0].all()


@pytest.mark.parametrize("decide", [fine_tune, partial(fine_tune, learn_steps=True), search_rounding])
def test_deciders_descend_on_the_function_that_the_file_will_be(start, photograph, decide):
    target = Target(photograph, start, pick_device())
    fitted = fit(target, Schedule(steps=100, batch_px=999)).parameters
    schedule = Schedule(steps=50, batch_px=999, first_rate=0.3)
    ends = []
    for found in (quantize(fitted, target.tensors, Depths(bits=3)), decide(target, fitted, Depths(bits=3), schedule)):
        ends.append(target.psnr_db({name: torch.from_numpy(found[name].values).float() for name in target.tensors}))
    assert ends[1] > ends[0] + 0.1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hidden_features": 7}, "prior 6 is of another size: its weight0 is 6x22, 7x22 is wanted"),
        ({"hidden_layers": 1}, "prior 6 is of another size: its weight1 is 6x6, 3x6 is wanted"),
        ({"hidden_layers": 3}, "prior 6 is of another size: its weight2 is 3x6, 6x6 is wanted"),
        ({"frequencies": 4}, "prior 6 is of another size: its weight0 is 6x22, 6x18 is wanted"),
        ({"prior": 3}, "prior 3 is of another representation: it has no weight0"),
        ({"prior": 9}, "prior 9 is not installed"),
    ],
)
def test_a_start_of_another_network_is_refused_in_one_line(start, settings, message):
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        replace(start, prior_digest=0, **settings)
    named = {"prior": 6, "prior_digest": priors.digest(6)} | settings
    if settings.get("prior") == 3:
        named["prior_digest"] = priors.digest(3)
    refused_by_both(naming(replace(start, **settings | {"prior": 0, "prior_digest": 0}), 3, named), message)


def test_a_start_is_of_pictures_in_colour(start):
    with pytest.raises(InputError, match=r"^prior 6 is of pictures of 3 channels, not of 1$"):
        Target(np.zeros((4, 5, 1), np.uint8), start, pick_device())
    data = naming(replace(start, prior=0, prior_digest=0), 1, {"prior": 6, "prior_digest": start.prior_digest})
    refused_by_both(data, "of 3 channels, not of 1")


def naming(about: Meta, channels: int, fields: dict[str, int]) -> bytes:
    """A file of some function, whose header then has other values of some fields, each after the other."""
    target = Target(np.zeros((4, 5, channels), np.uint8), about, pick_device())
    data = coded(
        target,
        np.zeros((4, 5, channels), np.uint8),
        quantize(to_numpy(target.initial(0)), target.tensors, Depths(bits=5)),
    )
    for name in ("prior", "prior_digest"):
        (span,) = [span for field, *span in field_spans(data[:-4]) if field.name == name]
        data = resealed(data[: span[0]] + varint(fields[name]) + data[span[1] :])
    return data


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def refused_by_both(data: bytes, message: str) -> None:
    with pytest.raises(BitstreamError, match=re.escape(message)) as caught:
        inrcodec.decode(data)
    assert caught.value.section == "hyperparameters"
    with pytest.raises(javascript_decoder.RefusedError) as other:
        javascript_decoder.decode(data)
    assert str(other.value) == str(caught.value)


def test_a_start_is_none_of_a_pyramids(start):
    with pytest.raises(InputError, match=r"^prior 6 is of another representation: it has no context0$"):
        Pyramid(prior=6)


def test_what_reptile_learns_spares_steps(tmp_path, monkeypatch, coffee):
    """Of one picture it learns that picture; what it gives is what a fit begins with."""
    tile, about = coffee[:TILE_PX, :TILE_PX], Meta(hidden_features=8, hidden_layers=1, frequencies=8)
    rounds = []
    learnt = reptile.learn(np.concatenate([tile, tile], axis=1), about, 8, rounds.append)
    assert [round(progress.share, 3) for progress in rounds] == [0.125 * n for n in range(1, 9)]
    np.savez_compressed(tmp_path / "6.npz", **learnt)
    monkeypatch.setattr(priors, "FOLDER", tmp_path)
    priors.load.cache_clear()
    begun, random = (Target(tile, one, pick_device()) for one in (replace(about, prior=6), about))
    start = begun.initial(0)
    assert all(np.array_equal(np.round(values.numpy() * 2**20), learnt[name]) for name, values in start.items())
    schedule = Schedule(steps=20, batch_px=1024)
    ends = [
        target.psnr_db({n: torch.from_numpy(v) for n, v in fit(target, schedule).parameters.items()})
        for target in (begun, random)
    ]
    assert ends[0] > ends[1] + 1
    priors.load.cache_clear()


def test_priors_are_of_the_pictures_that_are_named():
    named = yaml.safe_load((ROOT / "studies/priors.yaml").read_text())["datasets"]
    assert {image for dataset in named for image in dataset["images"]} == priors.LEARNT_FROM


def test_no_study_measures_a_prior_on_what_it_was_learnt_from():
    config = yaml.safe_load((ROOT / "studies/tiny.yaml").read_text())
    own = [("mine", "a"), ("mine", "sunset_by_Aitzol_Berasategi")]
    study.refuse_learnt(study.load(config), own)
    config["functions"]["start"] = {"representation": "meta", "hidden_features": "28", "prior": "6"}
    study.refuse_learnt(study.load(config), own[:1])
    with pytest.raises(InputError, match=r"^config: functions\.start: prior 6 was learnt from mine/sunset_by_Aitzol_B"):
        study.refuse_learnt(study.load(config), own)


@pytest.mark.parametrize(("rate_weight", "number"), [(1e-7, 1), (1e-4, 1), (2.9e-4, 2), (1e-3, 3), (0.005, 4), (1, 5)])
def test_the_nearest_one_is_taken(rate_weight, number):
    assert priors.nearest(rate_weight) == number


def test_a_mosaic_has_the_tiles_with_the_most_detail():
    random = np.random.default_rng(0)
    pictures = [np.full((2 * TILE_PX, 3 * TILE_PX, 3), shade, np.uint8) for shade in (40, 80)]
    for picture in pictures:
        for left in (0, 2 * TILE_PX):
            picture[:TILE_PX, left : left + TILE_PX] += random.integers(0, 99, (TILE_PX, TILE_PX, 3), dtype=np.uint8)
    found = mosaic(pictures)
    assert found.shape == (2 * TILE_PX, 2 * TILE_PX, 3)
    assert all(tile.std() > 20 for row in np.split(found, 2) for tile in np.split(row, 2, axis=1))


def test_a_picture_without_tiles_is_refused():
    with pytest.raises(ValueError, match="300 x 300 px has no 2 tiles of 256 px"):
        mosaic([np.zeros((300, 300, 3), np.uint8)])


def test_what_is_learnt_is_what_a_fit_begins_with(coffee, tmp_path, monkeypatch):
    learnt = learn(coffee, 1e-3, 3)
    np.savez_compressed(tmp_path / "9.npz", **learnt)
    monkeypatch.setattr(priors, "FOLDER", tmp_path)
    about = Pyramid(levels=prior_learning.LEVELS, prior=9, **priors.NETWORKS)
    again = prior_learning.matrices(about, to_numpy(Target(coffee, about, pick_device()).initial(0)))
    assert all(np.array_equal(again[name], matrix) for name, matrix in learnt.items())
    assert all(matrix.flags["C_CONTIGUOUS"] for matrix in learnt.values())
    # Another number of grids has the finest ones' columns.
    fewer = Pyramid(levels=3, prior=9, **priors.NETWORKS)
    assert Target(coffee, fewer, pick_device()).initial(0)["upsampling"].shape == (8 + 9,)


def test_a_guess_is_much_of_the_picture_already(coffee):
    target = Target(coffee, Pyramid(levels=7, prior=3, **priors.NETWORKS), pick_device(), "rgb_mean")
    zero = target.psnr_db(target.initial(0))
    short, long = (first_guess.beginning(target, Schedule(steps=steps)) for steps in (10, 10_000))
    assert target.psnr_db(short) > zero + 3
    assert all(not long[name].any() for name in target.grids)
    assert all(np.array_equal(short[name], short[name].round()) for name in target.grids)


def test_it_pays_where_time_is_short(coffee):
    def cost(prior: bool) -> float:
        data = inrcodec.encode(coffee, quality=50, effort=1, prior=prior)
        rate_weight = 0.1 * 10 ** (-50 / 30)
        pixels = coffee.shape[0] * coffee.shape[1]
        return mse(coffee, inrcodec.decode(data)) / 255**2 / rate_weight + 8 * len(data) / pixels

    assert cost(prior=True) < 0.7 * cost(prior=False)


def test_long_searches_do_without(coffee):
    speck = coffee[100:118, 100:121]
    priors = [inrcodec.info(inrcodec.encode(speck, effort=effort))["prior"] for effort in (4, 5)]
    assert priors[0] and not priors[1]
    # A search in seconds is long where the picture is small.
    assert first_guess.pays(768 * 512, None, 30) and not first_guess.pays(256 * 256, None, 30)
    # Of a few pixels too, a step takes milliseconds.
    assert first_guess.pays(1, None, 1) and not first_guess.pays(1, None, 2)


def test_a_grey_picture_takes_what_suits_it(coffee):
    grey = coffee[:, :, :1]
    data = inrcodec.encode(grey, effort=1)
    assert inrcodec.info(data)["prior"] and mse(grey, inrcodec.decode(data)) < 200


def test_without_it_files_name_none(run, coffee, tmp_path):
    inrcodec.images.save(coffee[:40, :50], tmp_path / "picture.png")
    done = run("inrcodec", "encode", tmp_path / "picture.png", tmp_path / "x.inr", "-e", "1", "--no-prior")
    assert done.returncode == 0, done.stderr
    assert inrcodec.info(tmp_path / "x.inr")["prior"] == 0
    both = run("inrcodec", "encode", tmp_path / "picture.png", tmp_path / "x.inr", "--preset", "small", "--no-prior")
    assert both.returncode == 1 and "it has no prior" in both.stderr

"""What is learnt from other photographs: how, that it is there, and that it pays."""

import re
from pathlib import Path

import numpy as np
import plain_decoder
import pytest

import inrcodec
from inrcodec import priors
from inrcodec.datasets import load_picture
from inrcodec.fitting import first_guess, prior_learning
from inrcodec.fitting.prior_learning import TILE_PX, learn, mosaic
from inrcodec.fitting.target import Schedule, Target, pick_device, to_numpy
from inrcodec.metrics.quality import mse
from inrcodec.representations import Pyramid

PAGE = (Path(__file__).parents[1] / "docs/priors.md").read_text()


@pytest.fixture(scope="module")
def coffee() -> np.ndarray:
    """Half of a photograph that no prior was learnt from, 300 x 400."""
    return load_picture({"kind": "packaged"}, "coffee", None, Path())[:300, :400]


def test_those_that_were_released_never_change():
    listed = re.findall(r"^\| (\d+) \| ([\de.-]+) \| ([\da-f]{8}) \|$", PAGE, flags=re.MULTILINE)
    shipped = [(number, weight, priors.digest(number)) for number, weight in priors.RATE_WEIGHTS.items()]
    assert [(int(number), float(weight), int(digest, 16)) for number, weight, digest in listed] == shipped


@pytest.mark.parametrize("number", priors.RATE_WEIGHTS)
def test_files_under_one_decode_alike_everywhere(coffee, number):
    quality = -30 * np.log10(priors.RATE_WEIGHTS[number] / 0.1)
    data = inrcodec.encode(coffee[100:118, 100:121], quality=quality, effort=1)
    assert inrcodec.info(data)["prior"] == number
    assert plain_decoder.decode(data)[4] == inrcodec.decode(data).ravel().tolist()


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
    assert Target(coffee, fewer, pick_device()).initial(0)["upsampling"].shape == (8,)


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

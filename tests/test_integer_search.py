"""The search over a pyramid's integers: what it promises is what a decoder gets, wherever a picture is looked at."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image

import inrcodec
from inrcodec.bitstream import container
from inrcodec.datasets import load_picture, shrink
from inrcodec.fitting import latent_rate, pyramid_encoder
from inrcodec.fitting.integer_search import IntegerSearch
from inrcodec.fitting.latent_descent import LatentDescent
from inrcodec.fitting.target import Schedule, Target, to_numpy
from inrcodec.operations.context import LARGEST_SYMBOL
from inrcodec.representations import Pyramid
from inrcodec.threads import ONE_TORCH_THREAD

LAMBDA = 1e-3


def fitted(picture, levels=5, steps=60):
    target = Target(picture, Pyramid(levels=levels), torch.device("cpu"), "rgb_mean")
    descent = LatentDescent(target, target.initial(0), Schedule(steps, rate_weight=LAMBDA))
    for _ in descent:
        pass
    return target, to_numpy(descent.result())


def loss(target, picture, search):
    """Of the file: distance + lambda bits per pixel."""
    data = container.write(
        container.ImplicitPicture(
            width=target.width,
            height=target.height,
            channels=3,
            sample_bits=8,
            colour=target.colour,
            representation=target.representation,
            depths=pyramid_encoder.DEPTHS,
            tensors=search.tensors,
            grids=search.grids(),
        )
    )
    error = (inrcodec.decode(data) - picture.astype(float)) / 255
    return (error**2).mean() + LAMBDA * 8 * len(data) / (target.width * target.height)


@pytest.fixture(scope="module")
def larger() -> np.ndarray:
    """A photograph, 96 x 64."""
    packaged = {"kind": "packaged", "mirrors": [], "digests": {}}
    return shrink(load_picture(packaged, "chelsea", None, None), 96)


@pytest.fixture(scope="module")
def fit_of_larger(larger):
    return fitted(larger, steps=200)


@ONE_TORCH_THREAD
def test_every_step_is_of_a_valid_file_and_none_is_worse(larger, fit_of_larger):
    target, parameters = fit_of_larger
    search = IntegerSearch(target, parameters, pyramid_encoder.DEPTHS, LAMBDA, rounds=2)
    losses = [loss(target, larger, search), *(loss(target, larger, search) for _ in search)]
    # The payload is of whole words of 4 bytes, and its rate is not quite the ideal one.
    word = LAMBDA * 8 * 5 / (target.width * target.height)
    assert len(losses) == search.steps + 1
    assert all(after < before + word for before, after in pairwise(losses))
    networks, latents = losses[len(search.tensors)] / losses[0], losses[search.steps // 2] / losses[len(search.tensors)]
    assert networks < 0.97 and latents < 0.99


@ONE_TORCH_THREAD
def test_the_rate_of_every_latent_adds_up(fit_of_larger):
    target, parameters = fit_of_larger
    network = torch.from_numpy(parameters["context"])
    grid = torch.from_numpy(parameters["latent0"])
    about = (target.representation.neighbours, target.representation.context_features)
    bits = latent_rate.bits_of(network, *about, grid)
    assert bits.shape == grid.shape
    assert float(bits.sum()) == pytest.approx(latent_rate.rate(network, *about, [grid], gradients=False).bits, rel=1e-5)


@ONE_TORCH_THREAD
def test_parts_of_a_large_picture_move_as_the_whole_would(photograph):
    """At the seam between two parts a latent's bits and pixels are seen in full: nothing gets worse there."""
    enlarged = np.asarray(Image.fromarray(photograph).resize((640, 40), Image.Resampling.BICUBIC))
    target, parameters = fitted(enlarged, steps=40)
    search = IntegerSearch(target, parameters, pyramid_encoder.DEPTHS, LAMBDA, rounds=1)
    before, found = loss(target, enlarged, search), []
    for progress in search:
        found.append((progress.share, loss(target, enlarged, search)))
    # Three tensors, then three grids in two parts each.
    shares, found = zip(*found, strict=True)
    assert len(found) == 9 and shares[-1] == 1
    parts = np.diff(found[2:])
    assert (parts < 0).sum() >= 5 and found[-1] < 0.97 * before


@ONE_TORCH_THREAD
def test_latents_stay_within_their_bounds(photograph):
    """Latents at their largest magnitude, for which a larger one would be better, stay there."""
    target, parameters = fitted(photograph)
    for name in target.grids:
        parameters[name] = np.full_like(parameters[name], LARGEST_SYMBOL)
    parameters["synthesis"] = -1e-4 * np.ones_like(parameters["synthesis"])
    search = IntegerSearch(target, parameters, pyramid_encoder.DEPTHS, 1e-9, rounds=1)
    for _ in search:
        pass
    assert max(np.abs(grid).max() for grid in search.grids().values()) == LARGEST_SYMBOL


@ONE_TORCH_THREAD
@pytest.mark.parametrize(("objective", "moves"), [("l1", True), ("ssim", False)])
def test_latents_move_where_an_objective_says_what_each_does(photograph, objective, moves):
    target, parameters = fitted(photograph)
    search = IntegerSearch(target, parameters, pyramid_encoder.DEPTHS, LAMBDA, rounds=1, objective=objective)
    for _ in search:
        pass
    changed = any((grid != parameters[name]).any() for name, grid in search.grids().items())
    assert changed == moves


def test_long_efforts_search_and_may_be_interrupted_there(photograph):
    stages = []

    def show(stage, progress):
        stages.append(stage)
        return stage == "round"

    wish = pyramid_encoder.Wish(LAMBDA, pyramid_encoder.VISITS_PER_ROUND)
    first = pyramid_encoder.encode(photograph, wish, on_progress=show)
    whole = pyramid_encoder.encode(photograph, wish)
    assert stages.count("round") == 1 and stages[-1] == "round"
    assert inrcodec.decode(first).shape == photograph.shape
    assert len(whole) < len(first)
    stages.clear()
    pyramid_encoder.encode(photograph, pyramid_encoder.Wish(LAMBDA, 100), on_progress=show)
    assert "round" not in stages

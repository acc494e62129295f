"""Pyramids of latents as users meet them: quality, effort, sizes, interruptions; and how their fits behave."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import inrcodec
from inrcodec.bitstream import container
from inrcodec.datasets import load_picture, shrink
from inrcodec.files import InputError
from inrcodec.fitting import latent_rate, pyramid_encoder, step_search
from inrcodec.fitting.latent_descent import LatentDescent, rounded
from inrcodec.fitting.pyramid_encoder import Wish
from inrcodec.fitting.target import Schedule, Target, to_numpy
from inrcodec.metrics.quality import psnr_db
from inrcodec.representations import Pyramid


def quality_of(photograph, **how):
    data = inrcodec.encode(photograph, **how)
    return len(data), psnr_db(photograph, inrcodec.decode(data))


def test_quality_is_monotone(photograph):
    sizes, qualities_db = zip(*(quality_of(photograph, quality=q, effort=1) for q in (10, 50, 90)), strict=True)
    assert sorted(sizes) == list(sizes) and sorted(qualities_db) == list(qualities_db)
    assert qualities_db[-1] > qualities_db[0] + 6


@pytest.fixture(scope="module")
def larger() -> np.ndarray:
    """A photograph, 128 x 85."""
    return shrink(load_picture({"kind": "packaged", "mirrors": [], "digests": {}}, "chelsea", None, Path()), 128)


def test_effort_pays(larger):
    """A smaller loss: distance + lambda bits per pixel."""
    losses = []
    for effort in (1, 4):
        size, quality_db = quality_of(larger, quality=90, effort=effort)
        losses.append(10 ** (-quality_db / 10) + 1e-4 * 8 * size / (128 * 85))
    assert losses[1] < 0.8 * losses[0]


def test_a_long_search_is_a_row_of_descents_and_the_best_counts(photograph):
    assert pyramid_encoder.legs(30) == [30] and pyramid_encoder.legs(2879) == [2879]
    assert pyramid_encoder.legs(4800) == [960, 3840] and pyramid_encoder.legs(12500) == [960, 1920, 9620]
    target, shares = Target(photograph, Pyramid(levels=5), torch.device("cpu")), []

    def descended(*visits):
        schedule = Schedule(sum(visits), rate_weight=1e-3)
        found = pyramid_encoder._descended(target, schedule, visits, lambda _, progress: shares.append(progress.share))
        return pyramid_encoder._loss(target, rounded(target, found.parameters), 1e-3), found.parameters

    first, longer, spoilt = descended(40), descended(40, 80), descended(40, 1)
    assert longer[0] < first[0]
    # One step at full rates leaves everything worse: what was before it is kept.
    assert all(torch.equal(values, spoilt[1][name]) for name, values in first[1].items())
    assert shares[40:160] == pytest.approx(np.arange(1, 121) / 120)


@pytest.mark.parametrize(
    ("sides", "wish", "neurons"),
    [
        ((256, 256), Wish(4e-3, steps=660), 12),
        # Too few visits to learn it, or too few bits to pay for it.
        ((256, 256), Wish(4e-3, steps=659), 8),
        ((256, 256), Wish(2e-2, steps=1000), 8),
        ((768, 512), Wish(2e-2, steps=1000), 12),
        # What lambda is at first says nothing where a size is asked for, nor steps where seconds are given.
        ((768, 512), Wish(2e-2, steps=1000, file_bytes=1800), 8),
        ((256, 256), Wish(2e-2, steps=1000, file_bytes=1900), 12),
        ((256, 256), Wish(4e-3, steps=1, seconds=60), 12),
        ((256, 256), Wish(4e-3, steps=1000, seconds=6), 8),
    ],
)
def test_contexts_are_as_large_as_the_search_is_long_and_the_file_large(sides, wish, neurons):
    chosen = pyramid_encoder.representation_for(np.zeros((*sides, 3), np.uint8), wish)
    assert (chosen.neighbours, chosen.context_features) == (neurons, neurons)


@pytest.mark.parametrize("how", [{"file_bytes": 1500}, {"bpp": 2.5}])
def test_a_size_is_met_within_two_percent(larger, how):
    wanted = how.get("file_bytes") or how["bpp"] * larger.shape[0] * larger.shape[1] / 8
    data = inrcodec.encode(larger, effort=2, **how)
    assert abs(len(data) / wanted - 1) <= 0.02
    assert inrcodec.decode(data).shape == larger.shape


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((1, 1, 3), np.uint8),
        ((1, 400, 1), np.uint8),
        ((33, 2, 4), np.uint8),
        ((20, 31, 2), np.uint8),
        ((17, 40, 3), np.uint16),
    ],
)
def test_any_size_and_kind_of_picture(shape, dtype):
    ramp = np.linspace(0, 0.9, shape[0] * shape[1]).reshape(*shape[:2], 1) + np.linspace(0, 0.1, shape[2])
    picture = (ramp * np.iinfo(dtype).max).astype(dtype)
    decoded = inrcodec.decode(inrcodec.encode(picture, quality=90, effort=3))
    assert decoded.shape == shape and decoded.dtype == dtype
    error = np.abs(decoded.astype(float) - picture).mean() / np.iinfo(dtype).max
    assert error < 0.05


def test_enlarged_it_is_interpolated(photograph):
    """Near Pillow's bicubic, which rounds between its two passes too; regions are those of the whole, borders go on."""
    data = inrcodec.encode(photograph, quality=80, effort=1)
    own, larger = inrcodec.decode(data), inrcodec.decode(data, size=(111, 70))
    expected = np.asarray(Image.fromarray(own).resize((111, 70), Image.Resampling.BICUBIC))
    assert np.abs(larger.astype(int) - expected)[3:-3, 3:-3].max() <= 2
    assert np.array_equal(inrcodec.decode(data, size=(111, 70), region=(30, 20, 40, 33)), larger[20:53, 30:70])
    assert inrcodec.decode(data, size=(96, 16)).shape == (16, 96, 3)
    assert np.array_equal(inrcodec.decode(data, size=(48, 32)), own)


def test_options_that_exclude_each_other_are_refused(photograph):
    for how in ({"preset": "small", "quality": 50}, {"quality": 50, "bpp": 1.0}, {"bpp": 1.0, "file_bytes": 10}):
        with pytest.raises(InputError, match=f"{'no quality' if 'preset' in how else 'accepted is one of them'}"):
            inrcodec.encode(photograph, **how)


def test_the_same_seed_gives_the_same_bytes(photograph):
    first, again, other = (inrcodec.encode(photograph, effort=1, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_an_impossible_size_gets_the_nearest_file_and_a_word(run, photograph, tmp_path):
    Image.fromarray(photograph).save(tmp_path / "x.png")
    result = run("inrcodec", "encode", tmp_path / "x.png", tmp_path / "x.inr", "--bytes", "10", "-e", "1")
    size = (tmp_path / "x.inr").stat().st_size
    assert result.returncode == 0
    assert f"warning: {size} bytes are the nearest to 10 that was found" in result.stderr


def test_ctrl_c_writes_what_there_is(photograph, tmp_path):
    Image.fromarray(photograph).save(tmp_path / "x.png")
    command = [sys.executable, "-c", INTERRUPTED, tmp_path / "x.png", tmp_path / "x.inr"]
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert result.returncode == 130, result.stderr
    assert "interrupted; what was written is the file of what there was" in result.stderr
    assert psnr_db(photograph, inrcodec.decode(tmp_path / "x.inr")) > 15


# The signal comes at the hundredth step, whatever the machine's speed.
INTERRUPTED = f"""
import os, sys
from inrcodec import progress
from inrcodec.cli import main
class Line(progress.FitLine):
    def show(self, stage, progress):
        if progress.step == 100:
            os.kill(os.getpid(), {int(signal.SIGINT)})
progress.FitLine = Line
sys.exit(main(["encode", *sys.argv[1:], "--effort", "9"]))
"""


def fitted(photograph, steps=60):
    target = Target(photograph, Pyramid(levels=5), torch.device("cpu"))
    descent = LatentDescent(target, target.initial(0), Schedule(steps, rate_weight=1e-3))
    return target, descent


def test_a_restored_descent_goes_on_as_it_would_have(photograph):
    _, whole = fitted(photograph)
    _, first = fitted(photograph)
    _, second = fitted(photograph)
    for _ in whole:
        pass
    for progress in first:
        if progress.step == 25:
            break
    second.restore(first.state())
    for _ in second:
        pass
    for name, values in whole.result().items():
        assert torch.equal(values, second.result()[name]), name


def test_the_rate_of_a_fit_is_that_of_its_file(photograph):
    """The float rate of the rounded grids, under the networks of the file, against the payload."""
    target, descent = fitted(photograph, steps=200)
    for _ in descent:
        pass
    parameters = to_numpy(descent.result())
    tensors = step_search.quantize(target, parameters, pyramid_encoder.DEPTHS, 1e-3)
    values = {name: torch.from_numpy(array) for name, array in parameters.items()}
    network = torch.from_numpy(tensors["context"].values.astype(np.float32))
    grids = [values[name] for name in target.grids]
    about = target.representation
    bits = latent_rate.rate(network, about.neighbours, about.context_features, grids, gradients=False).bits
    data = inrcodec.encode(photograph, quality=60, effort=3)
    layout = container.parse(data)
    assert layout.representation.has_grids
    bits += sum(step_search.code_length(tensor.symbols) for tensor in tensors.values())
    found = pyramid_encoder._Found(descent.parameters, 1e-3, interrupted=False)
    coded = pyramid_encoder._coded(target, found, 1, 0, lambda *_: None)
    assert abs(8 * len(container.parse(coded).payload) / bits - 1) < 0.03

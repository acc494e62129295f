"""Who chooses the integers: what each decider promises, and that all of them end in files."""

from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch
from PIL import Image

from inrcodec.bitstream import container
from inrcodec.decoding.decoder import decode
from inrcodec.fitting import learned_steps, step_search
from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.deciders import DECIDERS
from inrcodec.fitting.fine_tuning import fine_tune
from inrcodec.fitting.greedy import refine
from inrcodec.fitting.pruning import prune
from inrcodec.fitting.rounding_search import search_rounding
from inrcodec.fitting.sensitivity import allocate, sensitive_depths
from inrcodec.fitting.target import Schedule, Target
from inrcodec.fitting.trainer import fit
from inrcodec.metrics.quality import psnr_db
from inrcodec.quantization.base import largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.representations import Positional
from workflow_scripts import entries
from workflow_scripts.blocks import FitSettings

TUNING = Schedule(steps=100, batch_px=1024, first_rate=0.1)
FEW = Depths(bits=4)


@pytest.fixture(scope="module")
def fitted(photograph):
    target = Target(photograph, Positional(24, 2), torch.device("cpu"))
    return target, fit(target, Schedule(steps=150, batch_px=1024)).parameters


def file_of(target, tensors, depths):
    return container.write(
        container.ImplicitPicture(
            target.width, target.height, target.channels, 8, target.colour, target.representation, depths, tensors
        )
    )


def rated(photograph, target, tensors, depths):
    """Bytes and PSNR of the file."""
    data = file_of(target, tensors, depths)
    return len(data), psnr_db(photograph, decode(data))


def test_the_gradients_of_learned_steps_are_those_of_lsq():
    """Equations 3 and 5 of Esser et al., at three bits: symbols to 3."""
    step = 0.25
    values = torch.tensor([0.3, -0.55, 2.0, -9.0, 0.0], requires_grad=True)
    learned = torch.tensor(np.log(step) / learned_steps.GAIN, dtype=torch.float32, requires_grad=True)
    found = learned_steps.straight_through(values, learned, 3)
    assert found.tolist() == pytest.approx([0.25, -0.5, 0.75, -0.75, 0.0])
    by_values, by_learned = torch.autograd.grad(found @ torch.tensor([1.0, 10, 100, 1000, 1]), [values, learned])
    assert by_values.tolist() == [1, 10, 0, 0, 1]
    by_step = (1 - 1.2) + 10 * (-2 + 2.2) + 100 * 3 + 1000 * -3
    assert float(by_learned) == pytest.approx(by_step * step * learned_steps.GAIN, rel=1e-4)


def test_steps_are_learnt_and_the_file_has_them(photograph, fitted):
    target, parameters = fitted
    nearest = quantize(parameters, target.tensors, FEW)
    tensors = fine_tune(target, parameters, FEW, TUNING, learn_steps=True)
    moved = [name for name, tensor in tensors.items() if tensor.settings != nearest[name].settings]
    assert len(moved) > len(tensors) / 2
    read = container.parse(file_of(target, tensors, FEW)).tensors
    for name, tensor in tensors.items():
        assert {key: read[name].settings[key] for key in tensor.settings} == tensor.settings
    assert rated(photograph, target, tensors, FEW)[1] > rated(photograph, target, nearest, FEW)[1] + 0.7


def test_the_rate_of_learned_steps_makes_them_coarser(photograph, fitted):
    target, parameters = fitted
    found = [
        fine_tune(target, parameters, FEW, replace(TUNING, rate_weight=weight), learn_steps=True)
        for weight in (0.0, 0.03)
    ]
    sizes, qualities = zip(*(rated(photograph, target, tensors, FEW) for tensors in found), strict=True)
    assert sizes[1] < 0.9 * sizes[0] and qualities[1] < qualities[0]


def test_tuning_goes_on_from_what_a_search_found(photograph, fitted):
    target, parameters = fitted
    searched = search_rounding(target, parameters, FEW, replace(TUNING, first_rate=1.0))
    standing = fine_tune(target, parameters, FEW, replace(TUNING, steps=1, first_rate=1e-9), start=searched)
    for name, tensor in standing.items():
        assert np.array_equal(tensor.symbols, searched[name].symbols) and tensor.settings == searched[name].settings
    tuned = fine_tune(target, parameters, FEW, TUNING, start=searched)
    assert rated(photograph, target, tuned, FEW)[1] > rated(photograph, target, searched, FEW)[1] + 0.1


def test_pruned_are_the_smallest_and_the_file_is_smaller_for_them(photograph, fitted):
    target, parameters = fitted
    tensors = prune(target, parameters, FEW, TUNING, share=0.4)
    for name, tensor in tensors.items():
        magnitudes = np.abs(parameters[name])
        smallest = magnitudes <= np.quantile(magnitudes, 0.39)
        assert name.startswith("bias") or not tensor.symbols[smallest].any()
    kept = fine_tune(target, parameters, FEW, TUNING)
    assert sum((tensor.symbols == 0).sum() for tensor in kept.values()) < 0.3 * sum(p.size for p in parameters.values())
    assert rated(photograph, target, tensors, FEW)[0] < 0.95 * rated(photograph, target, kept, FEW)[0]
    cut = {
        name: np.where(np.abs(values) > np.quantile(np.abs(values), 0.4) * (not name.startswith("bias")), values, 0)
        for name, values in parameters.items()
    }
    untuned = quantize({name: values.astype(np.float32) for name, values in cut.items()}, target.tensors, FEW)
    assert rated(photograph, target, tensors, FEW)[1] > rated(photograph, target, untuned, FEW)[1] + 1


def test_greedy_integers_are_better_than_the_nearest_and_near_them(photograph, fitted):
    target, parameters = fitted
    nearest, found = quantize(parameters, target.tensors, FEW), refine(target, parameters, FEW, Schedule(steps=60))
    for name, tensor in found.items():
        assert tensor.settings == nearest[name].settings
        assert np.abs(tensor.symbols).max() <= largest_symbol(tensor.bits)
    assert rated(photograph, target, found, FEW)[1] > rated(photograph, target, nearest, FEW)[1] + 0.5
    cheap = refine(target, parameters, FEW, Schedule(steps=60, rate_weight=0.3))
    assert rated(photograph, target, cheap, FEW)[0] < 0.95 * rated(photograph, target, found, FEW)[0]


def test_greedy_never_gets_worse_and_ends_where_nothing_promises_more(fitted):
    target, parameters = fitted
    losses, last = [], []
    refine(target, parameters, Depths(bits=2), Schedule(steps=10**6), lambda p: (losses.append(p.loss), last.append(p)))
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0]
    assert last[-1].share == 1 and last[-1].step < 10**5


DESCENTS = {
    "learned steps": partial(fine_tune, learn_steps=True),
    "prune": partial(prune, share=0.3),
    "greedy": refine,
    "rounding search": search_rounding,
}


@pytest.mark.parametrize("decide", DESCENTS.values(), ids=DESCENTS)
@pytest.mark.parametrize("killed_at", [1, 17, 39])
def test_what_was_killed_goes_on_to_the_same_integers(fitted, tmp_path, decide, killed_at):
    target, parameters = fitted
    schedule = replace(TUNING, steps=40)
    whole = decide(target, parameters, FEW, schedule)

    def kill(progress):
        if progress.step == killed_at:
            raise InterruptedError

    checkpoint = Checkpoint(tmp_path / "state.pt", every_s=0)
    with pytest.raises(InterruptedError):
        decide(target, parameters, FEW, schedule, kill, checkpoint)
    steps = []
    resumed = decide(target, parameters, FEW, schedule, lambda progress: steps.append(progress.step), checkpoint)
    assert steps[0] == killed_at + 1 and checkpoint.load()["seconds"] > 0
    for name, tensor in whole.items():
        assert np.array_equal(resumed[name].symbols, tensor.symbols) and resumed[name].settings == tensor.settings


def test_bits_are_allotted_as_well_as_can_be():
    """Against every allocation, where a bit quarters the distance, and within the budget whatever the sizes."""
    distances = {name: {bits: weight / 4**bits for bits in range(2, 9)} for name, weight in (("a", 5), ("b", 0.01))}
    distances["c"] = {bits: 1 / 3**bits for bits in range(2, 9)}

    def distance(bits):
        return sum(found[b] for found, b in zip(distances.values(), bits, strict=True))

    for budget in range(6, 25):
        bits = allocate(distances, dict.fromkeys(distances, 10), 10 * budget).values()
        affordable = (other for other in product(range(2, 9), repeat=3) if sum(other) <= budget)
        assert sum(bits) <= budget and distance(bits) == pytest.approx(min(map(distance, affordable)))
        found = allocate(distances, {"a": 10, "b": 20, "c": 40}, 23 * budget)
        assert np.dot(list(found.values()), [10, 20, 40]) <= max(23 * budget, 140)


def test_a_bit_that_only_pays_with_the_next_is_bought_with_it():
    distances = {"a": {2: 8.0, 3: 8.0, 4: 1.0}, "b": {2: 8.0, 3: 6.0, 4: 5.0}}
    assert allocate(distances, {"a": 1, "b": 1}, 6) == {"a": 4, "b": 2}


def test_a_tensor_with_an_outlier_gets_more_bits_from_the_others(fitted):
    target, parameters = fitted
    changed = {name: values.copy() for name, values in parameters.items()}
    changed["weight1"][0, 0] = 8 * np.abs(changed["weight1"]).max()
    shown = target.render({name: torch.from_numpy(values) for name, values in changed.items()}, 48, 32)
    picture = shown.numpy().astype(np.uint8)
    other = Target(picture, target.representation, target.device)
    depths = sensitive_depths(other, changed, Depths(bits=5))
    bits = {name: depths.of(name, tensor.role)[1] for name, tensor in other.tensors.items()}
    assert bits["weight1"] > 5 and min(bits.values()) < 5
    spent = sum(bits[name] * values.size for name, values in changed.items())
    plain = sum(Depths(bits=5).of(name, t.role)[1] * changed[name].size for name, t in other.tensors.items())
    assert spent <= plain
    quality = [rated(picture, other, quantize(changed, other.tensors, d), d)[1] for d in (Depths(bits=5), depths)]
    assert quality[1] > quality[0] + 1


def test_searched_steps_follow_lambda_and_beat_depths_for_all(photograph, fitted):
    target, parameters = fitted
    roomy = Depths(bits=8)
    found = [step_search.quantize(target, parameters, roomy, weight) for weight in (0.0003, 0.001, 0.003)]
    rates = [rated(photograph, target, tensors, roomy) for tensors in found]
    assert rates == sorted(rates, reverse=True) and rates[-1][0] < 0.8 * rates[0][0]
    nearest = [
        rated(photograph, target, quantize(parameters, target.tensors, Depths(bits=bits)), Depths(bits=bits))
        for bits in range(3, 9)
    ]
    sizes, qualities = zip(*nearest, strict=True)
    assert rates[1][1] > np.interp(rates[1][0], sizes, qualities)


def test_the_distance_of_a_large_picture_is_of_all_its_pixels(photograph, fitted):
    target, parameters = fitted
    picture = np.asarray(Image.fromarray(photograph).resize((300, 270)))
    large = Target(picture, target.representation, target.device)
    values = {name: torch.from_numpy(array) for name, array in parameters.items()}
    expected = (large.render(values, 300, 270) / 255 - large.samples).square().mean()
    assert step_search.distance(large, values, "l2") == pytest.approx(float(expected), rel=1e-3)


OF_COORDINATES = [name for name, decider in DECIDERS.items() if not decider.grids]


def coded(name, settings, photograph, parameters):
    """The file that a decider's script makes in this folder, and the text of its facts."""
    Image.fromarray(photograph).save("picture.png")
    Path("weights").write_bytes(safetensors.numpy.save(parameters))
    written = {"decider": name} | {key: settings[key] for key in settings if key in {"bits", *DECIDERS[name].settings}}
    coding = entries.of_codings({"x": written})["x"].settings[0].spec
    function = {"representation": "positional", "hidden_features": "24", "hidden_layers": "2"}
    spec = entries.of_functions({"f": function}, FitSettings())["f"].settings[0].spec
    told = {key: spec["fit"][key] for key in DECIDERS[name].told if key in spec["fit"]}
    paths = [Path(path) for path in ("picture.png", "weights", "x.inr", "x.json")]
    import_module(f"workflow_scripts.{name}").code(spec | {"fit": told, "coding": coding}, *paths)
    return paths[2].read_bytes(), paths[3].read_text()


@pytest.mark.parametrize("name", OF_COORDINATES)
def test_every_decider_of_a_study_makes_a_file(photograph, fitted, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    few = {"bits": "6", "steps": "3", "search_steps": "3", "rate_weight": "0.0001"}
    file, facts = coded(name, few, photograph, fitted[1])
    assert psnr_db(photograph, decode(file)) > 15
    assert '"x":' in facts and not list(tmp_path.glob(".state/*/*.pt"))


def test_a_search_that_is_asked_for_comes_before_the_tuning(photograph, fitted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few = {"bits": "3", "steps": "1"}
    qualities = [
        psnr_db(photograph, decode(coded("fine_tune", few | search, photograph, fitted[1])[0]))
        for search in ({}, {"search_steps": "100"})
    ]
    assert qualities[1] > qualities[0] + 0.5

"""Fits: they descend, repeat, and what they lose to quantization is small and recovered by fine-tuning."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from variants import depths, functions

from inrcodec.bitstream import container
from inrcodec.decoding.decoder import decode
from inrcodec.files import InputError
from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.encoder import encode
from inrcodec.fitting.fine_tuning import fine_tune
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.fitting.presets import Preset
from inrcodec.fitting.rounding_search import search_rounding
from inrcodec.fitting.target import Schedule, Target
from inrcodec.fitting.trainer import fit
from inrcodec.metrics.quality import ms_ssim, psnr_db
from inrcodec.operations.colour import COLOURS
from inrcodec.quantization import RULES
from inrcodec.quantization.base import largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.representations import Positional, Pyramid

SCHEDULE = Schedule(steps=150, batch_px=1024)


FUNCTIONS = functions(with_grids=False, hidden_features=24, hidden_layers=2)


def target_of(photograph, name="positional-sine", colour="rgb"):
    return Target(photograph, FUNCTIONS[name], torch.device("cpu"), colour)


def rounded(parameters, target, bits):
    return quantize(parameters, target.tensors, Depths(bits=bits))


def decoded(photograph, target, tensors, depths):
    height, width, channels = photograph.shape
    picture = container.ImplicitPicture(
        width, height, channels, 8, target.colour, target.representation, depths, tensors
    )
    return decode(container.write(picture))


def decoded_psnr_db(photograph, target, tensors, depths):
    return psnr_db(photograph, decoded(photograph, target, tensors, depths))


@pytest.fixture(scope="module")
def fitted(photograph):
    target = target_of(photograph)
    return target, fit(target, SCHEDULE, curve_points=6, film_frames=3)


def beats_the_mean_colour_by_far(photograph, target, result):
    flat = np.broadcast_to(photograph.mean((0, 1)).round().astype(np.uint8), photograph.shape)
    tensors = rounded(result.parameters, target, 10)
    return decoded_psnr_db(photograph, target, tensors, Depths(bits=10)) > psnr_db(photograph, flat) + 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_fits_of_every_function_beat_the_mean_colour_by_far(photograph, name):
    target = target_of(photograph, name)
    assert beats_the_mean_colour_by_far(photograph, target, fit(target, SCHEDULE))


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_fits_to_every_objective_in_every_colour_do_so_too(photograph, objective, colour):
    if OBJECTIVES[objective].window_px > min(photograph.shape[:2]):
        photograph = np.asarray(Image.fromarray(photograph).resize((258, 172)))
    target = target_of(photograph, colour=colour)
    result = fit(target, replace(SCHEDULE, steps=80, objective=objective))
    if objective != "ms_ssim":  # Blind to colours until there is structure.
        assert beats_the_mean_colour_by_far(photograph, target, result)
        return
    tensors, depths = rounded(result.parameters, target, 10), Depths(bits=10)
    assert ms_ssim(photograph, decoded(photograph, target, tensors, depths)) > 0.5


@pytest.mark.parametrize("objective", ["ssim", "ms_ssim", "l1_ssim"])
@pytest.mark.parametrize("representation", [Positional(8, 1), Pyramid(levels=3)])
def test_a_picture_under_the_window_is_refused(photograph, representation, objective):
    window = OBJECTIVES[objective].window_px
    target = Target(np.resize(photograph, (window - 1, 200, 3)), representation, torch.device("cpu"))
    with pytest.raises(InputError, match=f"{window} x {window} px at least, this is 200 x {window - 1}"):
        fit(target, replace(SCHEDULE, steps=1, objective=objective))


def test_batches_for_windows_are_rectangles_of_neighbours(photograph):
    target, random = target_of(photograph), torch.Generator().manual_seed(1)
    seen = [target.batch(300, random, window_px=11) for _ in range(99)]
    for columns, rows in seen:
        assert all((np.diff(places) == 1).all() and len(places) >= 11 for places in (columns, rows))
    for axis, size in enumerate((target.width, target.height)):
        # Pixels at the border are in as many as half of the others are, not in one place's alone.
        counts = np.bincount(np.concatenate([batch[axis] for batch in seen]), minlength=size)
        assert min(counts[0], counts[-1]) > counts.mean() / 4
        assert {int(batch[axis][0]) for batch in seen} >= {0} and max(
            int(batch[axis][-1]) for batch in seen
        ) == size - 1


def test_the_decoder_sees_what_the_fit_saw(photograph, fitted):
    target, result = fitted
    tensors = rounded(result.parameters, target, 12)
    seen = {name: torch.tensor(tensor.values, dtype=torch.float32) for name, tensor in tensors.items()}
    decoded = decoded_psnr_db(photograph, target, tensors, Depths(bits=12))
    assert decoded == pytest.approx(target.psnr_db(seen), abs=0.02)


def test_the_curve_rises_and_the_film_follows_it(fitted):
    _, result = fitted
    steps, seconds, _, psnr = (list(column) for column in zip(*result.curve, strict=True))
    assert steps[0] == 1 and steps[-1] == 150 and seconds == sorted(seconds)
    assert psnr[-1] > psnr[0] + 5
    assert result.frame_steps[-1] == 150 and result.frames[0].shape == (32, 48, 3)
    assert result.frame_psnr_db[-1] == psnr[-1]


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(photograph):
    preset = Preset(Positional(hidden_features=16, hidden_layers=2), 6, 20, 5, "for a test")
    first, again, other = (encode(photograph, preset, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_time_budget_is_kept(photograph):
    preset = Preset(Positional(hidden_features=16, hidden_layers=2), 6, 10**9, 10**9, "endless but for the clock")
    shares = []
    data = encode(photograph, preset, seconds=1.0, on_progress=lambda stage, progress: shares.append(stage))
    assert {"fit", "fine-tune"} == set(shares)
    assert decode(data).shape == photograph.shape


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if not rule.fixed_bits])
def test_fine_tuning_recovers_what_rounding_lost(photograph, fitted, rule):
    target, result = fitted
    few = Depths(rule, 4)
    after_training = decoded_psnr_db(photograph, target, quantize(result.parameters, target.tensors, few), few)
    tensors = fine_tune(target, result.parameters, few, Schedule(steps=100, batch_px=1024, first_rate=0.1))
    assert max(np.abs(tensor.symbols).max() for name, tensor in tensors.items() if "weight" in name) <= 7
    assert decoded_psnr_db(photograph, target, tensors, few) > after_training + 0.7


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", sorted({name: None for name in FUNCTIONS if "-" not in name} | {"siren-sine": None}))
def test_fine_tuning_gives_what_the_file_holds(photograph, name, rule):
    target = target_of(photograph, name)
    parameters = FUNCTIONS[name].initial(target.tensors, np.random.default_rng(0))
    chosen = depths(rule, 6, target.tensors)
    tensors = fine_tune(target, parameters, chosen, Schedule(steps=3, batch_px=256, first_rate=0.1))
    assert np.isfinite(decoded_psnr_db(photograph, target, tensors, chosen))


def test_batches_cover_the_picture_evenly(photograph):
    target = target_of(photograph)
    random = torch.Generator().manual_seed(0)
    seen = np.zeros(48, dtype=int)
    for _ in range(400):
        columns, rows = target.batch(96, random)
        assert len(columns) == 12 and len(rows) == 8
        seen[columns.numpy()] += 1
    assert seen.min() > 60 and seen.max() < 140


@pytest.mark.parametrize("killed_at", [1, 37, 149])
def test_a_resumed_fit_ends_with_the_same_bytes(photograph, fitted, tmp_path, killed_at):
    target, uninterrupted = fitted

    def kill(progress):
        if progress.step == killed_at:
            raise InterruptedError

    checkpoint = Checkpoint(tmp_path / "state.pt", every_s=0)
    with pytest.raises(InterruptedError):
        fit(target, SCHEDULE, 6, 3, kill, checkpoint)
    steps = []
    resumed = fit(target, SCHEDULE, 6, 3, lambda progress: steps.append(progress.step), checkpoint)
    assert steps[0] == killed_at + 1
    for name, values in uninterrupted.parameters.items():
        assert np.array_equal(resumed.parameters[name], values)
    assert [row[0] for row in resumed.curve] == [row[0] for row in uninterrupted.curve]
    assert [row[3] for row in resumed.curve] == [row[3] for row in uninterrupted.curve]
    assert all(np.array_equal(*pair) for pair in zip(resumed.frames, uninterrupted.frames, strict=True))


def test_a_damaged_checkpoint_means_a_fresh_start(photograph, tmp_path):
    checkpoint = Checkpoint(tmp_path / "state.pt", every_s=0)
    fit(target_of(photograph), Schedule(steps=3), checkpoint=checkpoint)
    whole = checkpoint.path.read_bytes()
    for damaged in (b"", b"nonsense", whole[: len(whole) // 2]):
        checkpoint.path.write_bytes(damaged)
        assert checkpoint.load() is None


def test_a_weight_on_the_rate_makes_smaller_files(photograph, fitted):
    target, result = fitted
    height, width, channels = photograph.shape
    sizes, qualities = [], []
    for weight in (0.0, 0.03):
        schedule = Schedule(steps=100, batch_px=1024, first_rate=1.0, rate_weight=weight)
        tensors = fine_tune(target, result.parameters, Depths(bits=6), schedule)
        picture = container.ImplicitPicture(
            width, height, channels, 8, target.colour, target.representation, Depths(bits=6), tensors
        )
        data = container.write(picture)
        sizes.append(len(data))
        qualities.append(psnr_db(photograph, decode(data)))
    assert sizes[1] < 0.8 * sizes[0] and qualities[1] < qualities[0]


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if not rule.fixed_bits], ids=lambda rule: rule.name)
def test_a_rounding_search_goes_down_or_up_and_is_better_than_the_nearest(photograph, fitted, rule):
    target, result = fitted
    depths = Depths(rule.name, bits=5)
    nearest = quantize(result.parameters, target.tensors, depths)
    found = search_rounding(target, result.parameters, depths, Schedule(steps=150, batch_px=1024))
    moved = 0
    for name, tensor in found.items():
        like = nearest[name]
        place = like.rule.place(np, result.parameters[name].astype(np.float64), like.settings, like.bits)
        assert np.abs(tensor.symbols - place).max() <= 1 + 1e-3
        assert np.abs(tensor.symbols).max() <= largest_symbol(like.bits)
        moved += (tensor.symbols != like.symbols).sum()
    assert moved > 10
    gain = [decoded_psnr_db(photograph, target, tensors, depths) for tensors in (nearest, found)]
    assert gain[1] > gain[0] + 0.5


def test_magnitudes_that_cost_stay_small(photograph):
    target = target_of(photograph)
    free, paid = (fit(target, Schedule(steps=100, magnitude_weight=weight)).parameters for weight in (0.0, 1e-4))
    sums = [sum(float(np.abs(values).sum()) for values in found.values()) for found in (free, paid)]
    assert sums[1] < 0.9 * sums[0]


@pytest.mark.parametrize("recipe", [{"optimizer": "adam"}, {"restarts": 3}, {"objective": "l1"}])
def test_every_part_of_a_recipe_changes_the_fit_and_learns(photograph, recipe):
    target = target_of(photograph)
    plain, other = (fit(target, Schedule(steps=60, batch_px=1024, **part)) for part in ({}, recipe))
    first = next(iter(plain.parameters))
    assert not np.array_equal(plain.parameters[first], other.parameters[first])
    assert target.psnr_db({name: torch.from_numpy(values) for name, values in other.parameters.items()}) > 15

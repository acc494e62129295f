"""Grids of latents: order, frequencies, context network, whole pictures, priors, and what a fit thinks they cost."""

import copy
import zlib
from math import log2

import javascript_decoder
import numpy as np
import pytest
import torch
from fuzz.fuzz_decode import field_spans, resealed
from torch.nn.functional import pad
from variants import picture

from inrcodec import priors
from inrcodec.bitstream import container, latents
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import Limits, decode, render
from inrcodec.decoding.grid import grid_for
from inrcodec.entropy import conditional, range_coder
from inrcodec.files import InputError
from inrcodec.fitting import crops, latent_rate
from inrcodec.fitting.latent_descent import LatentDescent
from inrcodec.fitting.target import Schedule, Target
from inrcodec.operations import synthesis, upsampling
from inrcodec.operations.context import (
    HIDDEN_MAXIMUM,
    LARGEST_SYMBOL,
    LEAST_FREQUENCY,
    NEIGHBOURS,
    SCALES,
    Distribution,
    ExactContext,
    numbers,
    shapes,
    split,
)
from inrcodec.operations.space import Exact, Parameter
from inrcodec.operations.synthesis import synthesize
from inrcodec.operations.upsampling import sizes, upsample
from inrcodec.representations import Pyramid

SHAPES = [(1, 1), (1, 40), (40, 1), (2, 3), (13, 9), (9, 20), (33, 2)]


def drawn(shape: tuple[int, ...], scale: float = 2.0, seed: int = 0) -> np.ndarray:
    return np.rint(np.random.default_rng(seed).laplace(0, scale, shape)).astype(np.int16)


def network(neighbours: int, hidden: int, seed: int = 0, scale: float = 0.3) -> Parameter:
    """A random context network, in integers of 2**-12."""
    values = np.random.default_rng(seed).normal(0, scale, numbers(shapes(neighbours, hidden)))
    return Parameter(np.rint(values * 2**12).astype(np.int64), 1 << 8)


# Order.


@pytest.mark.parametrize("shape", SHAPES)
def test_waves_have_every_latent_once_and_its_neighbours(shape):
    grid, seen = drawn(shape), np.zeros(shape, dtype=int)
    padded = np.pad(grid, ((2, 0), (4, 3)))
    past = latents._Waves(shape, len(NEIGHBOURS))
    for wave, y, x in latents._places(shape):
        seen[y, x] += 1
        expected = [padded[2 + y + dy, 4 + x + dx] for dy, dx in NEIGHBOURS]
        assert np.array_equal(past.context_of(wave, y), [*expected, np.ones(len(y))])
        past.put(wave, y, grid[y, x])
    assert seen.min() == seen.max() == 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("neighbours", [1, 8, 16])
def test_latents_survive(shape, neighbours):
    context, encoder = ExactContext(network(neighbours, 5), neighbours, 5), range_coder.Encoder()
    grids = [drawn(shape, 3), drawn((7, 5), 300).clip(-LARGEST_SYMBOL, LARGEST_SYMBOL), drawn(shape, 0.1)]
    latents.encode(encoder, grids, context)
    decoder = range_coder.decoder(range_coder.words(encoder))
    found = latents.decode(decoder, [grid.shape for grid in grids], context)
    assert all(np.array_equal(a, b) and a.dtype == np.int16 for a, b in zip(found, grids, strict=True))


def test_an_encoder_and_what_latents_cost_go_block_by_block_as_they_go_at_once(monkeypatch):
    context, grids, found = ExactContext(network(16, 5), 16, 5), [drawn((23, 17), 9), drawn((1, 40), 9)], []
    for at_once in (1 << 14, 40):
        monkeypatch.setattr(latents, "_AT_ONCE", at_once)
        encoder = range_coder.Encoder()
        latents.encode(encoder, grids, context)
        found.append((range_coder.words(encoder), latents.costs(grids, context)))
    (words, costs), (by_block, costs_by_block) = found
    assert words == by_block
    for cost, other, grid in zip(costs, costs_by_block, grids, strict=True):
        assert cost.shape == grid.shape and np.array_equal(cost, other)
    assert sum(cost.sum() for cost in costs) == pytest.approx(8 * len(words), abs=64)


@pytest.mark.parametrize("latent", [LARGEST_SYMBOL + 1, -LARGEST_SYMBOL - 1, -(1 << 15)])
def test_latents_out_of_range_are_not_written(latent):
    grid = np.array([[0, latent, 0]], dtype=np.int16)
    with pytest.raises(ValueError, match="a latent beyond 1023"):
        latents.encode(range_coder.Encoder(), [grid], ExactContext(network(1, 1), 1, 1))


# Frequencies.


def test_tails_do_not_depend_on_the_exponential_function():
    """Each is rounded once, and none lies so near a half that an error of the last place moves it."""
    scale, distance = np.arange(SCALES)[:, None], np.arange(257)
    values = 2.0**23 * np.exp(-distance * 2.0 ** (2 - scale / 8))
    assert np.abs(values - np.floor(values) - 0.5).min() > 2.0**-19
    assert np.array_equal(conditional.tail_weights(), np.rint(values))


def test_tables_are_the_format():
    """Bytes are API: these tables never change."""
    tables = [conditional._near() + 1, conditional._far() + 1]
    assert [table.shape for table in tables] == [(SCALES * 32, 17), (SCALES, 9)]
    assert all(table.min() >= LEAST_FREQUENCY and (table.sum(axis=1) == 1 << 24).all() for table in tables)
    assert [zlib.crc32(table.astype("<i8").tobytes()) for table in tables] == FROZEN


FROZEN = [0xF485E8B4, 0xF236B036]


@pytest.mark.parametrize("scale", [0, 16, 40, 56, 80, 112])
def test_latents_cost_what_their_distribution_says(scale):
    """But for at most a 2**-8 of a bit each, for least frequencies and whole words."""
    width, random = 2.0 ** (scale / 8 - 7), np.random.default_rng(scale)
    mean = random.integers(-300, 300, 5000)
    symbols = np.rint(mean / 32 + random.laplace(0, width, mean.size)).astype(np.int64)
    encoder = range_coder.Encoder()
    conditional.encode(encoder, symbols, Distribution(mean, np.full(mean.size, scale)))

    def below(x: np.ndarray) -> np.ndarray:
        return np.where(x < 0, np.exp(np.minimum(x, 0) / width) / 2, 1 - np.exp(-np.maximum(x, 0) / width) / 2)

    probability = below(symbols + 0.5 - mean / 32) - below(symbols - 0.5 - mean / 32)
    ideal = -np.log2(np.maximum(probability, 2.0**-24)).sum()
    assert ideal - 64 <= encoder.num_bits() <= ideal + 64 + mean.size / 256


def test_distances_of_any_size_survive_among_others():
    """Tails of one wave end in different rounds."""
    symbols = np.array([0, 7, -7, 8, -8, 9, 15, 16, -16, 17, 23, 24, 1023, -1023, 5])
    for mean in (0, 16, -16, 15, -32736, 32736):
        for scale in (0, 50, 112):
            distribution = Distribution(np.full(symbols.size, mean), np.full(symbols.size, scale))
            encoder = range_coder.Encoder()
            conditional.encode(encoder, symbols, distribution)
            found = conditional.decode(range_coder.decoder(range_coder.words(encoder)), distribution)
            assert np.array_equal(found, symbols)


# The context network.


def python_distribution(parameter: Parameter, neighbours: int, hidden: int, context: list[int]) -> tuple[int, int]:
    """In Python's integers, which are of any size."""
    flat = [int(number) * int(parameter.units) for number in parameter.integers]
    first, second, output, linear = split(np.array(flat, dtype=object), shapes(neighbours, hidden))
    one = [min(max(sum(row * context) + 2**7 >> 8, 0), HIDDEN_MAXIMUM) for row in first]
    two = [min(max(sum(row * [*one, 1 << 12]) + 2**19 >> 20, 0), HIDDEN_MAXIMUM) for row in second]
    mean, scale = (sum(a * two) + (sum(b * context) << 12) for a, b in zip(output, linear, strict=True))
    return min(max(mean + 2**26 >> 27, -32736), 32736), min(max((scale + 2**28 >> 29) + 16, 0), SCALES - 1)


@pytest.mark.parametrize("bits", [20, 28, 34, 44])
def test_the_context_network_is_exact_up_to_the_last_weights_that_are_accepted(bits):
    random, neighbours, hidden = np.random.default_rng(bits), 3, 2
    for _ in range(300):
        largest = [1 << int(random.integers(10, bits)) for _ in range(4)]
        matrices = [
            random.integers(-most, most, rows * columns)
            for most, (rows, columns) in zip(largest, shapes(neighbours, hidden), strict=True)
        ]
        parameter = Parameter(np.concatenate(matrices), 1)
        try:
            context = ExactContext(parameter, neighbours, hidden)
        except ValueError:
            assert bits > 28
            continue
        seen = random.choice([-LARGEST_SYMBOL, -1, 0, 1, 7, LARGEST_SYMBOL], (neighbours, 9))
        found = context.distribution(np.concatenate([seen, np.ones((1, 9))]).astype(np.float64))
        for column, (mean, scale) in enumerate(zip(*found, strict=True)):
            inputs = [*map(int, seen[:, column]), 1]
            assert (mean, scale) == python_distribution(parameter, neighbours, hidden, inputs)


# One neighbour and one neuron: c0, its bias, c1, its bias, c2 of mean and scale, c3 of the mean, its bias, c3 of the
# scale, its bias. Each of these reaches 2**53; the last one with the mean's c2 and the scale's c3.
AT_LIMIT = [{0: 2**43, 1: 2**43}, {2: 2**33, 3: 2**21}, {6: 2**31, 7: 2**31}, {4: 2**33, 9: 2**21}]


@pytest.mark.parametrize("values", AT_LIMIT)
def test_the_context_network_is_refused_from_2_to_the_53_on(values):
    flat = np.zeros(10, dtype=np.int64)
    flat[list(values)] = list(values.values())
    with pytest.raises(ValueError, match="context leaves the range of exact arithmetic"):
        ExactContext(Parameter(flat, 1), 1, 1)
    flat[list(values)] -= [0, 1]
    ExactContext(Parameter(flat, 1), 1, 1)


# Planes and samples, beside the other decoder's.


@pytest.mark.parametrize(("bits", "channels"), [(16, 3), (24, 3), (25, 1)])
def test_syntheses_are_exact(bits, channels):
    random, levels, features = np.random.default_rng(bits), 3, 4
    planes = random.choice([-(1 << 24), -77777, -1, 0, 1, 4096, 1 << 24], (levels, 7, 6))
    weights = Parameter(random.integers(-(1 << bits), 1 << bits, synthesis.size(levels, features, channels)), 1)
    space, planes = Exact({"s": weights}), planes.astype(np.float64)
    found = space.integers(synthesize(space, "s", features, planes, ((1, 1), (1, 1))))
    matrices = split(weights.integers.astype(np.float64), synthesis.shapes_of(levels, features, channels))
    whole = {"top": 0, "bottom": 7, "left": 0, "right": 6}
    function = "(planes, window, ...all) => inr.operations.synthesized(planes, window, window, ...all)"
    flat = [[values.ravel() for values in arrays] for arrays in (planes, matrices)]
    assert np.array_equal(javascript_decoder.call(function, flat[0], whole, flat[1], channels), found.ravel())


@pytest.mark.parametrize("shape", SHAPES)
def test_planes_are_exact(shape):
    """Doublings, and the filter of the first grid; windows of it are its parts."""
    random, levels = np.random.default_rng(0), 4
    grids = {
        f"latent{level}": random.integers(-1023, 1024, shape) for level, shape in enumerate(pyramid(shape, levels))
    }
    kernels = Parameter(random.integers(-(1 << 26), 1 << 26, 4 * (levels - 1) + 9), 1)
    space = Exact({name: Parameter(grid, 1 << 20) for name, grid in grids.items()} | {"u": kernels})
    found = upsample(space, "u", list(grids), (0, shape[0]), (0, shape[1]))
    windows = [{"top": 0, "left": 0, "bottom": rows, "right": columns} for rows, columns in pyramid(shape, levels)]
    function = """(plane, from, to, u) =>
      inr.operations.doubled(plane, from, to, { rows: from.bottom, columns: from.right }, u)"""
    taps, filter_ = (m.astype(np.float64) for m in split(kernels.integers, upsampling.shapes(levels)))
    filtered = "(plane, all, v) => inr.operations.filtered(plane, { rows: all.bottom, columns: all.right }, all, v)"
    finest = javascript_decoder.call(filtered, grids["latent0"].ravel() * 1.0, windows[0], filter_[0])
    assert np.array_equal(finest, found[0].ravel())
    rows, columns = (shape[0] // 3, shape[0]), (0, -(-shape[1] // 2))
    window = upsample(space, "u", list(grids), rows, columns)
    assert np.array_equal(window, found[:, slice(*rows), slice(*columns)])
    for level, grid in list(enumerate(grids.values()))[1:]:
        plane = grid.ravel() * 4096.0
        for finer in reversed(range(level)):
            plane = javascript_decoder.call(function, plane, windows[finer + 1], windows[finer], taps[finer])
        assert np.array_equal(plane, found[level].ravel())


def pyramid(shape: tuple[int, int], levels: int) -> list[tuple[int, ...]]:
    return list(zip(*(sizes(side, levels) for side in shape), strict=True))


# Whole pictures.

SIZES = [(1, 1), (1, 40), (40, 1), (97, 65)]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_suffices_for_pictures_of_any_size(width, height, channels):
    levels, sample_bits = {(1, 1): 1, (1, 40): 5, (40, 1): 12, (97, 65): 7}[width, height], 8 << channels % 2
    about = Pyramid(levels=levels, neighbours=4 * channels, context_features=5, synthesis_features=6)
    data = container.write(picture(about, width, height, channels, sample_bits, bits=10))
    assert np.array_equal(javascript_decoder.decode(data), decode(data))


def test_regions_and_tiles_of_any_size_are_the_whole(monkeypatch):
    """The borders of tiles are not the picture's."""
    whole_picture = container.read(container.write(picture(Pyramid(), 97, 65, bits=10)))
    whole = render(whole_picture)
    assert whole.std() > 10
    for x, y, width, height in (
        (0, 0, 97, 65),
        (1, 1, 95, 63),
        (96, 64, 1, 1),
        (13, 0, 1, 65),
        (0, 30, 97, 2),
        (40, 7, 9, 50),
    ):
        part = render(whole_picture, grid_for((97, 65), region=(x, y, width, height)))
        assert np.array_equal(part, whole[y : y + height, x : x + width])
    for activations in (600, 5000, 30000):
        monkeypatch.setattr("inrcodec.decoding.decoder.TILE_ACTIVATIONS", activations)
        assert np.array_equal(render(whole_picture), whole)


def test_limits_count_waves_and_all_latents_of_any_region():
    data = container.write(picture(Pyramid(levels=1), 200, 1))
    with pytest.raises(BitstreamError, match="multiply-adds"):
        decode(data, limits=Limits(multiply_adds=100 << 20))
    assert decode(data, limits=Limits(multiply_adds=201 << 20)).shape == (1, 200, 3)
    with pytest.raises(BitstreamError, match="at most 100 pixels"):
        decode(data, region=(0, 0, 1, 1), limits=Limits(pixels=100))


# Crops.


@pytest.mark.parametrize(("width", "height"), [(700, 500), (700, 264), (90, 1100), (264, 176)])
def test_a_visit_sees_every_pixel_once(width, height):
    target = Target(np.zeros((height, width, 3), np.uint8), Pyramid(levels=7), torch.device("cpu"))
    random, visits = torch.Generator().manual_seed(1), 400
    seen, steps, first = np.zeros((height, width)), 0, set()
    for _ in range(visits):
        chosen = crops.visit(target, random)
        steps += len(chosen)
        first.add((chosen[0][0].start, chosen[0][1].start))
        for crop in chosen:
            seen[crop] += 1
            assert seen[crop].size <= crops.crop_px(target) <= 384 * 384
    assert seen.min() == seen.max() == visits
    whole = max(width, height) <= 384
    assert (len(first) == 1) == whole
    assert steps / visits == pytest.approx(crops.steps_per_visit(target) * (1 if whole else crops.AT_ONCE), rel=0.05)


def test_crops_are_large_enough_for_windows():
    target = Target(np.zeros((520, 700, 3), np.uint8), Pyramid(levels=7), torch.device("cpu"))
    random = torch.Generator().manual_seed(1)
    for _ in range(100):
        chosen = crops.visit(target, random, 161)
        assert chosen and min(one.stop - one.start for crop in chosen for one in crop) >= 161


def test_a_descent_of_several_crops_goes_on_exactly_from_its_state():
    picture = np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    small = Pyramid(levels=7, neighbours=4, context_features=4, synthesis_features=4)
    target = Target(picture, small, torch.device("cpu"))
    schedule = Schedule(steps=8, rate_weight=1e-3)
    ends, saved = [], None
    for resumed in (False, True):
        descent = LatentDescent(target, target.initial(0), schedule)
        if resumed:
            descent.restore(saved)
        for progress in descent:
            if not resumed and progress.step == 3:
                assert descent.waiting, "the state must hold what is left of a visit"
                saved = copy.deepcopy(descent.state())
        ends.append(descent.result())
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


# Priors.


def matrices(seed: int = 0) -> dict[str, np.ndarray]:
    about, random = Pyramid(), np.random.default_rng(seed)
    first = [*shapes(about.neighbours, about.context_features)]
    n, levels = about.synthesis_features, priors.LEVELS
    second = [(n, levels + 1), (3, n), (3, levels + 1), (3, 27)]
    named = {f"context{index}": shape for index, shape in enumerate(first)}
    named |= {f"synthesis{index}": shape for index, shape in enumerate(second)}
    found = {name: np.rint(random.normal(0, 0.15, shape) * 2**20) for name, shape in named.items()}
    found["upsampling"] = np.tile([-9, 67, 225, -27], (levels - 1, 1)) * 4096 + random.integers(-9999, 9999, (8, 4))
    found["filter"] = (np.array([upsampling.IDENTITY]) << 20) + random.integers(-9999, 9999, (1, 9))
    return {name: values.astype(np.int32) for name, values in found.items()}


@pytest.fixture
def prior(tmp_path, monkeypatch):
    """A folder with prior 7, and how to put another in its place."""

    def put(seed: int) -> None:
        np.savez_compressed(tmp_path / "7.npz", **matrices(seed))
        priors.load.cache_clear()

    monkeypatch.setattr(priors, "FOLDER", tmp_path)
    monkeypatch.setattr(javascript_decoder, "PRIORS", tmp_path)
    put(0)
    yield put
    priors.load.cache_clear()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("levels", [1, 4, 9])
def test_priors_are_what_networks_are_differences_to(prior, channels, levels):
    about = Pyramid(levels=levels, prior=7)
    data = container.write(picture(about, 21, 13, channels))
    assert container.read(data).representation == about and about.prior_digest > 0
    assert np.array_equal(javascript_decoder.decode(data), decode(data))
    layout, learnt = container.parse(data), matrices()
    bases = {name: tensor.declared.base for name, tensor in layout.tensors.items()}
    assert np.array_equal(bases["context"][: 8 * 9], learnt["context0"].ravel())
    assert (bases["synthesis"] is None) == (channels == 1)
    if channels == 3:
        finest = learnt["synthesis0"][:, [*range(levels), 9]]
        assert np.array_equal(bases["synthesis"][: finest.size], finest.ravel())


def test_a_file_of_another_prior_is_refused(prior):
    data = container.write(picture(Pyramid(prior=7), 9, 7))
    prior(1)
    for decoder in (decode, javascript_decoder.decode):
        with pytest.raises(ValueError, match="digest"):
            decoder(data)
    (priors.FOLDER / "7.npz").unlink()
    priors.load.cache_clear()
    with pytest.raises(BitstreamError, match="prior 7 is not installed") as caught:
        decode(data)
    assert caught.value.section == "hyperparameters"
    with pytest.raises(javascript_decoder.RefusedError, match="prior 7 is not installed"):
        javascript_decoder.decode(data)


def test_a_file_must_say_its_priors_digest(prior):
    """An encoder need not: it takes the one that is installed."""
    data = container.write(picture(Pyramid(prior=7), 9, 7))
    (span,) = [span for field, *span in field_spans(data[:-4]) if field.name == "prior_digest"]
    silent = resealed(data[: span[0]] + b"\0" + data[span[1] :])
    with pytest.raises(BitstreamError, match="prior_digest") as caught:
        decode(silent)
    assert caught.value.section == "hyperparameters"
    with pytest.raises(ValueError, match="prior_digest"):
        javascript_decoder.decode(silent)


@pytest.mark.parametrize(
    "settings", [{"neighbours": 7}, {"context_features": 9}, {"synthesis_features": 15}, {"levels": 10}]
)
def test_a_prior_of_other_networks_is_refused(prior, settings):
    with pytest.raises(InputError, match="prior 7 is of another"):
        Pyramid(prior=7, **settings)


# What a fit thinks that latents cost.


def reference(flat: torch.Tensor, neighbours: int, hidden: int, grids: list[torch.Tensor]) -> torch.Tensor:
    """Bits, written as one would without a thought for time."""
    first, second, output, linear = split(flat, shapes(neighbours, hidden))
    total = flat.new_zeros(())
    for grid in grids:
        height, width = grid.shape
        padded = pad(grid, (4, 3, 2, 0))
        seen = [
            padded[2 + dy : 2 + dy + height, 4 + dx : 4 + dx + width].reshape(-1) for dy, dx in NEIGHBOURS[:neighbours]
        ]
        context = torch.stack([*seen, torch.ones_like(seen[0])])
        two = torch.relu(second[:, :-1] @ torch.relu(first @ context) + second[:, -1:])
        mean, log2_scale = output @ two + linear @ context
        scale = 2 ** (log2_scale - 5).clamp(-7, 7)
        distribution = torch.distributions.Laplace(mean, scale)
        symbols = grid.reshape(-1)
        probability = distribution.cdf(symbols + 0.5) - distribution.cdf(symbols - 0.5)
        total = total - torch.log2(probability + latent_rate.SMALLEST_PROBABILITY).sum()
    return total


@pytest.mark.parametrize("neighbours, hidden", [(8, 6), (12, 12), (4, 3)])
def test_rates_and_their_gradients_are_those_of_plain_torch(neighbours, hidden):
    random = torch.Generator().manual_seed(0)
    flat = torch.from_numpy(network(neighbours, hidden, scale=0.5).values)
    # One is wider than a block of columns; far out, probabilities are hardly more than what is added to them.
    sizes = ((31, 27), (5, 600), (9, 1), (1, 1), (3, 8))
    grids = [torch.randn(size, generator=random, dtype=torch.float64) * 3 for size in sizes]
    grids[0][4, 5] = 900.0
    moved = [values.requires_grad_() for values in (flat, *grids)]
    expected = reference(moved[0], neighbours, hidden, moved[1:])
    gradients = torch.autograd.grad(expected, moved)
    by_torch = latent_rate.rate_by_torch(flat.detach(), neighbours, hidden, [grid.detach() for grid in grids], True)
    short = [values.detach().float() for values in (flat, *grids)]
    compiled = latent_rate.rate(short[0], neighbours, hidden, short[1:])
    for found, precision, of_bits in ((by_torch, 1e-9, 1e-12), (compiled, 1e-4, 1e-6)):
        assert found.bits == pytest.approx(float(expected.detach()), rel=of_bits)
        for ours, theirs in zip((found.network, *found.grids), gradients, strict=True):
            least = max(1e-9, precision * float(theirs.abs().max()))
            assert torch.allclose(ours.double(), theirs, rtol=precision, atol=least)
    alone = latent_rate.rate(short[0], neighbours, hidden, short[1:], gradients=False)
    assert alone == (compiled.bits, None, None)
    each = [latent_rate.bits_of(short[0], neighbours, hidden, grid) for grid in short[1:]]
    assert sum(float(bits.sum()) for bits in each) == pytest.approx(compiled.bits, rel=1e-5)


@pytest.mark.parametrize("scale", [0.4, 2.0, 20.0])
def test_rates_are_the_bits_that_files_take(scale):
    """As a fit ends: hardly a latent is where its network does not expect it."""
    parameter = network(8, 6, scale=0.03 / scale)
    # The last bias is the log-scale's.
    parameter.integers[-1] = round((log2(scale) + 5) * 2**12)
    grids = [drawn((96, 128), scale), drawn((48, 64), scale, 1)]
    encoder = range_coder.Encoder()
    latents.encode(encoder, grids, ExactContext(parameter, 8, 6))
    values = [torch.from_numpy(grid.astype(np.float32)) for grid in grids]
    expected = latent_rate.rate(torch.from_numpy(parameter.values).float(), 8, 6, values, gradients=False).bits
    assert expected > 10_000
    assert 8 * len(range_coder.words(encoder)) == pytest.approx(expected, rel=0.005)

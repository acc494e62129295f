"""Entropy models and range coding: whatever is in MODELS."""

import zlib

import numpy as np
import pytest

from inrcodec import entropy
from inrcodec.bitstream.fields import Reader
from inrcodec.entropy import MODELS, range_coder, scaled
from inrcodec.entropy.base import entropy_bits

LARGEST = (1, 127, 32767)
SPREADS = (0.0, 0.1, 3.0, 1e5)


def drawn(spread: float, largest: int, count: int = 500, seed: int = 1) -> np.ndarray:
    symbols = np.rint(np.random.default_rng(seed).laplace(0, spread, count))
    return np.clip(symbols, -largest, largest).astype(np.int64)


CASES = [(name, spread, largest) for name in MODELS for spread in SPREADS for largest in LARGEST]


@pytest.mark.parametrize(("name", "spread", "largest"), CASES)
def test_tables_fill_the_coder_and_leave_no_symbol_out(name, spread, largest):
    model, symbols = MODELS[name], drawn(spread, largest)
    lowest, table = model.table(model.settings(symbols, largest), largest)
    assert table.sum() == 1 << 24 and table.min() >= 1 and not table.flags.writeable
    assert -largest <= lowest <= symbols.min() and symbols.max() < lowest + len(table) <= largest + 1


@pytest.mark.parametrize(("name", "spread", "largest"), CASES)
def test_settings_are_read_as_they_were_written(name, spread, largest):
    model = MODELS[name]
    settings = model.settings(drawn(spread, largest), largest)
    data = model.write(settings, largest)
    reader = Reader(data, 0, len(data))
    assert model.read(reader, "", largest) == settings and reader.offset == len(data)


@pytest.mark.parametrize("name", MODELS)
def test_symbols_survive_and_cost_what_the_model_says(name):
    model, bits, coded = MODELS[name], 0.0, []
    for spread, largest, count in ((4, 15, 700), (50, 127, 3000), (1e4, 2047, 50), (0.01, 1, 9), (0, 7, 20)):
        symbols = drawn(spread, largest, count)
        settings = model.settings(symbols, largest)
        coded.append((symbols, *model.table(settings, largest)))
        bits += model.code_bits(symbols, settings, largest)
    encoder = range_coder.Encoder()
    range_coder.encode(encoder, coded)
    data = range_coder.words(encoder)
    tables = [(len(symbols), lowest, table) for symbols, lowest, table in coded]
    decoded = range_coder.decode(range_coder.decoder(data), tables)
    assert all(np.array_equal(found, symbols) for found, (symbols, _, _) in zip(decoded, coded, strict=True))
    assert bits <= 8 * len(data) <= bits + 64


@pytest.mark.parametrize("spread", SPREADS)
def test_the_cheapest_is_the_cheapest(spread):
    symbols = drawn(spread, 127)
    chosen, settings = entropy.choose(entropy.CHEAPEST, symbols, 127)
    costs = {name: model.bits(symbols, model.settings(symbols, 127), 127) for name, model in MODELS.items()}
    assert chosen.bits(symbols, settings, 127) == min(costs.values())
    for name, model in MODELS.items():
        assert entropy.choose(name, symbols, 127)[0] is model


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if isinstance(model, scaled.Scaled)])
def test_the_best_scale_is_the_best_of_all(name, spread):
    model, symbols = MODELS[name], drawn(spread, 127)
    costs = [model.code_bits(symbols, {"scale": index}, 127) for index in range(scaled.SCALES)]
    # Where the largest scales hardly differ, costs go up and down by a few hundredths.
    assert model.code_bits(symbols, model.settings(symbols, 127), 127) <= min(costs) + 0.1


SHAPES = {"laplace": lambda k, scale: np.exp(-k / scale), "gaussian": lambda k, scale: np.exp(-(k**2) / 2 / scale**2)}


@pytest.mark.parametrize("name", SHAPES)
def test_frequencies_are_the_distributions(name):
    scale = 2 ** (96 / 16 - 2)
    table = MODELS[name].table({"scale": 96}, 127)[1]
    assert np.array_equal(table, table[::-1])
    for k in (4, 16, 40):
        assert table[127 + k] / table[127] == pytest.approx(SHAPES[name](k, scale), rel=0.01)


def test_ratios_do_not_depend_on_the_exponential_function():
    """Each is rounded once, and none lies so near a half that an error of the last place moves it."""
    for bits, exponents in ((24, 2 - np.arange(256) / 16), (32, 3 - np.arange(256) / 8)):
        ratios = 2.0**bits * np.exp(-(2.0**exponents))
        assert np.abs(ratios - np.floor(ratios) - 0.5).min() > 2e-6


FROZEN = {"laplace": 0xD901E4C0, "gaussian": 0xBB19120E}


@pytest.mark.parametrize("name", FROZEN)
def test_frequencies_are_the_format(name):
    """Bytes are API: these tables never change."""
    tables = b"".join(MODELS[name].table({"scale": index}, 127)[1].astype("<i8").tobytes() for index in range(256))
    assert zlib.crc32(tables) == FROZEN[name]


@pytest.mark.parametrize(
    ("counts", "table"), [((5,), [1 << 24]), ((0, 0), [1 << 23, 1 << 23]), ((1, 0, 2), [5592405, 1, 11184810])]
)
def test_histograms_by_hand(counts, table):
    lowest, found = MODELS["histogram"].table({"lowest": 3, "counts": counts}, 7)
    assert (lowest, found.tolist()) == (-4, table)


def test_entropy_of_known_histograms():
    assert entropy_bits(np.array([3, 3, 3])) == 0
    assert entropy_bits(np.array([-1, 0, 1, 2] * 5)) == pytest.approx(40)

"""Entropy models and range coding."""

import zlib

import numpy as np
import pytest

from inrcodec.entropy import laplace, range_coder


@pytest.mark.parametrize("largest", [1, 7, 127, 32767])
@pytest.mark.parametrize("scale_index", [0, 60, 128, 255])
def test_frequencies_fill_the_coder_and_leave_no_symbol_out(scale_index, largest):
    table = laplace.frequencies(scale_index, largest)
    assert len(table) == 2 * largest + 1
    assert table.sum() == 1 << 24
    assert table.min() >= 1
    assert np.array_equal(table, table[::-1])


def test_frequencies_decay_by_e_over_the_scale():
    scale = 2 ** (96 / 16 - 2)
    table = laplace.frequencies(96, 127)
    assert table[127 + 16] / table[127] == pytest.approx(np.exp(-16 / scale), rel=0.01)


def test_frequencies_are_the_format():
    """Bytes are API: these tables never change."""
    tables = b"".join(laplace.frequencies(index, 127).astype("<i8").tobytes() for index in range(256))
    assert zlib.crc32(tables) == 0xD901E4C0


@pytest.mark.parametrize("spread", [0.1, 3.0, 40.0, 1e5])
def test_best_scale_is_the_best_of_all(spread):
    symbols = np.clip(np.rint(np.random.default_rng(1).laplace(0, spread, 500)), -127, 127).astype(np.int64)
    costs = [laplace.model_bits(symbols, index, 127) for index in range(laplace.SCALES)]
    assert laplace.model_bits(symbols, laplace.best_scale(symbols, 127), 127) == min(costs)


def test_symbols_survive_and_cost_what_the_model_says():
    random = np.random.default_rng(0)
    coded, bits = [], 0.0
    for scale_index, largest, count in ((40, 15, 700), (90, 127, 3000), (255, 2047, 50), (0, 1, 9)):
        spread = 2 ** (scale_index / 16 - 2)
        symbols = np.clip(np.rint(random.laplace(0, spread, count)), -largest, largest).astype(np.int64)
        coded.append((symbols, scale_index, largest))
        bits += laplace.model_bits(symbols, scale_index, largest)
    data = range_coder.encode(coded)
    decoded = range_coder.decode(data, [(len(symbols), scale, largest) for symbols, scale, largest in coded])
    assert all(np.array_equal(found, symbols) for found, (symbols, _, _) in zip(decoded, coded, strict=True))
    assert bits <= 8 * len(data) <= bits + 64


def test_entropy_of_known_histograms():
    assert laplace.entropy_bits(np.array([3, 3, 3])) == 0
    assert laplace.entropy_bits(np.array([-1, 0, 1, 2] * 5)) == pytest.approx(40)

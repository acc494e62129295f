"""The entropy model of parameters: a discrete Laplace distribution in integers.

P(k) is proportional to r**|k| (Inusah and Kozubowski, 2006). Each frequency is a whole number of 2**-24, computed
without floating point, so that encoder and decoder agree on every machine.
"""

from functools import lru_cache

import numpy as np

PRECISION_BITS = 24
"""Frequencies of a table add up to 2**24: constriction's precision."""
SCALES = 256
_RATIO_BITS = 24
_PEAK_BITS = 32


@lru_cache(maxsize=16)  # of up to 8 MiB each
def frequencies(scale_index: int, largest: int) -> np.ndarray:
    """Frequencies of the symbols -largest..largest, int64, each at least 1, in all 2**24; read-only.

    Args:
        scale_index: 0..255; the distribution decays by e over 2**(scale_index / 16 - 2) symbols.
        largest: 0..2**19.
    """
    ratio = _ratio(scale_index)
    tail = np.zeros(largest, dtype=np.int64)
    weight = 1 << _PEAK_BITS
    for k in range(largest):
        weight = weight * ratio >> _RATIO_BITS
        if weight == 0:
            break
        tail[k] = weight
    weights = np.concatenate([tail[::-1], [1 << _PEAK_BITS], tail])
    free = (1 << PRECISION_BITS) - len(weights)
    table = 1 + weights * free // int(weights.sum())
    table[largest] += (1 << PRECISION_BITS) - table.sum()
    table.setflags(write=False)
    return table


def _ratio(scale_index: int) -> int:
    """r in 2**-24: round(2**24 exp(-1 / scale)); no value lies near a rounding boundary."""
    return round((1 << _RATIO_BITS) * float(np.exp(-(2.0 ** (2 - scale_index / 16)))))


def best_scale(symbols: np.ndarray, largest: int) -> int:
    """The scale index with the fewest bits for int64 symbols of any shape; they are within +-largest.

    The cost is unimodal in the scale, so a search from the maximum-likelihood guess finds its minimum.
    """
    mean = max(float(np.abs(symbols).mean()), 1e-3)
    index = int(np.clip(round(16 * (np.log2(mean) + 2)), 0, SCALES - 1))
    counts = np.bincount((symbols + largest).ravel(), minlength=2 * largest + 1)
    best = _cost(counts, index, largest)
    for direction in (1, -1):
        while 0 <= index + direction < SCALES and (cost := _cost(counts, index + direction, largest)) < best:
            index, best = index + direction, cost
    return index


def _cost(counts: np.ndarray, scale_index: int, largest: int) -> float:
    return float(-(counts * np.log2(frequencies(scale_index, largest))).sum())


def model_bits(symbols: np.ndarray, scale_index: int, largest: int) -> float:
    """The ideal code length of the symbols under the model, in bits."""
    probabilities = frequencies(scale_index, largest)[symbols + largest] / (1 << PRECISION_BITS)
    return float(-np.log2(probabilities).sum())


def entropy_bits(symbols: np.ndarray) -> float:
    """The empirical entropy times the number of symbols: the bound for codes that know the histogram, in bits."""
    counts = np.unique(symbols, return_counts=True)[1]
    return float(-(counts * np.log2(counts / counts.sum())).sum())

"""Laplace distributions with a mean and a scale of each symbol's own: what a context network predicts.

A symbol is coded as its distance from the rounded mean, up to 7 to each side; further ones as the side they lie on and
then, a few symbols a time, how far: without memory as the tails are, all of that is one table.
"""

from functools import cache

import constriction
import numpy as np

from inrcodec.operations.context import (
    LARGEST_SYMBOL,
    LEAST_FREQUENCY,
    MEAN_BITS,
    SCALE_BITS,
    SCALES,
    SMALLEST_LOG2_SCALE,
    Distribution,
)

WINDOW = 7
"""Distances from the mean that have a frequency of their own."""
LOWER_TAIL, UPPER_TAIL = 0, 2 * WINDOW + 2
"""The places of the two tails among the frequencies."""
FURTHER = 8
"""Of a tail, distances that one more symbol tells apart; the last one says: further."""
_FRACTIONS = 1 << MEAN_BITS
_HALF = _FRACTIONS // 2
_TOTAL_BITS = 24
_FAMILY = constriction.stream.model.Categorical(perfect=False)


@cache
def tail_weights() -> np.ndarray:
    """round(2**23 exp(-t / (32 b))), t = 0..256, b = 2**(s / 8 - 7): (SCALES, 257) int64; read-only."""
    scales = 2.0 ** (np.arange(SCALES) / (1 << SCALE_BITS) + SMALLEST_LOG2_SCALE)
    t = np.arange((WINDOW + 1) * _FRACTIONS + 1) / _FRACTIONS
    table = np.rint((1 << (_TOTAL_BITS - 1)) * np.exp(-t / scales[:, None])).astype(np.int64)
    table.setflags(write=False)
    return table


def _frequencies_less_one(weights: np.ndarray, peak: np.ndarray | int) -> np.ndarray:
    """What constriction takes for frequencies 2**7 + w (2**24 - 2**7 N) // W, the rest to the peak: that less 1."""
    count, sums = weights.shape[-1], weights.sum(axis=-1, keepdims=True)
    free = (1 << _TOTAL_BITS) - LEAST_FREQUENCY * count
    frequencies = LEAST_FREQUENCY + weights * free // sums - 1
    missing = (1 << _TOTAL_BITS) - count - frequencies.sum(axis=-1)
    frequencies[..., peak] += missing
    return frequencies.astype(np.float64)


@cache
def _near() -> np.ndarray:
    """By scale and fraction of the mean: the lower tail, distances -7..7, the upper tail; (SCALES * 32, 17)."""
    tails = tail_weights()
    whole = 1 << _TOTAL_BITS
    fractions = np.arange(_FRACTIONS) - _HALF
    # The cells' edges from the mean on, in 2**-5: those at or below it have what lies beyond on their left.
    edges = _FRACTIONS * np.arange(-WINDOW, WINDOW + 2) - _HALF - fractions[:, None]
    beyond = tails[:, np.abs(edges)]
    below = np.where(edges <= 0, beyond, whole - beyond)
    cumulative = np.concatenate([np.zeros_like(below[..., :1]), below, np.full_like(below[..., :1], whole)], axis=-1)
    weights = np.diff(cumulative, axis=-1).reshape(SCALES * _FRACTIONS, -1)
    return _frequencies_less_one(weights, WINDOW + 1)


@cache
def _far() -> np.ndarray:
    """By scale: of what lies in a tail, how many it lies further, 0..7, or 8 and more; (SCALES, 9)."""
    tails = tail_weights()[:, ::_FRACTIONS]
    return _frequencies_less_one(np.concatenate([-np.diff(tails, axis=1), tails[:, -1:]], axis=1), FURTHER)


def _places(distribution: Distribution) -> tuple[np.ndarray, np.ndarray]:
    """The rounded means, and rows of the table."""
    shifted = distribution.mean + _HALF
    return shifted >> MEAN_BITS, distribution.scale * _FRACTIONS + (shifted & (_FRACTIONS - 1))


def encode(encoder: constriction.stream.queue.RangeEncoder, symbols: np.ndarray, distribution: Distribution) -> None:
    """Append symbols, int64 (n,) within +-LARGEST_SYMBOL."""
    centres, rows = _places(distribution)
    distances = symbols - centres
    encoder.encode(np.clip(distances + WINDOW + 1, LOWER_TAIL, UPPER_TAIL).astype(np.int32), _FAMILY, _near()[rows])
    far = np.abs(distances) > WINDOW
    excess, scales = np.abs(distances[far]) - WINDOW - 1, distribution.scale[far]
    while len(excess):
        encoder.encode(np.minimum(excess, FURTHER).astype(np.int32), _FAMILY, _far()[scales])
        scales, excess = scales[excess >= FURTHER], excess[excess >= FURTHER] - FURTHER


def bits(symbols: np.ndarray, distribution: Distribution) -> np.ndarray:
    """What each symbol costs, float64 (n,)."""
    centres, rows = _places(distribution)
    distances = symbols - centres
    place = np.clip(distances + WINDOW + 1, LOWER_TAIL, UPPER_TAIL)
    cost = _TOTAL_BITS - np.log2(1 + _near()[rows, place])
    far = np.flatnonzero(np.abs(distances) > WINDOW)
    excess = np.abs(distances[far]) - WINDOW - 1
    while len(far):
        scales = distribution.scale[far]
        cost[far] += _TOTAL_BITS - np.log2(1 + _far()[scales, np.minimum(excess, FURTHER)])
        far, excess = far[excess >= FURTHER], excess[excess >= FURTHER] - FURTHER
    return cost


def decode(decoder: constriction.stream.queue.RangeDecoder, distribution: Distribution) -> np.ndarray:
    """The next symbols, int64 (n,).

    Raises:
        ValueError: one is beyond LARGEST_SYMBOL.
        AssertionError: words that no symbols encode to.
    """
    centres, rows = _places(distribution)
    distances = decoder.decode(_FAMILY, _near().take(rows, axis=0)).astype(np.int64) - (WINDOW + 1)
    far = np.flatnonzero(np.abs(distances) > WINDOW)
    if len(far):
        _decode_tails(decoder, distances, far, distribution.scale)
    symbols = centres + distances
    if np.abs(symbols).max() > LARGEST_SYMBOL:
        raise ValueError(f"a latent beyond {LARGEST_SYMBOL}")
    return symbols


def _decode_tails(
    decoder: constriction.stream.queue.RangeDecoder, distances: np.ndarray, far: np.ndarray, scales: np.ndarray
) -> None:
    """Add to the distances of the places `far` how much further they lie."""
    signs = np.sign(distances)
    for _ in range(2 * LARGEST_SYMBOL // FURTHER + 1):
        further = decoder.decode(_FAMILY, _far()[scales[far]]).astype(np.int64)
        distances[far] += signs[far] * further
        far = far[further == FURTHER]
        if not len(far):
            return
    raise ValueError(f"a latent beyond {LARGEST_SYMBOL}")

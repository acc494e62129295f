"""Coordinates as features, one axis at a time, in integers."""

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.activations import sine_of_phase


def bare(numerators: np.ndarray, denominator: int) -> np.ndarray:
    """The coordinate u = numerators / denominator itself: (n, 1) int64 in 2**-20."""
    return _divide(numerators << fp.FEATURE_FRACTION_BITS, denominator)[:, None]


def positional(numerators: np.ndarray, denominator: int, frequencies: int, base_hundredths: int) -> np.ndarray:
    """u, sin(pi f u), cos(pi f u) for f = b**0 .. b**(frequencies - 1): (n, 1 + 2 frequencies) int64 in 2**-20.

    NeRF's encoding (Mildenhall et al., ECCV 2020, eq. 4) with a base b = base_hundredths / 100 that may be other than
    2. Frequencies are integers of 2**-16, the angles' sines the decoder's table.
    """
    # pi f u is f u / 2 turns; whole turns are dropped before the numbers grow.
    turn = denominator << 17
    frequency = [(base_hundredths**k << 16) // 100**k % turn for k in range(frequencies)]
    phases = [_divide((f * numerators % turn) << 15, denominator) for f in frequency]
    phase = np.stack(phases, axis=1)
    quarter_turn = 1 << (fp.PHASE_BITS - 2)
    waves = np.concatenate([sine_of_phase(phase), sine_of_phase(phase + quarter_turn)], axis=1)
    waves = waves << (fp.FEATURE_FRACTION_BITS - fp.ACTIVATION_FRACTION_BITS)
    return np.concatenate([bare(numerators, denominator), waves], axis=1)


def _divide(numerators: np.ndarray, denominator: int) -> np.ndarray:
    """Division to nearest, halves upwards."""
    return (2 * numerators + denominator) // (2 * denominator)

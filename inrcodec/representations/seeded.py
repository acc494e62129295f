"""Random numbers that the format specifies: integers from a seed, the same on every machine, for frozen tensors."""

from functools import lru_cache

import numpy as np

_MASK = (1 << 64) - 1


def uniform(seed: int, count: int) -> np.ndarray:
    """SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the upper 16 bits of `count` words, int64 (count,)."""
    state, words = seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        word = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
        words.append((word ^ (word >> 31)) >> 48)
    return np.array(words, dtype=np.int64)


@lru_cache(maxsize=8)
def normal(seed: int, count: int) -> np.ndarray:
    """Sums of 12 uniform numbers less their mean: near normal, of deviation 2**16; int64 (count,), read-only."""
    numbers = uniform(seed, 12 * count).reshape(count, 12).sum(axis=1) - 6 * 65535
    numbers.setflags(write=False)
    return numbers

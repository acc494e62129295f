"""Where pixels lie: sample i of n on (-1, 1) is (2 i + 1 - n) / n, the centre of its cell."""

import numpy as np

from inrcodec.representations.base import Representation


def axis_features(representation: Representation, size: int, start: int = 0, stop: int | None = None) -> np.ndarray:
    """The features of samples start..stop of an axis of `size` samples: (n, features) int64 in 2**-20."""
    samples = np.arange(start, size if stop is None else stop, dtype=np.int64)
    return representation.features(2 * samples + 1 - size, size)

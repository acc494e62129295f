"""What networks of a pyramid begin with that has been learnt from other pictures: files hold the difference to it.

A prior is a file `NUMBER.npz` in this folder, never changed once released (docs/priors.md says how each was learnt).
It holds the matrices of a representation of `LEVELS` grids for three channels, int32 in 2**-20; fewer grids take the
finest ones' columns and kernels.
"""

import hashlib
from functools import lru_cache
from math import log
from pathlib import Path

import numpy as np

from inrcodec.files import InputError

FOLDER = Path(__file__).parent
LEVELS = 9
NETWORKS = {"neighbours": 8, "context_features": 8, "synthesis_features": 24}
"""Hyperparameters of the representation whose networks they are."""
RATE_WEIGHTS = {1: 1e-4, 2: 3e-4, 3: 1e-3, 4: 3e-3, 5: 1e-2}
"""Numbers of the priors, and the lambda that each was learnt at."""


def nearest(rate_weight: float) -> int:
    """The number of the prior that was learnt at the lambda nearest to one."""
    return min(RATE_WEIGHTS, key=lambda number: abs(log(RATE_WEIGHTS[number] / rate_weight)))


def path_of(number: int) -> Path:
    """Where a prior lies, if it is installed."""
    return FOLDER / f"{number}.npz"


def digest(number: int) -> int:
    """The first four bytes of the SHA-256 of a prior's numbers.

    Raises:
        InputError: it is not installed.
    """
    sha = hashlib.sha256()
    for array in load(number).values():
        sha.update(array.astype("<i4").tobytes())
    return int.from_bytes(sha.digest()[:4], "big")


@lru_cache(maxsize=8)
def load(number: int) -> dict[str, np.ndarray]:
    """A prior's matrices by name, int64.

    Raises:
        InputError: it is not installed.
    """
    if not path_of(number).exists():
        raise InputError(f"prior {number} is not installed")
    with np.load(path_of(number), allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.int64) for name in sorted(arrays.files)}

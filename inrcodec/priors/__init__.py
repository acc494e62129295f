"""What networks of a pyramid begin with that has been learnt from other pictures: files hold the difference to it.

A prior is a file `NUMBER.npz` in this folder, never changed once released. It holds the matrices of a representation of
`LEVELS` grids for three channels, int32 in 2**-20; fewer grids take the finest ones' columns and kernels.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from inrcodec.files import InputError

FOLDER = Path(__file__).parent
LEVELS = 9


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

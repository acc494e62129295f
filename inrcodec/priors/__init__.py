"""What networks begin with that has been learnt from other pictures: files hold the difference to it.

A prior is a file `NUMBER.npz` in this folder, never changed once released (docs/priors.md says how each was learnt):
arrays for three channels, int32 in 2**-20. Those of `RATE_WEIGHTS` are the networks of a pyramid of `LEVELS` grids;
fewer grids take the finest ones' columns and kernels. Those of `STARTS` are all tensors of a `meta`.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from math import log
from pathlib import Path

import numpy as np

from inrcodec.files import InputError

FOLDER = Path(__file__).parent
CHANNELS = 3
LEVELS = 9
NETWORKS = {"neighbours": 8, "context_features": 8, "synthesis_features": 24}
"""Hyperparameters of the pyramid whose networks they are."""
RATE_WEIGHTS = {1: 1e-4, 2: 3e-4, 3: 1e-3, 4: 3e-3, 5: 1e-2}
"""Numbers of the pyramid's priors, and the lambda that each was learnt at."""
STARTS = {6: {"hidden_features": 28, "hidden_layers": 3}}
"""Numbers of the priors of `meta`, and hyperparameters of the network that each is of."""
LEARNT_FROM = frozenset(
    [
        *("Bridge_by_Sander_Klootwijk", "Dragonfly_by_Bolly", "Kleiber_by_Lukas_Baubkus", "Picture_0B_by_freespace"),
        *("Picture_1A_by_freespace", "Wine_by_Jakkub_Mede", "aitzgorri_by_Aitzol_Berasategi", "free_by_Peter_Nerlich"),
        *("friends_by_Aitzol_Berasategi", "greentock_by_Peter_Nerlich", "life_by_Aitzol_Berasategi"),
        *("picosdeeuropa_by_Aitzol_Berasategi", "seeding_by_Clements_Engelhardt", "sunset_by_Aitzol_Berasategi"),
    ]
)
"""The pictures of studies/priors.yaml, by name: no codec under a prior is measured on one."""


def nearest(rate_weight: float) -> int:
    """The number of the pyramid's prior that was learnt at the lambda nearest to one."""
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


def agreed_digest(number: int, given: int) -> int:
    """The digest of what a file or an encoder names: the prior's, 0 of none.

    Args:
        given: the digest that is named, 0 for whatever it is.

    Raises:
        InputError: it is another, or the prior is not installed.
    """
    found = digest(number) if number else 0
    if given not in (found, 0):
        raise InputError(f"prior {number} has digest {found:08x} here, {given:08x} is wanted")
    return found


def matrices(number: int, wanted: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """A prior's arrays of some names, int64, which are to have these shapes.

    Raises:
        InputError: it is of another network, or not installed.
    """
    found = load(number)
    for name, shape in wanted.items():
        if name not in found:
            raise InputError(f"prior {number} is of another representation: it has no {name}")
        if found[name].shape != shape:
            sizes = ["x".join(map(str, size)) for size in (found[name].shape, shape)]
            raise InputError(f"prior {number} is of another size: its {name} is {sizes[0]}, {sizes[1]} is wanted")
    return {name: found[name] for name in wanted}


@lru_cache(maxsize=8)
def load(number: int) -> dict[str, np.ndarray]:
    """A prior's arrays by name, int64.

    Raises:
        InputError: it is not installed.
    """
    if not path_of(number).exists():
        raise InputError(f"prior {number} is not installed")
    with np.load(path_of(number), allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.int64) for name in sorted(arrays.files)}

"""Learning where fits begin: Reptile (Nichol, Achiam and Schulman, On First-Order Meta-Learning Algorithms, 2018,
algorithm 1), which looks for a start from which a few steps lead far on any of many pictures.

A picture is drawn, a copy of the start descends on it for `INNER_STEPS`, and the start is pulled some of the way to
where the copy has come. No gradient goes through the descent, so it may be the one that fits. MAML (Finn et al., ICML
2017), which Strümpler et al. (ECCV 2022) use, differentiates through a few steps of plain gradient descent.
"""

from collections.abc import Callable

import numpy as np

from inrcodec.fitting.prior_learning import TILE_PX
from inrcodec.fitting.target import Progress, Schedule, Target, pick_device, to_numpy
from inrcodec.fitting.trainer import Descent
from inrcodec.operations.fixed_point import PARAMETER_FRACTION_BITS
from inrcodec.representations import Meta
from inrcodec.threads import ONE_TORCH_THREAD

INNER_STEPS = 16
"""Of a picture's descent, which is a whole fit, warm-up and cosine: those that are to be spared."""
PULL = 0.5
"""How much of the way, at first; it falls to 0, so that the last pictures do not prevail."""


@ONE_TORCH_THREAD
def learn(
    mosaic: np.ndarray, about: Meta, rounds: int, on_progress: Callable[[Progress], None] = lambda _: None
) -> dict[str, np.ndarray]:
    """The arrays of a prior, int32 in 2**-20.

    Args:
        mosaic: what `prior_learning.mosaic` gives; every tile is a picture, and so is its mirror image.
        about: the network, without a prior.
        rounds: how many pictures are drawn.
        on_progress: called after every round, with the loss of its descent's last step.
    """
    tiles = [tile for row in _cut(mosaic, 0) for tile in _cut(row, 1)]
    targets = [Target(shown, about, pick_device()) for tile in tiles for shown in (tile, tile[:, ::-1])]
    random, start, seconds = np.random.default_rng(0), targets[0].initial(0), 0.0
    for done in range(rounds):
        found = {name: values.clone() for name, values in start.items()}
        descent = Descent(targets[random.integers(len(targets))], found, Schedule(steps=INNER_STEPS, seed=done))
        *_, last = descent
        for name, values in start.items():
            values.lerp_(found[name].detach(), PULL * (1 - done / rounds))
        seconds += last.seconds
        on_progress(Progress(done + 1, seconds, (done + 1) / rounds, last.loss))
    unit = 1 << PARAMETER_FRACTION_BITS
    return {name: np.round(values.astype(np.float64) * unit).astype("<i4") for name, values in to_numpy(start).items()}


def _cut(picture: np.ndarray, axis: int) -> list[np.ndarray]:
    """Into pieces as wide as a tile."""
    return np.split(picture, picture.shape[axis] // TILE_PX, axis=axis)

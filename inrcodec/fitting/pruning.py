"""Magnitude pruning: the smallest weights become zero, and the others are fine-tuned without them.

Han et al., NIPS 2015; before quantization and entropy coding, their Deep Compression (ICLR 2016). They prune in rounds
and store where the survivors are; here once, and an entropy model that sees many zeros asks little for them.
"""

from collections.abc import Callable

import numpy as np

from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.fine_tuning import fine_tune
from inrcodec.fitting.target import Progress, Schedule, Target
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import difference


def prune(
    target: Target,
    parameters: dict[str, np.ndarray],
    depths: Depths,
    schedule: Schedule,
    on_progress: Callable[[Progress], None] = lambda _: None,
    checkpoint: Checkpoint | None = None,
    share: float = 0.0,
) -> dict[str, QuantizedTensor]:
    """Set a share of each tensor's weights to zero, keep them there and fine-tune the rest; biases are kept whole.

    Of weights that are differences to a start it is the differences that become zero.

    Args:
        share: 0 to 1, of every tensor that is no bias.
        schedule, on_progress, checkpoint: as `fine_tune` has them.

    Raises:
        ValueError: a parameter is not finite.
    """
    weights = [name for name, tensor in target.tensors.items() if tensor.role != "bias"]
    kept = {name: _largest(difference(parameters[name], target.tensors[name].base), share) for name in weights}
    return fine_tune(target, parameters, depths, schedule, on_progress, checkpoint, kept=kept)


def _largest(values: np.ndarray, share: float) -> np.ndarray:
    """Which values are left when a share of them, the smallest, goes; of equal ones the first go first."""
    kept = np.ones(values.size, bool)
    kept[np.argsort(np.abs(values), axis=None, kind="stable")[: round(share * values.size)]] = False
    return kept.reshape(values.shape)

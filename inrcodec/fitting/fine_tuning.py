"""Quantization-aware fine-tuning: descend on the error of the rounded parameters.

Rounding has no useful gradient, so it passes the gradient straight through (Bengio et al., 2013; for networks,
Jacob et al., CVPR 2018). Settings are those of post-training quantization of the starting parameters.
"""

from collections.abc import Callable

import numpy as np
import torch

from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.rate import estimated_bits
from inrcodec.fitting.target import Parameters, Progress, Schedule, Target, to_numpy
from inrcodec.fitting.trainer import Descent, descend
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize, rounded
from inrcodec.threads import ONE_TORCH_THREAD


@ONE_TORCH_THREAD
def fine_tune(
    target: Target,
    parameters: dict[str, np.ndarray],
    depths: Depths,
    schedule: Schedule,
    on_progress: Callable[[Progress], None] = lambda _: None,
    checkpoint: Checkpoint | None = None,
) -> dict[str, QuantizedTensor]:
    """Fine-tune float parameters for rules and bit depths and return them rounded.

    Args:
        schedule: its `first_rate` should be well under a fit's: parameters are to move by steps of the quantizer.
        on_progress: called after every step.
        checkpoint: where to keep the descent's state, every few seconds and at its end, and to go on from.

    Raises:
        ValueError: a parameter is not finite.
    """
    start = quantize(parameters, target.tensors, depths)
    # In the representation's order, whatever the caller's: a saved state goes by position.
    latent = {name: torch.from_numpy(parameters[name].copy()).to(target.device) for name in target.tensors}

    def straight_through(latent: Parameters) -> Parameters:
        return {name: _straight_through(values, start[name]) for name, values in latent.items()}

    descent = Descent(target, latent, schedule, straight_through, lambda latent: estimated_bits(latent, start))
    descend(descent, on_progress, checkpoint)
    return {name: rounded(values, start[name]) for name, values in to_numpy(latent).items()}


def _straight_through(values: torch.Tensor, tensor: QuantizedTensor) -> torch.Tensor:
    """Rounded forward, identity backward."""
    detached = values.detach()
    return values + (tensor.value(torch, tensor.round(torch, detached)) - detached)

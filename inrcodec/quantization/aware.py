"""Quantization-aware fine-tuning: descend on the error of the rounded parameters.

Rounding has no useful gradient, so it passes the gradient straight through (Bengio et al., 2013; for networks,
Jacob et al., CVPR 2018). Steps are those of post-training quantization of the starting parameters.
"""

from collections.abc import Callable

import numpy as np
import torch

from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.trainer import ONE_TORCH_THREAD, Descent, Parameters, Progress, Schedule, Target, to_numpy
from inrcodec.quantization.symbols import QuantizedTensor, largest_symbol
from inrcodec.quantization.uniform import quantize


@ONE_TORCH_THREAD
def fine_tune(
    target: Target,
    parameters: dict[str, np.ndarray],
    bits: int,
    schedule: Schedule,
    on_progress: Callable[[Progress], None] = lambda _: None,
    checkpoint: Checkpoint | None = None,
) -> dict[str, QuantizedTensor]:
    """Fine-tune float parameters for a bit depth and return them rounded.

    Args:
        schedule: its `first_rate` should be well under a fit's: parameters are to move by steps of the quantizer.
        on_progress: called after every step.
        checkpoint: where to keep the descent's state, every few seconds and at its end, and to go on from.

    Raises:
        ValueError: a parameter is not finite.
    """
    start = quantize(parameters, bits)
    steps = {name: tensor.step.value for name, tensor in start.items()}
    limits = {name: largest_symbol(tensor.bits) for name, tensor in start.items()}
    # In the representation's order, whatever the caller's: a saved state goes by position.
    latent = {
        name: torch.from_numpy(parameters[name].copy()).to(target.device).requires_grad_()
        for name in target.representation.shapes(target.channels)
    }

    def rounded(latent: Parameters) -> Parameters:
        return {name: _round(values, steps[name], limits[name]) for name, values in latent.items()}

    descent = Descent(target, latent, schedule, rounded)
    if checkpoint and (saved := checkpoint.load()):
        descent.restore(saved)
    for progress in descent:
        if checkpoint and (checkpoint.due() or progress.share >= 1):
            checkpoint.save(descent.state())
        on_progress(progress)
    return {
        name: QuantizedTensor(
            np.clip(np.rint(values.astype(np.float64) / steps[name]), -limits[name], limits[name]).astype(np.int64),
            start[name].step,
            start[name].bits,
        )
        for name, values in to_numpy(latent).items()
    }


def _round(values: torch.Tensor, step: float, limit: int) -> torch.Tensor:
    """Rounded forward, identity backward."""
    rounded = (values.detach() / step).round_().clamp_(-limit, limit).mul_(step)
    return values + (rounded - values.detach())

"""Quantization-aware fine-tuning: descend on the error of the rounded parameters.

Rounding has no useful gradient, so it passes the gradient straight through (Bengio et al., 2013; for networks,
Jacob et al., CVPR 2018). Settings are those of post-training quantization of the starting parameters, unless steps are
learnt along.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import torch

from inrcodec.fitting import learned_steps
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
    learn_steps: bool = False,
    kept: Mapping[str, np.ndarray] = MappingProxyType({}),
    start: dict[str, QuantizedTensor] | None = None,
) -> dict[str, QuantizedTensor]:
    """Fine-tune float parameters for rules and bit depths and return them rounded.

    Args:
        schedule: its `first_rate` should be well under a fit's: parameters are to move by steps of the quantizer.
        on_progress: called after every step.
        checkpoint: where to keep the descent's state, every few seconds and at its end, and to go on from.
        learn_steps: move the steps of the quantizer too, as `learned_steps` says; for rule `uniform`.
        kept: of some tensors, whose symbols may be other than zero: bool arrays by name.
        start: symbols to begin with and settings to keep, from a search before (Strümpler et al., ECCV 2022).

    Raises:
        ValueError: a parameter is not finite.
    """
    if start is None:
        start = quantize(parameters, target.tensors, depths)
    else:
        parameters = {name: tensor.values.astype(np.float32) for name, tensor in start.items()}
    # In the representation's order, whatever the caller's: a saved state goes by position.
    latent = {name: torch.from_numpy(parameters[name].copy()).to(target.device) for name in target.tensors}
    if learn_steps:
        latent |= learned_steps.beginning(start, target.device)
    masks = {name: torch.from_numpy(mask).to(target.device) for name, mask in kept.items()}

    def alive(latent: Parameters) -> Parameters:
        moving = {name: latent[name] for name in start}
        for name, mask in masks.items():
            moving[name] = torch.where(mask, latent[name], start[name].origin(torch, latent[name]))
        return moving

    def straight_through(latent: Parameters) -> Parameters:
        return {
            name: _straight_through(values, start[name], latent.get(learned_steps.key(name)))
            for name, values in alive(latent).items()
        }

    def bits(latent: Parameters) -> torch.Tensor:
        return estimated_bits(
            _place(values, start[name], latent.get(learned_steps.key(name))) for name, values in alive(latent).items()
        )

    descent = Descent(target, latent, schedule, straight_through, bits)
    descend(descent, on_progress, checkpoint)
    if learn_steps:
        said = {name: learned_steps.settings(float(latent[learned_steps.key(name)].detach())) for name in start}
        start = {name: replace(tensor, settings=said[name]) for name, tensor in start.items()}
    return {name: rounded(values, start[name]) for name, values in to_numpy(alive(latent)).items()}


def _place(values: torch.Tensor, tensor: QuantizedTensor, learned: torch.Tensor | None) -> torch.Tensor:
    """Where values lie among the symbols."""
    if learned is not None:
        return learned_steps.place(values - tensor.origin(torch, values), learned)
    return tensor.place(torch, values)


def _straight_through(values: torch.Tensor, tensor: QuantizedTensor, learned: torch.Tensor | None) -> torch.Tensor:
    """Rounded forward, identity backward."""
    if learned is not None:
        origin = tensor.origin(torch, values)
        return origin + learned_steps.straight_through(values - origin, learned, tensor.bits)
    detached = values.detach()
    return values + (tensor.value(torch, tensor.round(torch, detached)) - detached)

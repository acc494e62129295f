"""Rounding search: of every parameter, whether it goes to the symbol below or above.

AdaRound (Nagel et al., ICML 2020), which Strümpler et al. (ECCV 2022) brought to pictures as networks: a gate per
parameter, 0 for below and 1 for above, is moved by descent on the error of the whole function, and a term that grows
towards the end closes it. Nagel et al. look at a layer's output, one layer after another; a picture's function is small
enough to look at the picture.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.target import Parameters, Progress, Schedule, Target, to_numpy
from inrcodec.fitting.trainer import Descent, descend
from inrcodec.quantization.base import QuantizedTensor, largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.threads import ONE_TORCH_THREAD

STRETCH = 0.1
"""By which a gate's sigmoid reaches beyond 0 and 1, so that it can close."""
EXPONENTS = 8.0, 2.0
"""Of what open gates cost, 1 - |2 gate - 1|**exponent: at first only half-open ones are pushed, in the end all."""
OPEN_COST = 30.0
"""What half-open gates cost in all, in errors of the picture as it was fitted."""
GATE_RATE = 0.3
"""Adam's, of the gates' logits."""


@ONE_TORCH_THREAD
def search_rounding(
    target: Target,
    parameters: dict[str, np.ndarray],
    depths: Depths,
    schedule: Schedule,
    on_progress: Callable[[Progress], None] = lambda _: None,
    checkpoint: Checkpoint | None = None,
) -> dict[str, QuantizedTensor]:
    """Choose for float parameters the symbols below or above them.

    Args:
        schedule: steps, batches and objective; optimizer and rates are the search's own.
        on_progress: called after every step.
        checkpoint: where to keep the search's state, every few seconds and at its end, and to go on from.

    Raises:
        ValueError: a parameter is not finite, or the rule's symbols have no order.
    """
    start = quantize(parameters, target.tensors, depths)
    below, gates = {}, {}
    for name, tensor in start.items():
        values = torch.from_numpy(parameters[name]).to(target.device)
        largest = largest_symbol(tensor.bits)
        place = tensor.place(torch, values).clamp(-largest, largest)
        below[name] = place.floor().clamp(max=largest - 1)
        above = place - below[name]
        gates[name] = torch.log((above + STRETCH) / (1 + STRETCH - above))

    def effective(gates: Parameters) -> Parameters:
        return {name: tensor.value(torch, below[name] + _opened(gates[name])) for name, tensor in start.items()}

    def undecided(gates: Parameters) -> torch.Tensor:
        first, last = EXPONENTS
        exponent = first + (last - first) * descent.share
        return sum((1 - (2 * _opened(gate) - 1).abs().pow(exponent)).sum() for gate in gates.values())

    error = 10 ** (-target.psnr_db(effective(gates)) / 10)
    count = sum(gate.numel() for gate in gates.values())
    weight = OPEN_COST * error / count * target.width * target.height
    own = {"optimizer": "adam", "vector_rate": GATE_RATE, "restarts": 1, "first_rate": 1.0, "rate_weight": weight}
    descent = Descent(target, gates, replace(schedule, **own), effective, undecided)
    descend(descent, on_progress, checkpoint)
    chosen = {name: (_opened(torch.from_numpy(gate)) > 0.5).numpy() for name, gate in to_numpy(gates).items()}
    floors = to_numpy(below)
    return {
        name: replace(tensor, symbols=(floors[name] + chosen[name]).astype(np.int64)) for name, tensor in start.items()
    }


def _opened(logits: torch.Tensor) -> torch.Tensor:
    return (torch.sigmoid(logits) * (1 + 2 * STRETCH) - STRETCH).clamp(0, 1)

"""Steps of tensors: for each the one with the least distance + lambda bits per pixel.

As Cool-chic does it for its networks (Ladune et al., 2023): powers of two are tried, one tensor after another, those so
far quantized being used already.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import log2, sqrt
from typing import Any

import numpy as np
import torch

from inrcodec.fitting import latent_rate
from inrcodec.fitting.crops import part, tiling
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.fitting.target import Parameters, Target
from inrcodec.operations.fixed_point import PARAMETER_FRACTION_BITS
from inrcodec.quantization.base import QuantizedTensor, Rule
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import rounded
from inrcodec.threads import ONE_TORCH_THREAD, thread_count

FINEST, COARSEST = -12, 2
"""Steps as powers of two."""
MOST_CROPS = 12
"""Of which a picture's rate and distance are taken."""
WEIGHT_CROPS = 4
"""Of which what a weight brings is taken: enough for a few hundred."""


@ONE_TORCH_THREAD
@torch.no_grad()
def quantize(
    target: Target, parameters: dict[str, np.ndarray], depths: Depths, rate_weight: float, objective: str = "l2"
) -> dict[str, QuantizedTensor]:
    """Quantize a fitted function, uniformly; the grids of a pyramid are rounded already.

    Args:
        rate_weight: lambda of the loss, distance + lambda bits per pixel.
    """
    values = {name: torch.from_numpy(array).to(target.device) for name, array in parameters.items()}
    quantized = {}

    def attempt(name: str, kept: dict[Any, Any] | None, exponent: int) -> tuple[float, int, QuantizedTensor]:
        tensor = target.tensors[name]
        tried = candidate(parameters[name], tensor.base, depths.of(name, tensor.role), exponent)
        return cost(target, values, name, tried, rate_weight, objective, kept), -exponent, tried

    with ThreadPoolExecutor(thread_count(), initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for name in target.tensors:
            # While a synthesis changes, what it sees does not.
            kept = {} if name == "synthesis" else None
            tried = pool.map(partial(attempt, name, kept), range(FINEST, COARSEST + 1))
            *_, quantized[name] = min(tried, key=lambda item: item[:2])
            values = values | {name: as_torch(target, quantized[name])}
    return quantized


def cost(
    target: Target,
    values: Parameters,
    name: str,
    tensor: QuantizedTensor,
    rate_weight: float,
    objective: str,
    kept: dict[Any, Any] | None = None,
) -> float:
    """Bits of a tensor and of what depends on it: latents of a context network, else the distance / lambda.

    kept: what operations keep from one call to the next, see `operations.space.Real`.
    """
    changed, bits = values | {name: as_torch(target, tensor)}, code_length(tensor.symbols)
    if name == "context":
        return bits + latent_bits(target, changed, WEIGHT_CROPS)
    pixels = target.width * target.height
    return bits + distance(target, changed, objective, WEIGHT_CROPS, kept) / rate_weight * pixels


def as_torch(target: Target, tensor: QuantizedTensor) -> torch.Tensor:
    """What a tensor stands for, float32 on the target's device."""
    return torch.from_numpy(tensor.values.astype(np.float32)).to(target.device)


def candidate(values: np.ndarray, base: np.ndarray | None, depth: tuple[Rule, int], exponent: int) -> QuantizedTensor:
    """The nearest multiples of 2**exponent; what is beyond the range of symbols is cut, and its cost says so."""
    rule, bits = depth
    settings = {"shift": PARAMETER_FRACTION_BITS + exponent, "mantissa": 1}
    return rounded(values, QuantizedTensor(np.zeros(values.shape, np.int64), rule, bits, settings, base))


def code_length(symbols: np.ndarray) -> float:
    """Bits of symbols under a discrete Laplace distribution at its most likely scale (Inusah and Kozubowski, 2006)."""
    mean = float(np.abs(symbols).mean())
    if mean == 0:
        return 0.0
    ratio = laplace_ratio(mean)
    return symbols.size * (log2((1 + ratio) / (1 - ratio)) - mean * log2(ratio))


def laplace_ratio(mean: float) -> float:
    """Each magnitude's probability by the last's, in a discrete Laplace distribution with this mean of magnitudes."""
    return (sqrt(1 + mean * mean) - 1) / mean


def latent_bits(target: Target, values: Parameters, most_crops: int = MOST_CROPS) -> float:
    """Bits of the grids under the context network; of a large picture as its crops have it."""
    about, bits, pixels = target.representation, 0.0, 0
    for crop in tiling(target, most_crops):
        grids = [part(values[name], crop, level) for level, name in enumerate(reversed(target.grids))]
        network = values["context"]
        bits += latent_rate.rate(network, about.neighbours, about.context_features, grids, gradients=False).bits
        pixels += grids[0].numel()
    return bits * target.width * target.height / pixels


def distance(
    target: Target,
    values: Parameters,
    objective: str,
    most_crops: int = MOST_CROPS,
    kept: dict[Any, Any] | None = None,
) -> float:
    """The objective, samples rounded as the decoder does; of a large picture as its crops have it."""
    total, pixels, wanted = 0.0, 0, OBJECTIVES[objective]
    for rows, columns in tiling(target, most_crops):
        if min(rows.stop - rows.start, columns.stop - columns.start) < wanted.window_px:
            continue
        predicted = target.predict(values, target.x[columns], target.y[rows], kept)
        rounded_samples = as_decoded(predicted, target.maximum)
        original = target.samples[rows, columns]
        count = original.shape[0] * original.shape[1]
        total += count * float(wanted.distance(rounded_samples, original))
        pixels += count
    return total / pixels


def as_decoded(predicted: torch.Tensor, maximum: int) -> torch.Tensor:
    """Samples, in place, rounded as a decoder does."""
    return predicted.clamp_(0, 1).mul_(maximum).round_().div_(maximum)

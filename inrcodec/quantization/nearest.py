"""Post-training quantization: every parameter to the nearest one that its rule can say."""

from dataclasses import replace

import numpy as np

from inrcodec.operations.fixed_point import PARAMETER_FRACTION_BITS
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from inrcodec.representations.base import Tensor


def quantize(
    parameters: dict[str, np.ndarray], tensors: dict[str, Tensor], depths: Depths
) -> dict[str, QuantizedTensor]:
    """Round float parameters, with settings chosen so that none is clipped.

    Args:
        parameters: float arrays by name.
        tensors: what the representation declares of them.

    Raises:
        ValueError: a value is not finite, or beyond what its rule can say.
    """
    quantized = {}
    for name, tensor in tensors.items():
        rule, bits = depths.of(name, tensor.role)
        settings = rule.settings(difference(parameters[name], tensor.base), bits)
        like = QuantizedTensor(np.zeros(tensor.shape, np.int64), rule, bits, settings, tensor.base)
        quantized[name] = rounded(parameters[name], like)
    return quantized


def difference(values: np.ndarray, base: np.ndarray | None) -> np.ndarray:
    """Float values less the base, int64 in 2**-20, if there is one."""
    return values if base is None else values - base / (1 << PARAMETER_FRACTION_BITS)


def rounded(values: np.ndarray, like: QuantizedTensor) -> QuantizedTensor:
    """Float values as the symbols nearest to them under the rule and settings of `like`."""
    return replace(like, symbols=like.round(np, values.astype(np.float64)).astype(np.int64))

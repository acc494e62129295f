"""Post-training quantization: one uniform symmetric step per tensor, chosen so that no parameter is clipped."""

import numpy as np

from inrcodec.arithmetic.fixed_point import Step
from inrcodec.quantization.symbols import QuantizedTensor, largest_symbol

# Biases are under 3 % of the parameters and shift whole neurons: a few more bits for them cost next to nothing.
EXTRA_BIAS_BITS = 4


def tensor_bits(name: str, bits: int) -> int:
    """The bit depth of the tensor `name` in a file of `bits` bits."""
    return bits + EXTRA_BIAS_BITS if name.startswith("bias") else bits


def step_for(values: np.ndarray, bits: int) -> Step:
    """The smallest step with which `bits` bits reach every value; values of any shape and float dtype.

    Raises:
        ValueError: a value is not finite or beyond every step.
    """
    return Step.at_least(float(np.abs(values).max()) / largest_symbol(bits))


def quantize(parameters: dict[str, np.ndarray], bits: int) -> dict[str, QuantizedTensor]:
    """Round every tensor to the nearest multiple of its step.

    Args:
        parameters: float tensors by name; biases start with `bias`.
        bits: 2 to 16.

    Raises:
        ValueError: a tensor holds values that are not finite.
    """
    quantized = {}
    for name, values in parameters.items():
        depth = tensor_bits(name, bits)
        step = step_for(values, depth)
        symbols = np.rint(values.astype(np.float64) / step.value).astype(np.int64)
        quantized[name] = QuantizedTensor(symbols, step, depth)
    return quantized

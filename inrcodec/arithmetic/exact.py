"""The decoder's operations: integers only, so that every machine computes the same pixels.

Integers travel as float32 or float64 into matrix products, where BLAS is fast and their sums are exact (see
`fixed_point`), and as integers everywhere else.
"""

from typing import Any, NamedTuple

import numpy as np

from inrcodec.arithmetic import fixed_point as fp
from inrcodec.quantization.symbols import QuantizedTensor


class Layer(NamedTuple):
    """An affine layer in integers.

    `weight` (outputs, inputs): symbols, in the narrowest dtype that keeps the layer's sums exact; `scale`: the
    weights' step in 2**-20; `bias` (outputs,): int64 in 2**-32.
    """

    weight: Any
    scale: int
    bias: Any


class Preactivation(NamedTuple):
    """`sums * scale + bias`, in 2**-32: kept apart because each activation finishes it in its own cheapest way."""

    sums: Any
    scale: int
    bias: Any


class ExactOperations:
    """The operations of a representation's forward pass, on integers.

    Args:
        tensors: the file's parameters by name, `weight0, bias0, weight1, ...`.
        activation_maximum: the largest activation that a hidden layer passes on, in 2**-12.
        xp: an array namespace; NumPy, or torch through `array_api_compat`.

    Raises:
        ValueError: a layer's sums could leave the exact range.
    """

    def __init__(self, tensors: dict[str, QuantizedTensor], activation_maximum: int, xp: Any = np) -> None:
        self.xp = xp
        self.layers = [
            self._layer(tensors[f"weight{i}"], tensors[f"bias{i}"], activation_maximum)
            for i in range(len(tensors) // 2)
        ]
        self.sine_table = xp.asarray(fp.sine_table().astype(np.float32))

    def _layer(self, weight: QuantizedTensor, bias: QuantizedTensor, activation_maximum: int) -> Layer:
        largest_sum = int(np.abs(weight.symbols).sum(axis=1).max()) * max(activation_maximum, 1)
        fixed_bias = bias.symbols * (bias.step.units << (fp.PHASE_BITS - fp.PARAMETER_FRACTION_BITS))
        if largest_sum * weight.step.units + int(np.abs(fixed_bias).max()) >= fp.EXACT_FLOAT64:
            raise ValueError("the parameters leave the range of exact arithmetic")
        dtype = np.float32 if largest_sum < fp.EXACT_FLOAT32 else np.float64
        return Layer(self.xp.asarray(weight.symbols.astype(dtype)), weight.step.units, self.xp.asarray(fixed_bias))

    def first(self, x: np.ndarray, y: np.ndarray) -> Preactivation:
        """The first layer on every pair of a column's and a row's features, which it can take apart.

        `x` (width, features), `y` (height, features): int64 in 2**-20; sums (height, width, outputs) in 2**-32.
        """
        weight, scale, bias = self.layers[0]
        # At most 66 products of 20 and 15 bits: exact in float64, which has a BLAS where int64 has none.
        weight, features = np.asarray(weight, dtype=np.float64), x.shape[1]
        columns = _to_phase_units((x @ weight[:, :features].T).astype(np.int64) * scale)
        rows = _to_phase_units((y @ weight[:, features:].T).astype(np.int64) * scale) + np.asarray(bias)
        asarray = self.xp.asarray
        return Preactivation(asarray(rows)[:, None, :] + asarray(columns)[None, :, :], 1, 0)

    def affine(self, index: int, activations: Any) -> Preactivation:
        """Layer `index` on activations (..., inputs)."""
        weight, scale, bias = self.layers[index]
        return Preactivation(self.xp.astype(activations, weight.dtype, copy=False) @ weight.T, scale, bias)

    def sine(self, preactivation: Preactivation) -> Any:
        """sin(2 pi t) of pre-activations t in turns; float32 integers in 2**-12."""
        sums, scale, bias = preactivation
        shift = fp.PHASE_BITS - fp.SINE_TABLE_BITS
        rounding = bias + (1 << (shift - 1))
        if self.xp is np:
            return self.sine_table[_wrapped_phase(sums, scale, rounding) >> np.uint32(shift)]
        phase = self._integers(sums) * scale + rounding
        return self.sine_table[(phase >> shift) & ((1 << fp.SINE_TABLE_BITS) - 1)]

    def relu(self, preactivation: Preactivation) -> Any:
        """max(0, t), cut at 32767 / 4096; float32 integers in 2**-12."""
        value = self._values(preactivation)
        shift = fp.PHASE_BITS - fp.ACTIVATION_FRACTION_BITS
        rounded = (value + (1 << (shift - 1))) >> shift
        return self.xp.astype(self.xp.clip(rounded, 0, fp.RECTIFIED_MAXIMUM), self.xp.float32)

    def samples(self, preactivation: Preactivation, maximum: int) -> Any:
        """The output layer as samples: round((t + 1/2) maximum), cut to 0..maximum; int64."""
        half = 1 << (fp.PHASE_BITS - 1)
        value = self.xp.clip(self._values(preactivation), -half, half) * maximum
        return self.xp.clip((value + (maximum + 1) * half) >> fp.PHASE_BITS, 0, maximum)

    def _values(self, preactivation: Preactivation) -> Any:
        sums, scale, bias = preactivation
        return self._integers(sums) * scale + bias

    def _integers(self, sums: Any) -> Any:
        return self.xp.astype(sums, self.xp.int64)


def _wrapped_phase(sums: np.ndarray, scale: int, bias: np.ndarray | int) -> np.ndarray:
    """sums * scale + bias modulo one turn: 32-bit words overflow just there, and are five times quicker than int64."""
    exact = np.int32 if sums.dtype == np.float32 else np.int64
    phase = sums.astype(exact).astype(np.uint32)
    phase *= np.uint32(scale & 0xFFFFFFFF)
    phase += np.asarray(bias & 0xFFFFFFFF, dtype=np.uint32)
    return phase


def _to_phase_units(value: np.ndarray) -> np.ndarray:
    """From feature x parameter units (2**-40) to 2**-32, to nearest."""
    shift = fp.FEATURE_FRACTION_BITS + fp.PARAMETER_FRACTION_BITS - fp.PHASE_BITS
    return (value + (1 << (shift - 1))) >> shift

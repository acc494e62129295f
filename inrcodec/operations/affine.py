"""Affine maps: the first one, of coordinates' features, and all others, of activations."""

from typing import Any, NamedTuple

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Exact, Operation, Parameter, Preactivation, Real, Values

FEATURES_MAXIMUM = 1 << fp.FEATURE_FRACTION_BITS
"""Features are within +-1. They have more bits than activations: counted alike, their sums too stay exact."""


class Layer(NamedTuple):
    """An affine map in integers.

    `weight` (outputs, inputs): in the narrowest dtype that keeps the layer's sums exact; `scale`: the weights' units in
    2**-20, one or (outputs,); `bias` (outputs,): int64 in 2**-32.
    """

    weight: Any
    scale: Any
    bias: Any


def _layer(space: Exact, weight: str, bias: str | None, maximum: int) -> Layer:
    """Prepared once; `maximum`: of the integers that it is applied to.

    Raises:
        ValueError: its sums could leave the exact range.
    """
    return space.keep((weight, bias, maximum), lambda: _prepared(space, weight, bias, maximum))


def _prepared(space: Exact, weight: str, bias: str | None, maximum: int) -> Layer:
    integers, scale = space.parameters[weight]
    # In Python's integers, which do not overflow.
    sums = [maximum * int(total) for total in np.abs(integers).sum(axis=1)]
    fixed_bias = _fixed_bias(space.parameters[bias]) if bias else np.zeros(1, dtype=np.int64)
    largest = max(total * int(units) for total, units in zip(sums, np.broadcast_to(scale, len(sums)), strict=True))
    if largest + int(np.abs(fixed_bias).max()) >= fp.EXACT_FLOAT64:
        raise ValueError(f"{weight} leaves the range of exact arithmetic")
    dtype = np.float32 if max(sums) < fp.EXACT_FLOAT32 else np.float64
    asarray = space.xp.asarray
    units = asarray(scale) if isinstance(scale, np.ndarray) else scale
    return Layer(asarray(integers.astype(dtype)), units, asarray(fixed_bias))


def _fixed_bias(bias: Parameter) -> np.ndarray:
    return bias.integers * bias.units << (fp.PHASE_BITS - fp.PARAMETER_FRACTION_BITS)


def _affine_exact(space: Exact, weight: str, bias: str | None, values: Values) -> Preactivation:
    matrix, scale, fixed_bias = _layer(space, weight, bias, values.maximum)
    return Preactivation(space.xp.astype(values.array, matrix.dtype, copy=False) @ matrix.T, scale, fixed_bias)


def _affine_real(space: Real, weight: str, bias: str | None, values: Any) -> Any:
    from torch.nn.functional import linear

    return linear(values, space.parameters[weight], space.parameters[bias] if bias else None)


affine = Operation(_affine_exact, _affine_real)
"""affine(space, weight, bias, activations): W a + b on activations (..., inputs); `bias` may be None."""


def _first_exact(space: Exact, weight: str, bias: str | None, x: np.ndarray, y: np.ndarray) -> Preactivation:
    matrix, scale, fixed_bias = _layer(space, weight, bias, FEATURES_MAXIMUM)
    # Features have 20 bits behind the point: exact in float64, which has a BLAS where int64 has none.
    matrix, features = np.asarray(matrix, dtype=np.float64), x.shape[1]
    columns = _to_phase_units((x @ matrix[:, :features].T).astype(np.int64) * np.asarray(scale))
    rows = _to_phase_units((y @ matrix[:, features:].T).astype(np.int64) * np.asarray(scale)) + np.asarray(fixed_bias)
    asarray = space.xp.asarray
    return Preactivation(asarray(rows)[:, None, :] + asarray(columns)[None, :, :], 1, 0)


def _to_phase_units(value: np.ndarray) -> np.ndarray:
    """From feature x parameter units (2**-40) to 2**-32, to nearest."""
    shift = fp.FEATURE_FRACTION_BITS + fp.PARAMETER_FRACTION_BITS - fp.PHASE_BITS
    return (value + (1 << (shift - 1))) >> shift


def _first_real(space: Real, weight: str, bias: str | None, x: Any, y: Any) -> Any:
    matrix, features = space.parameters[weight], x.shape[1]
    columns, rows = x @ matrix[:, :features].T, y @ matrix[:, features:].T
    if bias:
        rows = rows + space.parameters[bias]
    return rows[:, None, :] + columns[None, :, :]


first = Operation(_first_exact, _first_real)
"""first(space, weight, bias, x, y): W (x, y) + b on every pair of a column's and a row's features.

x (width, features), y (height, features): int64 in 2**-20, within +-1, or floats; the result is (height, width,
outputs). Taken apart into a part of the column and one of the row, it costs next to nothing.
"""

"""Activations: each is one declaration, from which both of its forms follow.

Exactly, an activation is a table on its rounded argument; with gradients it is its formula. A new one is a line in
ACTIVATIONS; its place there, counted from 0, is its number in files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import tau
from typing import Any

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Exact, Operation, Preactivation, Real, Values

UNIT = 1 << fp.ACTIVATION_FRACTION_BITS


@dataclass(frozen=True)
class Activation:
    """A function of one variable t.

    Attributes:
        name: in configurations.
        formula: of an array namespace (NumPy's or torch's) and t.
        low, high: t is cut to this range; for `periodic` ones low is 0 and high the period, 1.
        index_bits: the table has 2**index_bits entries per unit of t.
        weight_scale: what He's or SIREN's bounds of initial weights are multiplied with (pre-activations in turns).
        source: where it comes from.
    """

    name: str
    formula: Callable[[Any, Any], Any]
    low: float
    high: float
    index_bits: int
    weight_scale: float
    source: str
    periodic: bool = False

    @property
    def entries(self) -> int:
        """How many entries the table has; the last stands for `high`, unless that is the next period's first."""
        return round((self.high - self.low) * (1 << self.index_bits)) + (not self.periodic)

    def arguments(self) -> np.ndarray:
        """t of every entry, float64."""
        return self.low + np.arange(self.entries) / (1 << self.index_bits)

    @cache  # noqa: B019 - there are only a few, and they live as long as the program
    def table(self) -> np.ndarray:
        """round(4096 f(t)) of every entry, int64, read-only; no value lies near a rounding boundary (a test)."""
        table = np.rint(UNIT * self.formula(np, self.arguments())).astype(np.int64)
        table.setflags(write=False)
        return table


SINE = Activation(
    "sine",
    lambda f, t: f.sin(tau * t),
    low=0.0,
    high=1.0,
    periodic=True,
    index_bits=14,
    weight_scale=1 / tau,
    source="SIREN, Sitzmann et al., NeurIPS 2020; pre-activations are in turns, 1 turn = 2 pi",
)
RELU = Activation(
    "relu",
    lambda f, t: t,
    low=0.0,
    high=32767 / 4096,
    index_bits=12,
    weight_scale=1.0,
    source="the rectifier, cut where activations end",
)
FINER = Activation(
    "finer",
    lambda f, t: f.sin(tau * t * (1 + tau / 30 * abs(t))),
    low=-8.0,
    high=8.0,
    index_bits=12,
    weight_scale=1 / tau,
    source="FINER, Liu et al., CVPR 2024: sin(omega (|x| + 1) x) with omega = 30 and t = omega x / 2 pi",
)
GABOR = Activation(
    "gabor",
    lambda f, t: f.cos(tau * t) * f.exp(-((tau * t) ** 2)),
    low=-1.0,
    high=1.0,
    index_bits=14,
    weight_scale=1 / tau,
    source="WIRE's real Gabor wavelet, Saragadam et al., CVPR 2023, with equal frequency and width",
)
ACTIVATIONS = {activation.name: activation for activation in (SINE, RELU, FINER, GABOR)}


def _activate_exact(space: Exact, activation: Activation, preactivation: Preactivation) -> Values:
    table, maximum = space.keep(activation.name, lambda: _look_up(space, activation))
    sums, scale, bias = preactivation
    shift = fp.PHASE_BITS - activation.index_bits
    rounding = 1 << (shift - 1)
    if activation.periodic and space.xp is np:
        index = _wrapped_phase(sums, scale, bias, rounding) >> np.uint32(shift)
    else:
        first = round(activation.low * (1 << activation.index_bits))
        index = space.integers(Preactivation(sums, scale, bias + (rounding - (first << shift)))) >> shift
        last = activation.entries - 1
        index = index & last if activation.periodic else space.xp.clip(index, 0, last)
    return Values(space.xp.astype(index, space.xp.float32) if table is None else table[index], maximum)


def _look_up(space: Exact, activation: Activation) -> tuple[Any, int]:
    """The table in float32, None for one that says its own index, which needs none; and the largest magnitude in it."""
    table = activation.table()
    is_index = np.array_equal(table, np.arange(len(table)))
    return None if is_index else space.xp.asarray(table.astype(np.float32)), int(np.abs(table).max())


def _wrapped_phase(sums: np.ndarray, scale: Any, bias: Any, rounding: int) -> np.ndarray:
    """sums * scale + bias modulo one turn: 32-bit words overflow just there, and are five times quicker than int64."""
    exact = np.int32 if sums.dtype == np.float32 else np.int64
    phase = sums.astype(exact).astype(np.uint32)
    phase *= np.asarray(scale & 0xFFFFFFFF).astype(np.uint32)
    phase += np.asarray((bias + rounding) & 0xFFFFFFFF).astype(np.uint32)
    return phase


def _activate_real(space: Real, activation: Activation, preactivation: Any) -> Any:
    import torch

    if not activation.periodic:
        preactivation = preactivation.clamp(activation.low, activation.high)
    return activation.formula(torch, preactivation)


activate = Operation(_activate_exact, _activate_real)
"""activate(space, activation, preactivation): the activation of every number."""


def sine_of_phase(phase: np.ndarray) -> np.ndarray:
    """Sine of integer phases in 2**-32 turns, by the nearest table entry; int64 numbers of 2**-12."""
    shift = fp.PHASE_BITS - SINE.index_bits
    return SINE.table()[((phase + (1 << (shift - 1))) >> shift) & (SINE.entries - 1)]

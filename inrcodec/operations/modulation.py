"""Periods and phases of neurons that are fixed, not learnt."""

from typing import Any

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Exact, Operation, Preactivation, Real

_DROPPED_BITS = 12
"""Of periods, so that the product with a pre-activation stays within 64 bits."""


def _modulate_exact(space: Exact, period: str, phase: str, preactivation: Preactivation) -> Preactivation:
    periods = space.xp.asarray(space.parameters[period].integers >> _DROPPED_BITS)
    turns = space.parameters[phase].integers << (fp.PHASE_BITS - fp.PARAMETER_FRACTION_BITS)
    shift = fp.PARAMETER_FRACTION_BITS - _DROPPED_BITS
    product = (space.integers(preactivation) * periods + (1 << (shift - 1))) >> shift
    return Preactivation(product, 1, space.xp.asarray(turns))


def _modulate_real(space: Real, period: str, phase: str, preactivation: Any) -> Any:
    return preactivation * space.parameters[period] + space.parameters[phase]


modulate = Operation(_modulate_exact, _modulate_real)
"""modulate(space, period, phase, preactivation): t times the neuron's period (0 to 2) plus its phase in turns."""

"""What quantization leaves of a tensor, and the rules by which a file turns it back into parameters.

How an encoder chooses the integers is its own business (`inrcodec.fitting.deciders`); a rule only says what they mean.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from inrcodec.bitstream.fields import Field
from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Parameter

MANTISSA = Field("mantissa", 1, fp.MAXIMUM_MANTISSA, "step = mantissa * 2**(shift - 20)")

Settings = dict[str, Any]
"""A rule's numbers for one tensor, as the header holds them: integers, or tuples of one integer per row."""


def largest_symbol(bits: int) -> int:
    """The largest magnitude of a symbol at a bit depth: symmetric, so one code word of 2**bits stays unused."""
    return (1 << (bits - 1)) - 1


class Rule(ABC):
    """A rule from symbols, integers within +-(2**(bits - 1) - 1), to parameters.

    `place`, `round` and `value` take NumPy arrays or torch tensors with their namespace, and keep to operations that
    both have: fine-tuning uses them inside a descent.
    """

    name: ClassVar[str]
    identifier: ClassVar[int]
    fields: ClassVar[tuple[Field, ...]] = ()
    """Its settings in the header, but for `shift`, which shares a byte with the entropy model."""
    per_row: ClassVar[frozenset[str]] = frozenset()
    """Names of fields that are there once for every row."""
    fixed_bits: ClassVar[int | None] = None
    """The one bit depth of its symbols, where that is no choice."""

    @abstractmethod
    def settings(self, values: np.ndarray, bits: int) -> Settings:
        """Settings with which `bits` bits reach every one of float values.

        Raises:
            ValueError: a value is not finite or beyond what the rule can say.
        """

    @abstractmethod
    def place(self, xp: Any, values: Any, settings: Settings, bits: int) -> Any:
        """Where values lie among the symbols: rounded, it is the nearest symbol but for the range; differentiable.

        Raises:
            ValueError: symbols of this rule have no order of magnitude to be between.
        """

    def round(self, xp: Any, values: Any, settings: Settings, bits: int) -> Any:
        """The nearest symbols, as floats."""
        largest = largest_symbol(bits)
        return xp.clip(xp.round(self.place(xp, values, settings, bits)), -largest, largest)

    @abstractmethod
    def value(self, xp: Any, symbols: Any, settings: Settings, bits: int) -> Any:
        """What symbols mean, as floats of the symbols' dtype."""

    @abstractmethod
    def parameter(self, symbols: np.ndarray, settings: Settings, bits: int) -> Parameter:
        """What symbols mean, exactly."""


@dataclass(frozen=True)
class QuantizedTensor:
    """A tensor as a file holds it: `symbols` int64 of any shape, and what they mean.

    `base`: int64 in 2**-20, of the same shape: what the parameters are differences to; None for 0.
    """

    symbols: np.ndarray
    rule: Rule
    bits: int
    settings: Settings
    base: np.ndarray | None = None

    def place(self, xp: Any, values: Any) -> Any:
        """Of float parameters, as `Rule.place`."""
        return self.rule.place(xp, values - self.origin(xp, values), self.settings, self.bits)

    def round(self, xp: Any, values: Any) -> Any:
        """Of float parameters, as `Rule.round`."""
        return self.rule.round(xp, values - self.origin(xp, values), self.settings, self.bits)

    def value(self, xp: Any, symbols: Any) -> Any:
        """The float parameters that other symbols would be, as `Rule.value`."""
        return self.rule.value(xp, symbols, self.settings, self.bits) + self.origin(xp, symbols)

    def origin(self, xp: Any, like: Any) -> Any:
        """The float parameters that symbols of 0 would be."""
        if self.base is None:
            return 0
        return xp.asarray(self.base / (1 << fp.PARAMETER_FRACTION_BITS), dtype=like.dtype, device=like.device)

    @property
    def parameter(self) -> Parameter:
        """The parameters that the decoder sees."""
        difference = self.rule.parameter(self.symbols, self.settings, self.bits)
        if self.base is None:
            return difference
        return Parameter(self.base + difference.integers * difference.units, 1)

    @property
    def values(self) -> np.ndarray:
        """The same as numbers, float64."""
        return self.parameter.values


def by_row(numbers: Sequence[int], symbols: Any, xp: Any) -> Any:
    """One number per first index, to multiply symbols with."""
    column = xp.asarray(numbers, dtype=symbols.dtype, device=symbols.device)
    return column.reshape(-1, *[1] * (symbols.ndim - 1))

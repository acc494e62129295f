"""Plain 16-bit floating-point numbers (IEEE 754 binary16), as COIN (Dupont et al., 2021) stores its weights."""

from typing import Any, ClassVar, final

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Parameter
from inrcodec.quantization.base import Rule, Settings

_FRACTION_BITS = 10
_DROPPED_BITS = 24 - fp.PARAMETER_FRACTION_BITS
"""The smallest numbers are 2**-24."""


@final
class Half(Rule):
    """A symbol's magnitude is the pattern of a binary16 number without its sign; its sign is the number's.

    The exponent of infinities and NaN is one like the others: `settings` gives none of them.
    """

    name: ClassVar[str] = "half"
    identifier: ClassVar[int] = 3
    fixed_bits: ClassVar[int | None] = 16

    def settings(self, values: np.ndarray, bits: int) -> Settings:
        if not np.isfinite(values).all() or np.abs(values).max() > np.finfo(np.float16).max:
            raise ValueError("a value is beyond 16-bit floating point")
        return {}

    def place(self, xp: Any, values: Any, settings: Settings, bits: int) -> Any:
        raise ValueError("half-precision numbers have no steps: their rate has no gradient")

    def round(self, xp: Any, values: Any, settings: Settings, bits: int) -> Any:
        if xp is np:
            patterns = np.abs(np.asarray(values, dtype=np.float16)).view(np.uint16)
            return np.sign(values) * patterns
        patterns = xp.abs(values).to(xp.float16).view(xp.int16)
        return xp.sign(values) * patterns

    def value(self, xp: Any, symbols: Any, settings: Settings, bits: int) -> Any:
        if xp is np:
            return np.sign(symbols) * np.abs(symbols).astype(np.uint16).view(np.float16).astype(symbols.dtype)
        return xp.sign(symbols) * xp.abs(symbols).to(xp.int16).view(xp.float16).to(symbols.dtype)

    def parameter(self, symbols: np.ndarray, settings: Settings, bits: int) -> Parameter:
        pattern = np.abs(symbols)
        exponent, fraction = pattern >> _FRACTION_BITS, pattern & ((1 << _FRACTION_BITS) - 1)
        # In the unit of the smallest numbers, of which a parameter's is 16; to nearest, halves upwards.
        magnitude = np.where(exponent > 0, (fraction + (1 << _FRACTION_BITS)) << np.maximum(exponent - 1, 0), fraction)
        return Parameter((np.sign(symbols) * magnitude + (1 << _DROPPED_BITS - 1)) >> _DROPPED_BITS, 1)

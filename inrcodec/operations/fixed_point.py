"""The numbers of the file format: integers with fixed binary points, so that decoding has no rounding to disagree on.

* a **parameter** is `symbol * step`, and a step is an integer number of 2**-20;
* a **feature** of a coordinate is an integer number of 2**-20;
* an **activation** is an integer number of 2**-12, within +-32767;
* a **pre-activation** is an integer number of 2**-32. The sine takes it in turns (1 turn = 2 pi), so its integer
  part means nothing and 32 bits hold it.

Sums of products of such integers stay below 2**53, so float64 matrix products (float32 ones below 2**24) are exact
in whatever order a BLAS adds them.
"""

from dataclasses import dataclass
from math import ceil

PARAMETER_FRACTION_BITS = 20
FEATURE_FRACTION_BITS = 20
ACTIVATION_FRACTION_BITS = 12
PHASE_BITS = 32

MAXIMUM_MANTISSA = 255
MAXIMUM_SHIFT = 24

EXACT_FLOAT32 = 1 << 24
EXACT_FLOAT64 = 1 << 53


@dataclass(frozen=True)
class Step:
    """A quantizer step of `mantissa << shift` units of 2**-20; mantissa in 1..255, shift in 0..24."""

    mantissa: int
    shift: int

    @property
    def units(self) -> int:
        """The step as an integer number of 2**-20."""
        return self.mantissa << self.shift

    @property
    def value(self) -> float:
        """The step as a number."""
        return self.units / (1 << PARAMETER_FRACTION_BITS)

    @classmethod
    def at_least(cls, value: float) -> "Step":
        """The smallest step that is not under `value`.

        Raises:
            ValueError: `value` is not finite or over the largest step.
        """
        for shift in range(MAXIMUM_SHIFT + 1):
            mantissa = value * (1 << PARAMETER_FRACTION_BITS) / (1 << shift)
            if mantissa <= MAXIMUM_MANTISSA:  # never true of nan
                return cls(max(1, ceil(mantissa)), shift)
        raise ValueError(f"no quantizer step reaches {value}")

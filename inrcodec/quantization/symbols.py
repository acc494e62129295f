"""What quantization leaves of a tensor: integers and the step that gives them their size."""

from dataclasses import dataclass

import numpy as np

from inrcodec.arithmetic.fixed_point import Step


@dataclass(frozen=True)
class QuantizedTensor:
    """`symbols * step`: symbols int64 of any shape, within +-(2**(bits-1) - 1)."""

    symbols: np.ndarray
    step: Step
    bits: int

    @property
    def values(self) -> np.ndarray:
        """The parameters that the decoder sees, float64."""
        return self.symbols * self.step.value


def largest_symbol(bits: int) -> int:
    """The largest magnitude of a symbol at a bit depth: symmetric, so one code word of 2**bits stays unused."""
    return (1 << (bits - 1)) - 1

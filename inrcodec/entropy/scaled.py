"""Discrete Laplace and Gaussian distributions, P(k) proportional to r**|k| and r**(k**2), in integers.

Laplace: Inusah and Kozubowski, 2006. Tables are computed without floating point but for one ratio each, so encoder and
decoder agree on every machine.
"""

from abc import abstractmethod
from functools import lru_cache
from typing import ClassVar, final

import numpy as np

from inrcodec.bitstream.fields import Field, Reader, write_field
from inrcodec.entropy.base import Model, Settings, normalized

SCALES = 256
_RATIO_BITS = 24
_PEAK_BITS = 32
_FIELD = Field("scale", 0, SCALES - 1, "index of the model's scale, 2**(scale / 16 - 2) symbols")


class Scaled(Model):
    """A symmetric distribution around 0 with one scale, 2**(index / 16 - 2) symbols."""

    def settings(self, symbols: np.ndarray, largest: int) -> Settings:
        """The cost is unimodal in the scale, so a search from the maximum-likelihood guess finds its minimum."""
        index = int(np.clip(round(16 * (np.log2(max(self.spread(symbols), 1e-3)) + 2)), 0, SCALES - 1))
        best = self.code_bits(symbols, {"scale": index}, largest)
        for direction in (1, -1):
            while 0 <= index + direction < SCALES:
                cost = self.code_bits(symbols, {"scale": index + direction}, largest)
                if cost >= best:
                    break
                index, best = index + direction, cost
        return {"scale": index}

    @abstractmethod
    def spread(self, symbols: np.ndarray) -> float:
        """The maximum-likelihood scale in symbols."""

    def write(self, settings: Settings, largest: int) -> bytes:
        return write_field(_FIELD, settings["scale"])

    def read(self, reader: Reader, section: str, largest: int) -> Settings:
        return {"scale": reader.field(section, _FIELD)}


def _mirrored(tail: np.ndarray) -> np.ndarray:
    largest = len(tail)
    return normalized(np.concatenate([tail[::-1], [1 << _PEAK_BITS], tail]), largest)


@lru_cache(maxsize=16)  # of up to 8 MiB each
def laplace_frequencies(scale_index: int, largest: int) -> np.ndarray:
    """Frequencies of the symbols -largest..largest under r**|k|, r = exp(-1 / scale) in 2**-24."""
    ratio = round((1 << _RATIO_BITS) * float(np.exp(-(2.0 ** (2 - scale_index / 16)))))
    tail, weight = np.zeros(largest, dtype=np.int64), 1 << _PEAK_BITS
    for k in range(largest):
        weight = weight * ratio >> _RATIO_BITS
        if weight == 0:
            break
        tail[k] = weight
    return _mirrored(tail)


@lru_cache(maxsize=16)
def gaussian_frequencies(scale_index: int, largest: int) -> np.ndarray:
    """Frequencies of the symbols -largest..largest under r**(k**2), r = exp(-1 / (2 scale**2)) in 2**-32."""
    ratio = round((1 << _PEAK_BITS) * float(np.exp(-(2.0 ** (3 - scale_index / 8)))))
    tail, weight, step = np.zeros(largest, dtype=np.int64), 1 << _PEAK_BITS, ratio
    squared = ratio * ratio >> _PEAK_BITS
    for k in range(largest):  # from k**2 to (k + 1)**2 it is r**(2 k + 1)
        weight = weight * step >> _PEAK_BITS
        if weight == 0:
            break
        tail[k] = weight
        step = step * squared >> _PEAK_BITS
    return _mirrored(tail)


@final
class Laplace(Scaled):
    """r**|k|: most weights of small networks look like it."""

    name: ClassVar[str] = "laplace"
    identifier: ClassVar[int] = 0

    def spread(self, symbols: np.ndarray) -> float:
        return float(np.abs(symbols).mean())

    def table(self, settings: Settings, largest: int) -> tuple[int, np.ndarray]:
        return -largest, laplace_frequencies(settings["scale"], largest)


@final
class Gaussian(Scaled):
    """r**(k**2)."""

    name: ClassVar[str] = "gaussian"
    identifier: ClassVar[int] = 1

    def spread(self, symbols: np.ndarray) -> float:
        return float(np.sqrt(np.square(symbols.astype(np.float64)).mean()))

    def table(self, settings: Settings, largest: int) -> tuple[int, np.ndarray]:
        return -largest, gaussian_frequencies(settings["scale"], largest)

"""What every entropy model of a tensor's symbols says: how likely each symbol is, in integers."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from inrcodec.bitstream.fields import Reader

PRECISION_BITS = 24
"""Frequencies of a table add up to 2**24: constriction's precision."""
Settings = dict[str, Any]


class Model(ABC):
    """A static model of independent symbols, integers within +-largest.

    `identifier`: its number in files, 0 to 7.
    """

    name: ClassVar[str]
    identifier: ClassVar[int]

    @abstractmethod
    def settings(self, symbols: np.ndarray, largest: int) -> Settings:
        """The settings that cost fewest bits for int64 symbols of any shape."""

    def is_worth_trying(self, symbols: np.ndarray) -> bool:
        """Whether it could be the cheapest for these symbols."""
        return True

    @abstractmethod
    def write(self, settings: Settings, largest: int) -> bytes:
        """Settings as a header holds them."""

    @abstractmethod
    def read(self, reader: Reader, section: str, largest: int) -> Settings:
        """Settings out of a header.

        Raises:
            BitstreamError: they are cut short or illegal.
        """

    @abstractmethod
    def table(self, settings: Settings, largest: int) -> tuple[int, np.ndarray]:
        """The lowest symbol that is coded, and frequencies from it on: int64, at least 1, in all 2**24, read-only."""

    def bits(self, symbols: np.ndarray, settings: Settings, largest: int) -> float:
        """What symbols cost: header and ideal code length, in bits."""
        return 8 * len(self.write(settings, largest)) + self.code_bits(symbols, settings, largest)

    def code_bits(self, symbols: np.ndarray, settings: Settings, largest: int) -> float:
        """The ideal code length of symbols, in bits."""
        lowest, table = self.table(settings, largest)
        counts = np.bincount((symbols - lowest).ravel(), minlength=len(table))
        return float(-(counts * np.log2(table / (1 << PRECISION_BITS))).sum())


def normalized(weights: np.ndarray, peak: int) -> np.ndarray:
    """Frequencies 1 + w (2**24 - N) // sum(w) of N integer weights; what is left goes to index `peak`; read-only."""
    free = (1 << PRECISION_BITS) - len(weights)
    table = 1 + weights * free // int(weights.sum())
    table[peak] += (1 << PRECISION_BITS) - table.sum()
    table.setflags(write=False)
    return table


def entropy_bits(symbols: np.ndarray) -> float:
    """The empirical entropy times the number of symbols: the bound for codes that know the histogram, in bits."""
    counts = np.unique(symbols, return_counts=True)[1]
    return float(-(counts * np.log2(counts / counts.sum())).sum())

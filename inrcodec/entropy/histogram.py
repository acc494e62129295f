"""The symbols' own histogram, sent along: for small alphabets and shapes that no formula has."""

from functools import lru_cache
from typing import ClassVar, final

import numpy as np

from inrcodec.bitstream.fields import Field, Reader, write_field
from inrcodec.entropy.base import Model, Settings, normalized

MAXIMUM_COUNT = (1 << 14) - 1
_COUNT = Field("count", 0, MAXIMUM_COUNT, "how often a symbol is there, relative to the others", varint=True)


def _fields(largest: int) -> tuple[Field, Field]:
    """For the lowest symbol, counted from the lowest of all, and for how many there are."""
    alphabet = 2 * largest + 1
    return (
        Field("lowest", 0, alphabet - 1, "lowest symbol that is there, counted from the lowest of all", varint=True),
        Field("symbols", 1, alphabet, "how many from there on", varint=True),
    )


@lru_cache(maxsize=16)
def _table(counts: tuple[int, ...]) -> np.ndarray:
    weights = np.array(counts, dtype=np.int64)
    return normalized(weights + (weights.sum() == 0), int(np.argmax(weights)))


@final
class Histogram(Model):
    """Frequencies 1 + count (2**24 - N) // sum from the lowest symbol to the highest one, N symbols."""

    name: ClassVar[str] = "histogram"
    identifier: ClassVar[int] = 2

    def settings(self, symbols: np.ndarray, largest: int) -> Settings:
        lowest = int(symbols.min())
        counts = np.bincount((symbols - lowest).ravel())
        # Larger counts are scaled down, but none that is there to nothing.
        scale = max(1.0, counts.max() / MAXIMUM_COUNT)
        scaled = np.where(counts > 0, np.maximum(1, np.floor(counts / scale)), 0).astype(np.int64)
        return {"lowest": lowest + largest, "counts": tuple(map(int, scaled))}

    def is_worth_trying(self, symbols: np.ndarray) -> bool:
        return int(symbols.max()) - int(symbols.min()) < symbols.size

    def write(self, settings: Settings, largest: int) -> bytes:
        lowest, number = _fields(largest)
        head = write_field(lowest, settings["lowest"]) + write_field(number, len(settings["counts"]))
        return head + b"".join(write_field(_COUNT, count) for count in settings["counts"])

    def read(self, reader: Reader, section: str, largest: int) -> Settings:
        lowest, number = _fields(largest)
        start = reader.field(section, lowest)
        rest = Field(number.name, 1, 2 * largest + 1 - start, number.meaning, varint=True)
        counts = tuple(reader.field(section, _COUNT) for _ in range(reader.field(section, rest)))
        return {"lowest": start, "counts": counts}

    def table(self, settings: Settings, largest: int) -> tuple[int, np.ndarray]:
        return settings["lowest"] - largest, _table(settings["counts"])

"""Every symbol alike: what no entropy coding at all would cost."""

from functools import lru_cache
from typing import ClassVar, final

import numpy as np

from inrcodec.bitstream.fields import Reader
from inrcodec.entropy.base import Model, Settings, normalized


@lru_cache(maxsize=16)
def _table(largest: int) -> np.ndarray:
    return normalized(np.ones(2 * largest + 1, dtype=np.int64), largest)


@final
class Raw(Model):
    """All symbols equally likely."""

    name: ClassVar[str] = "raw"
    identifier: ClassVar[int] = 3

    def settings(self, symbols: np.ndarray, largest: int) -> Settings:
        return {}

    def write(self, settings: Settings, largest: int) -> bytes:
        return b""

    def read(self, reader: Reader, section: str, largest: int) -> Settings:
        return {}

    def table(self, settings: Settings, largest: int) -> tuple[int, np.ndarray]:
        return -largest, _table(largest)

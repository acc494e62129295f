"""General-purpose compressors on the integers of a file, for comparison with entropy models that know what they are.

Both look for repeated strings of bytes and code what is left with adaptive statistics: LZMA as in xz, brotli as in
RFC 7932. Both are set to their strongest.
"""

import lzma
from collections.abc import Callable, Iterable

import brotli
import numpy as np

from inrcodec.quantization.base import QuantizedTensor, largest_symbol

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "xz": lambda data: lzma.compress(data, check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME),
    "brotli": lambda data: brotli.compress(data, quality=11),
}
"""From bytes to fewer, by name."""


def packed(tensors: Iterable[QuantizedTensor]) -> bytes:
    """Every symbol in as many bits as its tensor has, the highest bit first, without gaps; the last byte is filled up.

    Symbols are counted from the lowest one.
    """
    bits = [
        (tensor.symbols.reshape(-1, 1) + largest_symbol(tensor.bits) >> np.arange(tensor.bits)[::-1]) & 1
        for tensor in tensors
    ]
    return np.packbits(np.concatenate([part.ravel() for part in bits]).astype(np.uint8)).tobytes()


def whole_bytes(tensors: Iterable[QuantizedTensor]) -> bytes:
    """Every symbol as a signed byte; two, little-endian, in tensors of more than 8 bits."""
    return b"".join(tensor.symbols.astype("<i1" if tensor.bits <= 8 else "<i2").tobytes() for tensor in tensors)


LAYOUTS: dict[str, Callable[[Iterable[QuantizedTensor]], bytes]] = {"packed": packed, "bytes": whole_bytes}
"""From symbols to what compressors take, by name."""

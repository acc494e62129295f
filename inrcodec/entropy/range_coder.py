"""Range coding of symbol arrays, by constriction (Bamler, 2022): one queue of 32-bit words per file."""

from collections.abc import Sequence

import constriction
import numpy as np

from inrcodec.entropy.laplace import frequencies

Coded = tuple[np.ndarray, int, int]
"""Symbols (int64, flat), their scale index, their largest magnitude."""


def encode(tensors: Sequence[Coded]) -> bytes:
    """Code all symbols in order; little-endian 32-bit words."""
    encoder = constriction.stream.queue.RangeEncoder()
    for symbols, scale_index, largest in tensors:
        encoder.encode((symbols.ravel() + largest).astype(np.int32), _model(scale_index, largest))
    return encoder.get_compressed().astype("<u4").tobytes()


def decode(data: bytes, tensors: Sequence[tuple[int, int, int]]) -> list[np.ndarray]:
    """Decode (count, scale index, largest) for every tensor; int64 arrays (count,).

    Most words decode to some symbols: whether they are the right ones is for the file's checksum to say.

    Raises:
        AssertionError: words that no symbols encode to.
    """
    decoder = constriction.stream.queue.RangeDecoder(np.frombuffer(data, dtype="<u4").astype(np.uint32))
    return [
        decoder.decode(_model(scale_index, largest), count).astype(np.int64) - largest
        for count, scale_index, largest in tensors
    ]


def _model(scale_index: int, largest: int) -> constriction.stream.model.Categorical:
    """constriction's model with exactly our frequencies.

    It turns probabilities p into frequencies 1 + p (2**24 - n) / sum(p), accumulated and rounded down; with
    p = frequency - 1 every term is a whole number.
    """
    return constriction.stream.model.Categorical(
        (frequencies(scale_index, largest) - 1).astype(np.float64), perfect=False
    )

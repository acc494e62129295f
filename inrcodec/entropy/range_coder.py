"""Range coding of symbol arrays, by constriction (Bamler, 2022): one queue of 32-bit words per file."""

from collections.abc import Iterable, Sequence

import constriction
import numpy as np

Coded = tuple[np.ndarray, int, np.ndarray]
"""Symbols (int64, flat), the lowest symbol of their table, frequencies from it on."""


Encoder = constriction.stream.queue.RangeEncoder
Decoder = constriction.stream.queue.RangeDecoder


def encode(encoder: Encoder, tensors: Sequence[Coded]) -> None:
    """Append all symbols in order."""
    for symbols, lowest, frequencies in tensors:
        if len(frequencies) > 1:
            encoder.encode((symbols.ravel() - lowest).astype(np.int32), _model(frequencies))


def words(encoder: Encoder) -> bytes:
    """What was appended, as little-endian 32-bit words."""
    return encoder.get_compressed().astype("<u4").tobytes()


def decoder(data: bytes) -> Decoder:
    """At the beginning of such words."""
    return Decoder(np.frombuffer(data, dtype="<u4").astype(np.uint32))


def decode(decoder: Decoder, tensors: Iterable[tuple[int, int, np.ndarray]]) -> list[np.ndarray]:
    """Decode (count, lowest, frequencies) for every tensor; int64 arrays (count,).

    A table of one symbol takes no bits. Most words decode to some symbols: whether they are the right ones is for the
    file's checksum to say.

    Raises:
        AssertionError: words that no symbols encode to.
    """
    return [
        decoder.decode(_model(frequencies), count).astype(np.int64) + lowest
        if len(frequencies) > 1
        else np.full(count, lowest, dtype=np.int64)
        for count, lowest, frequencies in tensors
    ]


def _model(frequencies: np.ndarray) -> constriction.stream.model.Categorical:
    """constriction's model with exactly our frequencies.

    It turns probabilities p into frequencies 1 + p (2**24 - n) / sum(p), accumulated and rounded down; with
    p = frequency - 1 every term is a whole number.
    """
    return constriction.stream.model.Categorical((frequencies - 1).astype(np.float64), perfect=False)

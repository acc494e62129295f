"""Decode a file of any codec by its own first bytes."""

import numpy as np

from inrcodec.baselines import classical
from inrcodec.bitstream.header import MAGIC
from inrcodec.decoding.decoder import decode


def decode_any(data: bytes) -> np.ndarray:
    """Decode an .inr file or a classical codec's to (height, width, 3) uint8.

    Raises:
        BitstreamError: a damaged .inr file.
        InputError: neither .inr nor a picture of a known codec.
    """
    return decode(data) if data.startswith(MAGIC) else classical.decode(data)

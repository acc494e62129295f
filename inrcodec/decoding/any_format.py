"""Decode a file of any codec by its own first bytes."""

import io
from typing import TYPE_CHECKING

import numpy as np

from inrcodec.bitstream.header import MAGIC

if TYPE_CHECKING:
    from inrcodec.decoding.decoder import Limits


def decode_any(data: bytes, limits: "Limits | None" = None) -> np.ndarray:
    """Decode an .inr file, or any other picture file, to (height, width, 1 to 4 channels) uint8 or uint16.

    Args:
        limits: of an .inr file; Pillow has its own.

    Raises:
        BitstreamError: a damaged .inr file.
        InputError: neither .inr nor a picture that `inrcodec.images.load` reads.
    """
    # Each where it is used: a study decodes thousands of files by short-lived processes, each of one kind.
    if data.startswith(MAGIC):
        from inrcodec.decoding.decoder import decode

        return decode(data)
    from inrcodec.images import load

    return load(io.BytesIO(data))

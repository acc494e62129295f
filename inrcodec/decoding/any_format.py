"""Decode a file of any codec by its own first bytes."""

import numpy as np

from inrcodec.bitstream.header import MAGIC


def decode_any(data: bytes, module: type | None = None) -> np.ndarray:
    """Decode an .inr file or a classical codec's to (height, width, 3) uint8.

    Args:
        module: the class behind an .inr file that is not portable.

    Raises:
        BitstreamError: a damaged .inr file.
        InputError: neither .inr nor a picture of a known codec.
    """
    # Each where it is used: a study decodes thousands of files by short-lived processes, each of one kind.
    if data.startswith(MAGIC):
        from inrcodec.decoding.decoder import decode

        return decode(data, module=module)
    from inrcodec.baselines.classical import decode as decode_classical

    return decode_classical(data)

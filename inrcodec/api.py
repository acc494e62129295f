"""The Python interface: pictures and files in and out, NumPy arrays in between."""

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from inrcodec.bitstream import container
from inrcodec.decoding import decoder
from inrcodec.decoding.decoder import Limits
from inrcodec.files import InputError
from inrcodec.fitting.presets import Preset
from inrcodec.fitting.presets import preset as preset_named
from inrcodec.images import load

File = bytes | bytearray | memoryview | str | os.PathLike[str]


def encode(
    picture: np.ndarray | str | os.PathLike[str],
    *,
    preset: str | Preset = "tutorial",
    seconds: float | None = None,
    seed: int = 0,
    on_progress: Callable[[str, Any], None] = lambda stage, progress: None,
) -> bytes:
    """Encode a picture; torch is imported here and not before.

    Args:
        picture: a path, or an array (height, width) or (height, width, channels): uint8 or uint16; 1 to 4 channels
            are grey, grey and alpha, RGB, RGBA, in sRGB.
        preset: a name among `inrcodec.fitting.presets.PRESETS`, or a Preset.
        seconds: fit this long instead of the preset's steps; the bytes then depend on the machine's speed.
        seed: of initial parameters and batches; the same seed on the same machine gives the same bytes.
        on_progress: called with the stage and an `inrcodec.fitting.trainer.Progress` after every step.

    Raises:
        InputError: the picture cannot be read or encoded, or there is no such preset.
        ImportError: torch is not installed.
    """
    array = _checked(picture) if isinstance(picture, np.ndarray) else load(picture)
    chosen = preset_named(preset) if isinstance(preset, str) else preset
    from inrcodec.fitting import encoder

    return encoder.encode(array, chosen, seconds, seed, on_progress)


def decode(
    file: File,
    *,
    size: tuple[int, int] | None = None,
    region: tuple[int, int, int, int] | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
) -> np.ndarray:
    """Decode bytes or a path to (height, width, channels) uint8, or uint16 for 16-bit pictures.

    Arguments and errors are those of `inrcodec.decoding.decoder.decode`; a missing file raises OSError.
    """
    return decoder.decode(_bytes(file), size, region, limits, on_progress)


def info(file: File) -> dict[str, Any]:
    """What a file says of itself, without decoding its parameters: size, function, bytes, bits per pixel.

    Raises:
        BitstreamError: the file is damaged or not one of ours.
    """
    layout = container.parse(_bytes(file))
    return {
        "width": layout.width,
        "height": layout.height,
        "channels": layout.channels,
        "sample_bits": layout.sample_bits,
        "representation": layout.representation.name,
        **asdict(layout.representation),
        "bits": layout.bits,
        "parameters": layout.parameters,
        "header_bytes": layout.header_bytes,
        "payload_bytes": len(layout.payload),
        "file_bytes": layout.file_bytes,
        "bpp": 8 * layout.file_bytes / (layout.width * layout.height),
    }


def _bytes(file: File) -> bytes:
    return Path(file).read_bytes() if isinstance(file, str | os.PathLike) else bytes(file)


def _checked(array: np.ndarray) -> np.ndarray:
    if array.ndim == 2:
        array = array[..., None]
    accepted = array.ndim == 3 and 1 <= array.shape[2] <= 4 and array.size and array.dtype in (np.uint8, np.uint16)
    if not accepted:
        wanted = "(height, width) or (height, width, 1 to 4), uint8 or uint16, not empty"
        raise InputError(f"picture is {array.shape} {array.dtype}, accepted are {wanted}")
    return array

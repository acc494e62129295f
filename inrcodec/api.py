"""The Python interface: pictures and files in and out, NumPy arrays in between."""

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from inrcodec.bitstream import container
from inrcodec.decoding import decoder
from inrcodec.decoding.decoder import Limits
from inrcodec.decoding.grid import MAXIMUM_SIDE_PX
from inrcodec.files import InputError
from inrcodec.fitting.presets import EFFORT, EFFORTS, QUALITY, Preset, check_options, preset_for, rate_weight
from inrcodec.images import load

File = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO
Picture = np.ndarray | Image.Image | File


def encode(
    picture: Picture,
    *,
    quality: float | None = None,
    effort: int | None = None,
    bpp: float | None = None,
    file_bytes: int | None = None,
    prior: bool = True,
    preset: str | Preset | None = None,
    seconds: float | None = None,
    seed: int = 0,
    on_progress: Callable[[str, Any], bool | None] = lambda stage, progress: None,
) -> bytes:
    """Encode a picture; torch is imported here and not before.

    Args:
        picture: what `inrcodec.images.load` reads (a path, a file's bytes, a binary file object, a PIL image), or an
            array (height, width) or (height, width, channels): uint8 or uint16; 1 to 4 channels are grey, grey and
            alpha, RGB, RGBA, in sRGB; at most 2**20 pixels a side.
        quality: 0 to 100 (75); 90 looks like the original, 30 is a thumbnail's.
        effort: 1 to 9 (4): how long to search for a smaller file; each takes twice as long as the one before.
        bpp, file_bytes: the size wanted instead of a quality, in bits per pixel or bytes; one of them at most. Met
            within 2 % where the picture can use as much, and a header and the networks take no more.
        prior: begin a short search, to effort 4, with networks that were learnt from other photographs, and code the
            difference to them; False is always the pure overfit.
        preset: a tutorial's network instead, which has neither quality nor effort nor a size: a name among
            `inrcodec.fitting.presets.PRESETS`, whose layers are narrower for small pictures, or a Preset, taken as it
            is.
        seconds: above 0: fit this long, whatever effort or preset say; the bytes then depend on the machine's speed.
            Coding what was found comes on top, and so does meeting a size.
        seed: 0 to 2**32 - 1, of initial parameters and batches; the same seed on the same machine gives the same bytes.
        on_progress: called with the stage and an `inrcodec.fitting.target.Progress` after every step; if it
            returns True the search ends, and the file is what there is (not with a preset).

    The file of a picture of a few dozen pixels is larger than its samples: its header alone takes some 70 bytes.

    Raises:
        InputError: the picture cannot be read or encoded, or an option is not accepted; found before any fitting.
        ImportError: torch is not installed.
    """
    check_options(
        quality=quality,
        effort=effort,
        bpp=bpp,
        file_bytes=file_bytes,
        prior=prior,
        preset=preset,
        seconds=seconds,
        seed=seed,
    )
    how = {"quality": quality, "effort": effort, "bpp": bpp, "file_bytes": file_bytes}
    check_together(preset, {name for name, value in how.items() if value is not None} | (set() if prior else {"prior"}))
    array = _checked(picture if isinstance(picture, np.ndarray) else load(picture))
    limit_s = None if seconds is None else float(seconds)
    if preset is None:
        from inrcodec.fitting import pyramid_encoder

        size = file_bytes if bpp is None else max(1, round(bpp * array.shape[0] * array.shape[1] / 8))
        weight, steps = rate_weight(QUALITY if quality is None else quality), EFFORTS[(effort or EFFORT) - 1]
        wish = pyramid_encoder.Wish(weight, steps, limit_s, size, prior)
        return pyramid_encoder.encode(array, wish, int(seed), on_progress)
    from inrcodec.fitting import encoder

    chosen = preset_for(preset, array) if isinstance(preset, str) else preset
    return encoder.encode(array, chosen, limit_s, int(seed), on_progress)


def decode(
    file: File,
    *,
    size: tuple[int, int] | None = None,
    region: tuple[int, int, int, int] | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
    module: type | None = None,
) -> np.ndarray:
    """Decode a file to (height, width, channels) uint8, or uint16 for 16-bit pictures.

    `file` is its path, its bytes or a binary file object; other arguments and errors are those of
    `inrcodec.decoding.decoder.decode`; a missing file raises OSError.
    """
    return decoder.decode(_bytes(file), size, region, limits, on_progress, module)


def info(file: File) -> dict[str, Any]:
    """What a file says of itself, without decoding its parameters: size, function, bytes, bits per pixel.

    `file` is its path, its bytes or a binary file object.

    Raises:
        InputError: `file` is something else.
        OSError: it cannot be read.
        BitstreamError: the file is damaged or not one of ours.
    """
    layout = container.parse(_bytes(file))
    return {
        "width": layout.width,
        "height": layout.height,
        "channels": layout.channels,
        "sample_bits": layout.sample_bits,
        "colour": layout.colour.name,
        "representation": layout.representation.name,
        **asdict(layout.representation),
        "rule": layout.depths.rule,
        "bits": layout.bits,
        "parameters": layout.parameters,
        "header_bytes": layout.header_bytes,
        "payload_bytes": len(layout.payload),
        "file_bytes": layout.file_bytes,
        "bpp": 8 * layout.file_bytes / (layout.width * layout.height),
    }


def _bytes(file: File) -> bytes:
    if isinstance(file, str | os.PathLike):
        return Path(file).read_bytes()
    content = file.read() if hasattr(file, "read") else file
    try:
        return bytes(memoryview(content))
    except TypeError:
        wanted = "a path, bytes, a file opened for reading bytes"
        raise InputError(f"file is of type {type(file).__name__}, accepted are {wanted}") from None


def check_together(preset: str | Preset | None, given: set[str]) -> None:
    """Raise an InputError where options exclude each other."""
    if preset is not None and given:
        raise InputError(f"a preset is a network and its steps: it has no {' and no '.join(sorted(given))}")
    if len(sizes := sorted(given - {"effort", "prior"})) > 1:
        raise InputError(f"{' and '.join(sizes)} are given, accepted is one of them")


def _checked(array: np.ndarray) -> np.ndarray:
    """(height, width, channels)."""
    if array.ndim == 2:
        array = array[..., None]
    samples = array.dtype.newbyteorder("=")
    accepted = array.ndim == 3 and 1 <= array.shape[2] <= 4 and array.size and samples in (np.uint8, np.uint16)
    if not accepted:
        wanted = "(height, width) or (height, width, 1 to 4), uint8 or uint16, not empty"
        raise InputError(f"picture is {array.shape} {array.dtype}, accepted are {wanted}")
    if max(array.shape) > MAXIMUM_SIDE_PX:
        height, width, _ = array.shape
        raise InputError(f"picture is {width}x{height}, accepted are 1 to {MAXIMUM_SIDE_PX} pixels a side")
    return array

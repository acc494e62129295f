"""Pictures in and out of files: what is kept, what is converted, what is refused.

A picture is read as its viewers show it, at the depth it has, or refused in one line.

Kept: grey or RGB, alpha; 16 bits per sample of grey pictures, of PNG and PPM. Converted: palettes and bilevel pictures
to what they show, depths between to 8 or 16 bits, orientation applied, 8-bit colours and greys with an ICC profile to
sRGB. Of several pictures in a file (MPO, pages of TIFF, sizes of ICO) the first is taken, of sizes the largest; a
profile that is broken or of another colour model is left out: both with a `PictureWarning`. Refused: CMYK and other
colour models, animations, drawings, what Pillow would cut to 8 bits, 16 bits with a profile that is not sRGB's.
"""

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from inrcodec import colour_profiles, picture_files
from inrcodec.files import InputError, atomic_write
from inrcodec.notes import PictureWarning

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Image.Image

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_OPAQUE = {"1": "L", "P": "RGB", "RGBX": "RGB"}
_TRANSPARENT = {"1": "LA", "L": "LA", "La": "LA", "P": "RGBA", "PA": "RGBA", "RGB": "RGBA", "RGBa": "RGBA"}
"""The mode that shows all of a picture in another one, where it has transparency and where not."""
_SIXTEEN_BIT_GREY = {"I;16", "I;16L", "I;16B", "I;16N"}
_SIXTEEN_BIT_READERS: dict[str, Callable[[bytes], np.ndarray]] = {
    "PNG": picture_files.read_sixteen_bit_png,
    "PPM": picture_files.read_sixteen_bit_pnm,
}
_DRAWINGS = {"EPS", "WMF"}
_ORIENTATION = 0x0112
_LONGEST_REASON = 200


def load(source: Source) -> np.ndarray:
    """Read a picture: (height, width, channels), uint8 or uint16; 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA; in sRGB.

    Args:
        source: a path, a file's bytes, a binary file object (read to its end), or a PIL image (left as it is; of one
            that moves or has pages, `seek` chooses).

    Warns:
        PictureWarning: a part of the file was left out: further pictures, or a profile that does not fit.

    Raises:
        InputError: the file is missing, cut short, not a picture, an animation, or one that cannot be read as it is.
    """
    with refusals(_name(source)):
        array, notes = _of_pillow(source) if isinstance(source, Image.Image) else _of_file(_bytes(source))
    for note in notes:
        warnings.warn(f"{_name(source)}: {note}", PictureWarning, stacklevel=2)
    return array


@contextmanager
def refusals(name: str) -> Iterator[None]:
    """Turn whatever the readers of pictures raise, which may be anything, into the one-line error about `name`.

    Raises:
        InputError: in place of every exception.
    """
    try:
        yield
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except UnidentifiedImageError:
        raise InputError(f"{name}: not a picture that Pillow can read") from None
    except Exception as error:
        raise InputError(f"{name}: cannot be read as a picture ({reason(error)})") from None


def reason(error: BaseException) -> str:
    """What a library says of an error, on one short line; the error's kind where it says nothing."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(error)).split()) or type(error).__name__
    return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}..."


def register_jpeg_xl() -> bool:
    """Teach Pillow JPEG XL, and say whether that was possible: its plugin registers itself when imported."""
    try:
        import pillow_jxl  # noqa: F401
    except ImportError:
        return False
    return True


def load_rgb(path: str | os.PathLike[str]) -> np.ndarray:
    """Read a picture for a study: (height, width, 3) uint8; grey becomes RGB.

    Raises:
        InputError: as `load`, and for alpha or 16 bits, which the metrics of a study do not know.
    """
    array = load(path)
    if array.dtype != np.uint8 or array.shape[2] not in {1, 3}:
        raise InputError(f"{path}: has alpha or 16 bits per sample; 8-bit grey or RGB is accepted here")
    return np.repeat(array, 3, axis=2) if array.shape[2] == 1 else array


def save(array: np.ndarray, path: str | os.PathLike[str]) -> None:
    """Write (height, width, channels) uint8 or uint16 in the format of the path's suffix; whole or absent.

    Raises:
        InputError: Pillow has no writer for the suffix, the format cannot hold a picture of this size, or 16-bit
            colour is to go elsewhere than into PNG.
        OSError: the file cannot be written, or its format cannot hold such a picture.
    """
    kind = format_of(path)
    with atomic_write(path) as file:
        write(array, file, kind)


def format_of(path: str | os.PathLike[str]) -> str:
    """The format, as Pillow names it, in which pictures are written under a path's suffix.

    Raises:
        InputError: Pillow has no writer for it.
    """
    suffix = Path(path).suffix.lower()
    register_jpeg_xl()
    kind = Image.registered_extensions().get(suffix)
    if kind not in Image.SAVE:
        raise InputError(f"{path}: no picture format is written as {suffix or 'a file without suffix'}")
    return kind


def write(array: np.ndarray, file: BinaryIO, kind: str) -> None:
    """Write a picture into an open file in a format that Pillow names `kind`.

    Raises:
        InputError: 16-bit colour in another format than PNG, 16 bits in JPEG XL, or a size beyond the format.
        OSError: as `save`.
    """
    height, width, channels = array.shape
    if array.dtype == np.uint16 and channels > 1:
        if kind != "PNG":
            raise InputError(f"16-bit colour is written as PNG only, not {kind}")
        import png

        writer = png.Writer(width, height, greyscale=channels == 2, alpha=channels % 2 == 0, bitdepth=16)
        writer.write(file, array.reshape(height, -1))
        return
    if array.dtype == np.uint16 and kind == "JXL":
        # The plugin would declare the samples to be linear light.
        raise InputError("16 bits are not written as JPEG XL; write PNG")
    try:
        Image.fromarray(array[..., 0] if channels == 1 else array).save(file, format=kind)
    except OSError:
        raise
    except Exception as error:
        raise InputError(f"{width}x{height} pixels cannot be written as {kind} ({reason(error)})") from None


def _name(source: Source) -> str:
    """What errors and notes call a picture."""
    match source:
        case str() | os.PathLike():
            return os.fsdecode(source)
        case bytes() | bytearray() | memoryview():
            return f"picture of {len(source)} bytes"
        case Image.Image():
            return getattr(source, "filename", "") or "PIL image"
    if sys.stdin is not None and source is sys.stdin.buffer:
        return "standard input"
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "picture"


def _bytes(source: Source) -> bytes:
    match source:
        case str() | os.PathLike():
            return Path(os.fsdecode(source)).read_bytes()
        case bytes() | bytearray() | memoryview():
            return bytes(source)
    data = source.read() if hasattr(source, "read") else None
    if not isinstance(data, bytes | bytearray | memoryview):
        wanted = "a path, bytes, a file object opened in binary mode, a PIL image"
        raise InputError(f"{type(source).__name__} is not accepted here, {wanted} are")
    return bytes(data)


def _of_pillow(picture: Image.Image) -> tuple[np.ndarray, list[str]]:
    """A PIL image as it stands; from its file where it was not read yet, for that may hold more than Pillow shows."""
    file = getattr(picture, "fp", None)
    if file is not None:
        frame, place = picture.tell(), file.tell()
        file.seek(0)
        data = file.read()
        file.seek(place)
        with Image.open(io.BytesIO(data)) as same:
            same.seek(frame)
            # `draft`, or a size chosen of an icon's, is seen in the opened picture only.
            if (same.size, same.mode) == (picture.size, picture.mode):
                return _of_file(data, frame)
    array, notes = _in_srgb(_samples(picture), picture.info.get("icc_profile"))
    return _upright(array, _orientation(picture)), notes


def _of_file(data: bytes, frame: int = 0) -> tuple[np.ndarray, list[str]]:
    """A file's picture, and notes on what was left out of it; one that was asked for by number may be of several."""
    register_jpeg_xl()
    data = picture_files.without_texts(data)
    with Image.open(io.BytesIO(data)) as picture:
        if picture.format in _DRAWINGS:
            raise InputError(f"{picture.format} drawings are not accepted; save it as PNG")
        if frame:
            picture.seek(frame)
            several = []
        else:
            several = _several(picture, data)
        bits = picture_files.bits_per_sample(picture, data)
        reader = _SIXTEEN_BIT_READERS.get(picture.format) if bits > 8 else None
        if bits > 8 and not reader and picture.mode not in _SIXTEEN_BIT_GREY:
            raise InputError(f"{bits} bits per sample are not read from {picture.format}; save it as 16-bit PNG")
        profile = picture_files.icc_profile(picture, data)
        array = _keyed(reader(data), picture.info.get("transparency")) if reader else _samples(picture)
        if array.dtype == np.uint16 and picture.format in {"TIFF", "JPEG2000"}:
            array = _full_range(array, picture, bits)
        array, notes = _in_srgb(array, profile)
        return _upright(array, _orientation(picture)), several + notes


def _several(picture: Image.Image, data: bytes) -> list[str]:
    if picture_files.moves(picture, data):
        raise InputError("animations are not accepted, extract one frame first")
    count = picture_files.pictures_in(picture, data)
    which = "largest" if picture.format in {"CUR", "ICNS", "ICO"} else "first"
    return [f"holds {count} pictures, the {which} is taken"] if count > 1 else []


def _samples(picture: Image.Image) -> np.ndarray:
    """(height, width, channels) uint8 or uint16: what a Pillow image shows, as its file lies."""
    picture.load()
    shown = (_TRANSPARENT if picture.has_transparency_data else _OPAQUE).get(picture.mode, picture.mode)
    if picture.mode in _SIXTEEN_BIT_GREY:
        grey = np.asarray(picture).astype(np.uint16)[..., None]
        return _keyed(grey, picture.info.get("transparency"))
    if shown not in _MODES.values():
        raise InputError(f"mode {picture.mode} is not accepted; grey and RGB are, with or without alpha, 8 or 16 bits")
    array = np.asarray(picture if shown == picture.mode else picture.convert(shown))
    return array[..., None] if array.ndim == 2 else array


def _keyed(array: np.ndarray, key: int | tuple[int, ...] | None) -> np.ndarray:
    """16-bit samples, with alpha where one of their colours is transparent."""
    if key is None or array.shape[2] in {2, 4}:
        return array
    transparent = (array == np.asarray(key)).all(axis=2, keepdims=True)
    return np.concatenate([array, np.where(transparent, 0, 65535).astype(np.uint16)], axis=2)


def _full_range(array: np.ndarray, picture: Image.Image, bits: int) -> np.ndarray:
    """16-bit grey from the samples that Pillow leaves as they lie in a TIFF, or shifts up from a JPEG 2000's."""
    top = (1 << bits) - 1
    if picture.format == "JPEG2000":
        return picture_files.to_sixteen_bits(array, top << (16 - bits))
    array = picture_files.to_sixteen_bits(array, top)
    return 65535 - array if picture.tag_v2.get(262) == 0 else array


def _in_srgb(array: np.ndarray, profile: bytes | None) -> tuple[np.ndarray, list[str]]:
    """Colours and greys as an ICC profile means them; as they are, and a note, where it does not fit."""
    if not profile:
        return array, []
    try:
        if colour_profiles.is_srgb(profile, array.shape[2]):
            return array, []
        if array.dtype == np.uint16:
            raise InputError("16 bits with an ICC profile are accepted in sRGB only; convert it to sRGB, or to 8 bits")
        return colour_profiles.to_srgb(array, profile), []
    except colour_profiles.UnfitProfileError as error:
        return array, [str(error)]


def _orientation(picture: Image.Image) -> int:
    """How a picture that was read lies: EXIF's number, 1 being upright."""
    # The decoder of JPEG XL turns the picture itself, except when it hands out the JPEG that was packed.
    if picture.format == "JXL" and not picture.jpeg:
        return 1
    return picture.getexif().get(_ORIENTATION, 1)


def _upright(array: np.ndarray, orientation: int) -> np.ndarray:
    if orientation in {5, 6, 7, 8}:
        array = array.transpose(1, 0, 2)
    if orientation in {3, 4, 7, 8}:
        array = array[::-1]
    if orientation in {2, 3, 6, 7}:
        array = array[:, ::-1]
    return np.ascontiguousarray(array)

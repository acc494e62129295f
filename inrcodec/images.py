"""Pictures in and out of files: what is kept, what is converted, what is refused.

Kept: grey or RGB, alpha, 16 bits per sample. Converted: palettes and bilevel pictures to what they show, EXIF
orientation applied, colours with an ICC profile to sRGB. Refused: CMYK and other colour models, animations.
"""

import io
import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from inrcodec.files import InputError, atomic_write

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_SIXTEEN_BIT_COLOUR = {2, 4, 6}
"""PNG colour types whose 16-bit samples Pillow cuts to 8."""


def load(source: str | os.PathLike[str] | BinaryIO) -> np.ndarray:
    """Read a picture: (height, width, channels), uint8 or uint16; 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.

    Raises:
        InputError: the file is missing, cut short, not a picture, an animation, or of another colour model.
    """
    name = os.fspath(source) if isinstance(source, str | os.PathLike) else "standard input"
    try:
        data = Path(name).read_bytes() if name == source or isinstance(source, os.PathLike) else source.read()
        with Image.open(io.BytesIO(data)) as picture:
            if getattr(picture, "is_animated", False):
                raise InputError(f"{name}: animations are not accepted, extract one frame first")
            if picture.format == "PNG" and data[24] == 16 and data[25] in _SIXTEEN_BIT_COLOUR:
                return _sixteen_bit_png(name, data, picture)
            picture.load()
            return to_array(picture)
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except UnidentifiedImageError:
        raise InputError(f"{name}: not a picture that Pillow can read") from None
    except InputError as error:
        raise InputError(str(error) if str(error).startswith(name) else f"{name}: {error}") from None
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(f"{name}: cannot be read as a picture ({error})") from None


def to_array(picture: Image.Image) -> np.ndarray:
    """A loaded Pillow image as (height, width, channels) uint8 or uint16, upright, colours in sRGB.

    Raises:
        InputError: the mode has no counterpart.
    """
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in {"1", "P", "PA"} or (picture.mode in {"L", "RGB"} and "transparency" in picture.info):
        picture = picture.convert(_shown_mode(picture))
    if picture.mode in {"I;16", "I;16L", "I;16B", "I;16N"}:
        return np.asarray(picture).astype(np.uint16)[..., None]
    if picture.mode not in _MODES.values():
        raise InputError(f"mode {picture.mode} is not accepted; grey and RGB are, with or without alpha, 8 or 16 bits")
    array = np.asarray(_to_srgb(picture))
    return array[..., None] if array.ndim == 2 else array


def _shown_mode(picture: Image.Image) -> str:
    """The mode that shows all of a bilevel, palette or keyed picture."""
    if "transparency" in picture.info or picture.mode == "PA":
        return "LA" if picture.mode == "L" else "RGBA"
    return "L" if picture.mode == "1" else "RGB"


def _to_srgb(picture: Image.Image) -> Image.Image:
    """Colours as the picture's ICC profile means them, in sRGB; as they are where there is none."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=picture.mode)
    except (ImageCms.PyCMSError, OSError) as error:
        raise InputError(f"its ICC profile cannot be applied ({error})") from None


def _sixteen_bit_png(name: str, data: bytes, picture: Image.Image) -> np.ndarray:
    import png

    if picture.info.get("icc_profile") or picture.getexif().get(0x0112, 1) != 1:
        raise InputError(f"{name}: 16-bit colour with an ICC profile or an orientation is not accepted")
    try:
        width, height, rows, facts = png.Reader(bytes=data).asDirect()
        return np.vstack([np.asarray(row, dtype=np.uint16) for row in rows]).reshape(height, width, facts["planes"])
    except (png.Error, ValueError) as error:
        raise InputError(f"{name}: cannot be read as a picture ({error})") from None


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
        InputError: Pillow has no writer for the suffix, or 16-bit colour is to go elsewhere than into PNG.
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
    kind = Image.registered_extensions().get(suffix)
    if kind not in Image.SAVE:
        raise InputError(f"{path}: no picture format is written as {suffix or 'a file without suffix'}")
    return kind


def write(array: np.ndarray, file: BinaryIO, kind: str) -> None:
    """Write a picture into an open file in a format that Pillow names `kind`.

    Raises:
        InputError: 16-bit colour in another format than PNG.
        OSError: as `save`.
    """
    height, width, channels = array.shape
    if array.dtype == np.uint8:
        Image.fromarray(array[..., 0] if channels == 1 else array, _MODES[channels]).save(file, format=kind)
    elif channels == 1:
        Image.fromarray(array[..., 0]).save(file, format=kind)
    elif kind == "PNG":
        import png

        writer = png.Writer(width, height, greyscale=channels == 2, alpha=channels % 2 == 0, bitdepth=16)
        writer.write(file, array.reshape(height, -1))
    else:
        raise InputError(f"16-bit colour is written as PNG only, not {kind}")

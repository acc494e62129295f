"""Pictures in and out of files."""

import os
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from inrcodec.files import InputError, atomic_write


def load_rgb(path: str | os.PathLike[str]) -> np.ndarray:
    """Read any picture that Pillow knows as an RGB array (height, width, 3), uint8.

    Grey and palette pictures become RGB.

    Raises:
        InputError: the file is missing, is not a picture, is cut short, or has transparency or more than
            8 bits per channel.
    """
    try:
        with Image.open(path) as picture:
            picture.load()
            if picture.mode in {"LA", "RGBA", "PA"} or "transparency" in picture.info:
                raise InputError(f"{path}: pictures with transparency are not accepted, flatten it first")
            if picture.mode not in {"1", "L", "P", "RGB"}:
                raise InputError(f"{path}: mode {picture.mode} is not accepted, 8-bit grey or RGB is")
            return np.asarray(picture.convert("RGB"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except UnidentifiedImageError:
        raise InputError(f"{path}: not a picture that Pillow can read") from None
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(f"{path}: cannot be read as a picture ({error})") from None


def save(array: np.ndarray, path: str | os.PathLike[str]) -> None:
    """Write (height, width, 3) uint8 in the format of the path's suffix; the file is whole or absent.

    Raises:
        InputError: Pillow has no writer for the suffix.
        OSError: the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    kind = Image.registered_extensions().get(suffix)
    if kind not in Image.SAVE:
        raise InputError(f"{path}: no picture format is written as {suffix or 'a file without suffix'}")
    with atomic_write(path) as file:
        Image.fromarray(array).save(file, format=kind)

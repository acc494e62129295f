"""Classical image codecs, run for real through Pillow."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError, features

from inrcodec.files import InputError
from inrcodec.images import reason, refusals, register_jpeg_xl


@dataclass(frozen=True)
class ClassicalCodec:
    """How one codec is run.

    Attributes:
        name: key in `CODECS`, and the codec's name in every table.
        title: the name to print.
        extension: of the files, without the dot.
        pillow_format: what Pillow calls the format.
        lowest, highest: accepted quality, both included.
        whole: whether only whole qualities are accepted.
        options: from quality to Pillow's save options.
        settings: the same in words.
    """

    name: str
    title: str
    extension: str
    pillow_format: str
    lowest: float
    highest: float
    whole: bool
    options: Callable[[float], dict[str, object]]
    settings: str


CODECS: dict[str, ClassicalCodec] = {
    codec.name: codec
    for codec in (
        ClassicalCodec(
            name="jpeg",
            title="JPEG",
            extension="jpg",
            pillow_format="JPEG",
            lowest=1,
            highest=100,
            whole=True,
            options=lambda quality: {"quality": int(quality), "optimize": True, "subsampling": "4:2:0"},
            settings="quality, optimized Huffman tables, 4:2:0",
        ),
        ClassicalCodec(
            name="jpeg2000",
            title="JPEG 2000",
            extension="jp2",
            pillow_format="JPEG2000",
            lowest=1,
            highest=1000,
            whole=False,
            options=lambda quality: {
                "quality_mode": "rates",
                "quality_layers": [quality],
                "irreversible": True,
                # Pillow leaves RGB undecorrelated unless told, which costs 3 to 4 dB at the same size.
                "mct": 1,
            },
            settings="compression ratio (20 is 20:1, so smaller is better), 9/7 wavelet, YCbCr 4:4:4",
        ),
        ClassicalCodec(
            name="webp",
            title="WebP",
            extension="webp",
            pillow_format="WEBP",
            lowest=0,
            highest=100,
            whole=False,
            options=lambda quality: {"quality": quality, "method": 6},
            settings="quality, method 6 (slowest), 4:2:0",
        ),
        ClassicalCodec(
            name="avif",
            title="AVIF",
            extension="avif",
            pillow_format="AVIF",
            lowest=0,
            highest=100,
            whole=True,
            # The number of threads changes the bytes, and by default it is the machine's number of cores.
            options=lambda quality: {
                "quality": int(quality),
                "speed": 4,
                "subsampling": "4:2:0",
                "max_threads": 1,
            },
            settings="quality, speed 4, 4:2:0, one thread",
        ),
        ClassicalCodec(
            name="jxl",
            title="JPEG XL",
            extension="jxl",
            pillow_format="JXL",
            lowest=0,
            # 100 means lossless, which is another mode of the codec.
            highest=99,
            whole=False,
            options=lambda quality: {"quality": quality, "effort": 7, "lossless": False, "num_threads": 0},
            settings="quality, effort 7, lossy, one thread",
        ),
    )
}


def encode(codec: str, picture: np.ndarray, quality: float) -> bytes:
    """Encode a picture as a complete file of one codec; equal inputs give equal bytes.

    Args:
        codec: a key of `CODECS`.
        picture: uint8 (height, width, 3), RGB.
        quality: the codec's own number; its meaning and range are in `CODECS`.

    Raises:
        InputError: the codec is unknown or not installed, the quality is out of range, or the codec cannot
            hold a picture of this size.
        ValueError: the picture is not 8-bit RGB.
    """
    if codec not in CODECS:
        raise InputError(f"codec {codec!r} is unknown, {', '.join(CODECS)} are known")
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"need uint8 (height, width, 3), got {picture.dtype} {picture.shape}")
    entry = CODECS[codec]
    _require_quality(entry, quality)
    if _library(codec) is None:
        raise InputError(f"codec {codec!r} is not installed, {', '.join(_installed())} are")
    file = io.BytesIO()
    try:
        Image.fromarray(picture).save(file, format=entry.pillow_format, **entry.options(quality))
    except (OSError, ValueError, RuntimeError) as error:
        height, width, _ = picture.shape
        raise InputError(f"{entry.title} cannot encode {width}x{height} pixels ({reason(error)})") from None
    return file.getvalue()


def encode_to_size(codec: str, picture: np.ndarray, file_bytes: int) -> bytes:
    """The file, among those of the codec's whole qualities, whose size is nearest to `file_bytes`.

    For codecs whose files grow with the quality: JPEG 2000's is a ratio. Arguments and errors are those of `encode`.
    """
    low, high = round(CODECS[codec].lowest), round(CODECS[codec].highest)
    files = {quality: encode(codec, picture, quality) for quality in (low, high)}
    while high - low > 1:
        middle = (low + high) // 2
        files[middle] = encode(codec, picture, middle)
        low, high = (middle, high) if len(files[middle]) < file_bytes else (low, middle)
    return min(files.values(), key=lambda file: abs(len(file) - file_bytes))


def decode(data: bytes) -> np.ndarray:
    """Decode a file of any installed codec of `CODECS` to RGB, uint8 (height, width, 3).

    Raises:
        InputError: the data is not a whole file of an installed codec.
    """
    formats = [CODECS[name].pillow_format for name in _installed()]
    with refusals(f"{len(data)} bytes"):
        try:
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                return np.asarray(picture.convert("RGB"))
        except UnidentifiedImageError:
            raise InputError(f"not a file of {', '.join(_installed())}") from None


def available() -> dict[str, str | None]:
    """The library behind each codec of `CODECS` with its version, None where it is not installed."""
    return {name: _library(name) for name in CODECS}


def _installed() -> list[str]:
    return [name for name, library in available().items() if library is not None]


def _library(codec: str) -> str | None:
    if codec == "jxl":
        return _jxl_plugin()
    feature, title = {
        "jpeg": ("jpg", "libjpeg"),
        "jpeg2000": ("jpg_2000", "OpenJPEG"),
        "webp": ("webp", "libwebp"),
        "avif": ("avif", "libavif"),
    }[codec]
    if not features.check(feature):
        return None
    if codec == "jpeg" and features.check("libjpeg_turbo"):
        feature, title = "libjpeg_turbo", "libjpeg-turbo"
    return f"{title} {features.version(feature)}"


def _jxl_plugin() -> str | None:
    if not register_jpeg_xl():
        return None
    from importlib.metadata import version

    return f"pillow-jxl-plugin {version('pillow-jxl-plugin')}"


def _require_quality(codec: ClassicalCodec, quality: float) -> None:
    in_range = codec.lowest <= quality <= codec.highest
    if not in_range or (codec.whole and quality != int(quality)):
        kind = "whole numbers" if codec.whole else "numbers"
        raise InputError(
            f"quality {quality} of {codec.name} is not accepted, {kind} from {codec.lowest:g} to {codec.highest:g} are"
        )

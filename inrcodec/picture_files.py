"""What a picture's file says of itself where Pillow does not: its depth, whether it moves, how many pictures it holds.

Pillow shows most pictures of more than 8 bits per sample in 8, without a word.
"""

import re

import numpy as np
from PIL import Image

from inrcodec.files import InputError

_MOVING = {"AVIF", "FLI", "GIF", "JXL", "PNG", "WEBP"}
"""Formats whose further pictures are later ones; elsewhere they are pages, sizes or views."""

_PNM_HEADER = re.compile(rb"P([2356])" + rb"(?:\s|#[^\r\n]*[\r\n])+(\d+)" * 3 + rb"\s")
_BC6H = 6


def bits_per_sample(picture: Image.Image, data: bytes) -> int:
    """How many bits the samples of a file have where its format allows more than 8; else 8.

    Args:
        picture: the file, as Pillow has opened and not yet read it.
        data: the file.

    Raises:
        InputError: the samples are signed or floating-point numbers.
    """
    match picture.format:
        case "PNG":
            return data[24]
        case "TIFF":
            return _tiff_bits(picture)
        case "SGI":
            return 8 * data[3]
        case "PPM":
            header = _PNM_HEADER.match(data)
            return int(header[4]).bit_length() if header else 8
        case "JPEG2000":
            return _jpeg2000_bits(data)
        case "AVIF":
            # av1C: marker and version, profile and level, then tier, high bit depth, twelve bits.
            flags = [found[1][0] for found in re.finditer(rb"av1C\x81[\s\S]([\s\S])", data)]
            return max((12 if flag & 0x20 else 10 for flag in flags if flag & 0x40), default=8)
        case "JXL":
            return _jpeg_xl_facts(data)[0]
        case "DDS":
            return 16 if any(tile[0] == "bcn" and tile[3][0] == _BC6H for tile in picture.tile) else 8
        case "FITS" if picture.mode != "L":
            raise InputError("FITS samples are measurements on a scale of their own; map them to 8 or 16 bits first")
    return 8


def moves(picture: Image.Image, data: bytes) -> bool:
    """Whether a file is an animation."""
    if picture.format == "JXL" and _jpeg_xl_facts(data)[1]:
        return True
    return picture.format in _MOVING and getattr(picture, "is_animated", False)


def pictures_in(picture: Image.Image, data: bytes) -> int:
    """How many pictures a file that does not move holds."""
    match picture.format:
        case "ICO" | "CUR":
            return int.from_bytes(data[4:6], "little")
        case "ICNS":
            return len(picture.info["sizes"])
        case "PSD":
            # What Pillow counts are layers.
            return 1
    return getattr(picture, "n_frames", 1)


def icc_profile(picture: Image.Image, data: bytes) -> bytes | None:
    """The ICC profile of a file."""
    if picture.format == "JPEG2000" and (found := re.search(rb"colr\x02[\s\S]{2}", data[: _codestream(data)])):
        length = int.from_bytes(data[found.end() : found.end() + 4], "big")
        return data[found.end() : found.end() + length]
    return picture.info.get("icc_profile")


def read_sixteen_bit_png(data: bytes) -> np.ndarray:
    """(height, width, channels) uint16, without what a transparent colour makes of it.

    Raises:
        Exception: the file is damaged; pypng's errors are of many kinds.
    """
    import png

    width, height, rows, facts = png.Reader(bytes=data).read()
    array = np.empty((height, width * facts["planes"]), np.uint16)
    filled = 0
    for filled, (line, row) in enumerate(zip(array, rows, strict=False), 1):  # noqa: B007
        line[:] = row
    if filled < height:
        raise ValueError("cut short")
    return array.reshape(height, width, facts["planes"])


def read_sixteen_bit_pnm(data: bytes) -> np.ndarray:
    """A grey or colour map with samples above 255: (height, width, 1 or 3) uint16, its maximum being 65535.

    Raises:
        ValueError: the file is cut short, or has samples that are no numbers or above its maximum.
    """
    header = _PNM_HEADER.match(data)
    width, height, top = (int(header[group]) for group in (2, 3, 4))
    channels = 3 if header[1] in b"36" else 1
    count = width * height * channels
    if header[1] in b"56":
        samples = np.frombuffer(data[header.end() : header.end() + 2 * count], ">u2").astype(np.uint32)
    else:
        tokens = re.sub(rb"#[^\r\n]*", b"", data[header.end() :]).split(None, count)[:count]
        samples = np.array([int(token) for token in tokens], np.uint32)
    if samples.size < count:
        raise ValueError("cut short")
    if samples.max() > top:
        raise ValueError(f"a sample is {samples.max()}, above the maximum of {top}")
    return to_sixteen_bits(samples, top).reshape(height, width, channels)


def to_sixteen_bits(samples: np.ndarray, top: int) -> np.ndarray:
    """Samples from 0 to `top`, at most 65535, as uint16 from 0 to 65535."""
    return ((samples.astype(np.uint32) * 65535 + top // 2) // top).astype(np.uint16)


def without_texts(data: bytes) -> bytes:
    """A PNG without the texts on which no pixel depends: Pillow refuses long ones. Other files as they are."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    kept, start, here = [], 0, 8
    while here + 8 <= len(data):
        end = here + 12 + int.from_bytes(data[here : here + 4], "big")
        # XMP and ImageMagick's raw profiles may turn the picture.
        orients = data.startswith((b"XML:com.adobe.xmp\0", b"Raw profile type "), here + 8)
        if data[here + 4 : here + 8] in {b"tEXt", b"zTXt", b"iTXt"} and not orients:
            kept.append(data[start:here])
            start = end
        here = end
    return b"".join([*kept, data[start:]]) if kept else data


def _tiff_bits(picture: Image.Image) -> int:
    bits, sample_format = (picture.tag_v2.get(tag, (default,)) for tag, default in ((258, 1), (339, 1)))
    # 4 is "undefined", which is read as unsigned integers.
    if set(sample_format) - {1, 4}:
        raise InputError("signed and floating-point samples are not accepted; map them to 8 or 16 bits first")
    return max(bits)


def _codestream(data: bytes) -> int:
    """Where the codestream of a JPEG 2000 file begins."""
    return data.index(b"\xff\x4f\xff\x51")


def _jpeg2000_bits(data: bytes) -> int:
    start = _codestream(data) + 40
    components = data[start + 2 : start + 2 + 3 * int.from_bytes(data[start : start + 2], "big") : 3]
    return max((component & 0x7F) + 1 for component in components)


class _BitReader:
    """Numbers in a stream of bits, least significant first."""

    def __init__(self, data: bytes) -> None:
        self._rest = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        value = self._rest & ((1 << count) - 1)
        self._rest >>= count
        return value


def _jpeg_xl_facts(data: bytes) -> tuple[int, bool]:
    """Bits per sample and whether it moves, from the codestream's header (ISO/IEC 18181-1, annexes B and D)."""
    # Signature, size, metadata: what is read of them takes less than 32 bytes.
    reader = _BitReader(_jpeg_xl_codestream(data)[2:34])
    _skip_jpeg_xl_size(reader)
    if reader.take(1):  # all as is usual
        return 8, False
    if reader.take(1):  # facts beyond the usual ones
        reader.take(3)  # orientation, which the decoder applies
        if reader.take(1):
            _skip_jpeg_xl_size(reader)
        if reader.take(1):
            raise InputError("JPEG XL with a preview is not accepted; save it without")
        if reader.take(1):
            return 8, True
    if reader.take(1):
        raise InputError("floating-point samples are not accepted; map them to 8 or 16 bits first")
    selector = reader.take(2)
    return (8, 10, 12, 1 + reader.take(6))[selector], False


def _skip_jpeg_xl_size(reader: _BitReader) -> None:
    by_eight = reader.take(1)

    def skip_side() -> None:
        reader.take(5 if by_eight else (9, 13, 18, 30)[reader.take(2)])

    skip_side()
    if reader.take(3) == 0:
        skip_side()


def _jpeg_xl_codestream(data: bytes) -> bytes:
    """The codestream, or its first part, in a bare file or a container of boxes."""
    here = 0
    while not data.startswith(b"\xff\x0a", here):
        length, kind = int.from_bytes(data[here : here + 4], "big"), data[here + 4 : here + 8]
        header = 16 if length == 1 else 8
        if kind in {b"jxlc", b"jxlp"}:
            return data[here + header + (4 if kind == b"jxlp" else 0) :]
        if length == 1:
            length = int.from_bytes(data[here + 8 : here + 16], "big")
        if length < header:
            raise InputError("JPEG XL without a codestream")
        here += length
    return data[here:]

"""Fuzz the loader of pictures: whatever the bytes, the outcome is an array or an InputError of one line, soon and in
little memory. tests/fuzz/README.md has the command.
"""

import argparse
import io
import random
import struct
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from fuzz.fuzz_decode import EDITS, RESEALED, Watch, keeping
from PIL import Image

from inrcodec.baselines import classical
from inrcodec.files import InputError
from inrcodec.images import load, register_jpeg_xl, write
from inrcodec.notes import PictureWarning

PIXELS = 1 << 18
"""Pillow's limit here; twice as many are its error. What it is by default only makes large files slow."""
_PNG = b"\x89PNG\r\n\x1a\n"


class Seed(NamedTuple):
    """A whole file to be damaged."""

    name: str
    data: bytes


def outcome(data: bytes) -> str:
    """What becomes of a file: `read` or `refused`, by the loader and likewise by the classical codecs' decoders.

    Raises:
        Exception: anything but an InputError of one line, or an array of another kind: a finding.
    """
    _outcome(classical.decode, data)
    return _outcome(load, data)


def _outcome(reader, data: bytes) -> str:
    try:
        array = reader(data)
    except PictureWarning:
        return "read"
    except InputError as error:
        if not str(error).isprintable():
            raise AssertionError(f"not a line: {error}") from error
        return "refused"
    if array.dtype not in (np.uint8, np.uint16) or array.ndim != 3 or not 1 <= array.shape[2] <= 4:
        raise AssertionError(f"{array.shape} {array.dtype}")
    return "read"


def mutations(seed: int, count: int, name: str | None = None) -> Iterator[bytes]:
    """Files with a few random edits, of one of the seeds or of all."""
    chance = random.Random(seed)
    pool = [item.data for item in SEEDS if name in {None, item.name}]
    for _ in range(count):
        body = bytearray(chance.choice(pool))
        other = chance.choice(SEEDS).data
        for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
            chance.choice((*EDITS, _set_number))(body, other, chance)
        yield _resealed_png(bytes(body)) if chance.random() < RESEALED else bytes(body)


def _set_number(body: bytearray, other: bytes, chance: random.Random) -> None:
    """Numbers of 2 or 4 bytes: sizes, offsets and counts of either byte order."""
    value = chance.choice((0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, chance.getrandbits(chance.randrange(1, 33))))
    length = chance.choice((2, 4))
    place = chance.randrange(max(1, min(len(body), chance.choice((40, 400, len(body) + 1)))))
    body[place : place + length] = (value % (1 << 8 * length)).to_bytes(length, chance.choice(("big", "little")))


def _resealed_png(data: bytes) -> bytes:
    """The same chunks with checksums that are right again: with a wrong one nothing behind it is reached."""
    if not data.startswith(_PNG):
        return data
    body, here = bytearray(data), len(_PNG)
    while here + 12 <= len(body):
        end = here + 8 + int.from_bytes(body[here : here + 4], "big")
        if end + 4 <= len(body):
            body[end : end + 4] = zlib.crc32(body[here + 4 : end]).to_bytes(4, "big")
        here = end + 4
    return bytes(body)


def _seeds() -> Iterator[Seed]:
    """Small files of every format that Pillow reads here and that can be written in a few lines."""
    register_jpeg_xl()
    rgb = np.random.default_rng(0).integers(0, 256, (12, 16, 3)).astype(np.uint8)
    colour = Image.fromarray(rgb)
    alpha = colour.copy()
    alpha.putalpha(Image.linear_gradient("L").resize(colour.size))
    grey, palette, bilevel = colour.convert("L"), colour.quantize(8), colour.convert("1")
    deep = Image.fromarray(rgb[..., 0].astype(np.uint16) * 257)
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = _profile()

    def seed(name: str, picture: Image.Image, kind: str, **options: object) -> Seed:
        file = io.BytesIO()
        picture.save(file, kind, **options)
        return Seed(name, file.getvalue())

    for kind in ("AVIF", "BMP", "DDS", "GIF", "JPEG", "JPEG2000", "JXL", "PCX", "PPM", "QOI", "SGI", "TGA"):
        yield seed(kind, colour, kind)
    for kind, picture in (("BLP", palette), ("MSP", bilevel), ("XBM", bilevel), ("DIB", colour)):
        yield seed(kind, picture, kind)
    for name, picture in {"grey": grey, "alpha": alpha, "palette": palette, "bilevel": bilevel, "deep": deep}.items():
        yield seed(f"PNG-{name}", picture, "PNG", exif=exif)
        yield seed(f"TIFF-{name}", picture, "TIFF")
    for compression in ("packbits", "tiff_lzw", "tiff_deflate", "jpeg", "tiff_adobe_deflate"):
        yield seed(f"TIFF-{compression}", colour, "TIFF", compression=compression, exif=exif)
    yield seed("TIFF-group4", bilevel, "TIFF", compression="group4")
    yield seed("TIFF-big", colour, "TIFF", big_tiff=True)
    yield seed("TIFF-pages", colour, "TIFF", save_all=True, append_images=[grey, alpha])
    yield seed("MPO", colour, "MPO", save_all=True, append_images=[colour])
    yield seed("ICO", alpha, "ICO", sizes=[(8, 6), (16, 12)])
    yield seed("ICO-bmp", alpha, "ICO", sizes=[(8, 6)], bitmap_format="bmp")
    yield seed("JPEG-profile", colour, "JPEG", icc_profile=profile, exif=exif, progressive=True)
    yield seed("PNG-profile", colour, "PNG", icc_profile=profile)
    yield seed("WEBP-profile", alpha, "WEBP", icc_profile=profile, exif=exif)
    yield seed("WEBP-lossless", colour, "WEBP", lossless=True)
    yield seed("AVIF-alpha", alpha, "AVIF", exif=exif)
    yield seed("JPEG2000-deep", deep, "JPEG2000", no_jp2=True)
    yield seed("JXL-alpha", alpha, "JXL", lossless=True)
    yield seed("TGA-rle", palette, "TGA", compression="tga_rle")
    yield seed("DDS-dxt5", alpha, "DDS", pixel_format="DXT5")
    yield seed("PPM-bilevel", bilevel, "PPM")
    for channels in (2, 3, 4):
        file = io.BytesIO()
        write(np.asarray(alpha)[..., -channels:].astype(np.uint16) * 257, file, "PNG")
        yield Seed(f"PNG-deep{channels}", file.getvalue())
    yield from _written_by_hand(rgb)


def _profile() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _written_by_hand(rgb: np.ndarray) -> Iterator[Seed]:
    """Formats, and kinds of formats, that Pillow only reads."""
    height, width, _ = rgb.shape
    pixels, grey, planes = rgb.tobytes(), rgb[..., 0].tobytes(), rgb.transpose(2, 0, 1).tobytes()

    def texts(samples: np.ndarray) -> bytes:
        return b" ".join(b"%d" % value for value in samples.ravel())

    size = b"%d %d" % (width, height)
    yield Seed("PPM-deep", b"P6 " + size + b" 1023\n" + (rgb.astype(int) * 4).astype(">u2").tobytes())
    yield Seed("PPM-deep-text", b"P3\n# deep\n" + size + b"\n1023\n" + texts(rgb.astype(int) * 4))
    yield Seed("PPM-text", b"P2\n" + size + b"\n255\n" + texts(rgb[..., 0]))
    yield Seed("PPM-63", b"P6 " + size + b" 63\n" + (rgb // 4).tobytes())
    yield Seed("SUN", struct.pack(">8I", 0x59A66A95, width, height, 24, len(pixels), 1, 0, 0) + pixels)
    yield Seed("PSD", b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, height, width, 8, 3) + bytes(14) + planes)
    yield Seed("XVTHUMB", b"P7 332\n#END_OF_COMMENTS\n" + size + b" 255\n" + grey)
    cards = (b"SIMPLE  = T", b"BITPIX  = 8", b"NAXIS   = 2", b"NAXIS1  = %d" % width, b"NAXIS2  = %d" % height, b"END")
    head = b"Image type: RGB image\r\nImage size (x*y): %d*%d\r\nFile size (no of images): 1\r\n" % (width, height)
    yield Seed("IM", head.ljust(511, b"\0") + b"\x1a" + planes)
    yield Seed("FITS", b"".join(card.ljust(80) for card in cards).ljust(2880) + grey)
    yield Seed("GBR", struct.pack(">5I4sI", 33, 2, width, height, 1, b"GIMP", 10) + b"name\0" + grey)
    colours = b'"a c #ff0000",\n"b c #00ff00",\n'
    rows = b",\n".join(b'"' + b"ab" * (width // 2) + b'"' for _ in range(height))
    head = b'/* XPM */\nstatic char * x[] = {\n"' + size + b' 2 1",\n'
    yield Seed("XPM", head + colours + rows + b"};\n")
    bitmap = struct.pack("<IiiHHIIiiII", 40, width, 2 * height, 1, 24, 0, 0, 0, 0, 0, 0) + pixels
    yield Seed("CUR", struct.pack("<HHHBBBBHHII", 0, 2, 1, width, height, 0, 0, 0, 0, len(bitmap), 22) + bitmap)
    file = io.BytesIO()
    Image.fromarray(rgb).resize((16, 16)).save(file, "PNG")
    entry = b"icp4" + (8 + file.tell()).to_bytes(4, "big") + file.getvalue()
    yield Seed("ICNS", b"icns" + (8 + len(entry)).to_bytes(4, "big") + entry)
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PCX")
    yield Seed("DCX", struct.pack("<III", 0x3ADE68B1, 12, 0) + file.getvalue())


SEEDS = list(_seeds())


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the loader of pictures and the classical codecs' decoders.")
    parser.add_argument("--plain", type=int, metavar="N", required=True, help="damage the seeds N times")
    parser.add_argument("--seed", type=int, default=0, help="of the damage (default 0)")
    parser.add_argument("--findings", type=Path, default=Path(), help="folder for files that are found")
    options = parser.parse_args()
    # As errors they would end the reading that they are about.
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = PIXELS
    watch = Watch(outcome, "read")
    for data in mutations(options.seed, options.plain):
        with keeping(data, options.findings, ".bin"):
            watch.run(data)
    print(watch.summary())


if __name__ == "__main__":
    main()

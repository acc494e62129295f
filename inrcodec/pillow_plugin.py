"""Pillow opens and saves .inr once `register_inr_opener()` was called, or `inrcodec.InrImagePlugin` imported.

Opening reads the header and checks the checksum; the function is evaluated when pixels are first asked for, and at a
smaller size after `draft()`, which `thumbnail()` calls. `info["inr"]` holds `colour`, `representation`,
`hyperparameters`, `rule`, `bits`, `sample_bits` (of the file) and `decoded_bits` (of the pixels): Pillow has no mode
for 16-bit colour, so that is shown in 8 bits; `inrcodec.decode` gives all 16. A damaged file is refused even with
`LOAD_TRUNCATED_IMAGES`: every pixel depends on every parameter.

`Image.save` needs torch and accepts

| option | type | range | default |
| --- | --- | --- | --- |
| `quality` | number | 0 to 100 | 75 |
| `effort` | int | 1 to 9 | 4 |
| `bpp`, `file_bytes` | number, int | the size wanted instead of a quality | None |
| `prior` | bool | whether networks begin as learnt ones, and are coded as differences to them | True |
| `preset` | str | a name in `inrcodec.fitting.presets.PRESETS`: that network instead | None |
| `seconds` | float | above 0: spend this long, whatever effort or preset say | None |
| `seed` | int | 0 to 2**32 - 1 | 0 |

Modes L, LA, RGB, RGBA and I;16 are encoded as they are; 1, P, PA and pictures with a transparent colour are converted
to what they show; others are refused. An orientation in EXIF is applied, 8-bit pictures with an ICC profile become sRGB
(one that does not fit is left out, with an `inrcodec.PictureWarning`); no metadata is written.
"""

import importlib.util
import sys
from dataclasses import asdict
from threading import RLock
from typing import IO

import numpy as np
from PIL import Image, ImageFile

from inrcodec import api
from inrcodec.bitstream import container
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.bitstream.header import MAGIC
from inrcodec.decoding.decoder import Limits, decode
from inrcodec.fitting.presets import OPTIONS, check_options
from inrcodec.images import load

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_LIMITS = Limits(pixels=sys.maxsize)
"""Pillow's own check of the size has passed, or its user has lifted it; the work of decoding stays limited."""


class InrFileError(BitstreamError, OSError):
    """A BitstreamError that is an OSError too.

    Programs guard `Image.open` with `except OSError`, and `ImageFile.Parser` takes one to mean that bytes are missing.
    """


class InrImageFile(ImageFile.ImageFile):
    """A lazily decoded .inr file."""

    format = "INR"
    format_description = "Implicit neural representation"
    _coded: bytes | None = None

    def _open(self) -> None:
        """Read the header.

        Raises:
            SyntaxError: the file is another format's.
            InrFileError: the file is damaged, or of a version or function that is not known.
        """
        if self.fp.read(len(MAGIC)) != MAGIC:
            raise SyntaxError("not an .inr file")
        self._coded = MAGIC + self.fp.read()
        self._loading = RLock()
        try:
            layout = container.parse(self._coded)
        except BitstreamError as error:
            raise _as_file_error(error) from None
        self._size = layout.width, layout.height
        deep = layout.sample_bits == 16 and layout.channels == 1
        self._mode = "I;16" if deep else _MODES[layout.channels]
        self.info["inr"] = {
            "colour": layout.colour.name,
            "representation": layout.representation.name,
            "hyperparameters": asdict(layout.representation),
            "rule": layout.depths.rule,
            "bits": layout.bits,
            "sample_bits": layout.sample_bits,
            "decoded_bits": 16 if deep else 8,
        }

    def draft(self, mode: str | None, size: tuple[int, int] | None) -> tuple[str, tuple[int, int, float, float]] | None:
        """Make `load` decode smaller, in the same proportions and in width and height at least `size`.

        Each pixel is then the mean of what it covers. `mode` is ignored. Pictures with alpha stay as large as they
        are: the mean of colours that are not premultiplied lets those of transparent pixels show.

        Returns:
            The mode and the whole picture's box in the smaller one; None where nothing changes.
        """
        if size is None or self._coded is None or self.mode in {"LA", "RGBA"}:
            return None
        scale = max(size[0] / self.width, size[1] / self.height)
        if scale >= 1:
            return None
        self._size = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        return self.mode, (0, 0, *self.size)

    def load(self) -> "Image.core.PixelAccess | None":
        """Decode, the first time; later calls cost nothing, and those of other threads meanwhile wait.

        Raises:
            InrFileError: the parameters cannot be decoded, or ask for too much work.
        """
        with self._loading:
            # Pillow drops `fp` when an image is closed, which ends the time to load it.
            if self._coded is not None and self.fp is not None:
                self._decode()
            return super().load()

    def _decode(self) -> None:
        try:
            pixels = decode(self._coded, size=self.size, limits=_LIMITS)
        except BitstreamError as error:
            raise _as_file_error(error) from None
        if pixels.dtype == np.uint16 and self.mode != "I;16":
            pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
        decoded = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
        self.im, self.readonly, self._coded = decoded.im, decoded.readonly, None
        if self._exclusive_fp:
            self.fp.close()
        self.fp = None


def register_inr_opener() -> None:
    """Teach Pillow to open .inr, and to save it where torch is installed; calling it again changes nothing."""
    Image.register_open(InrImageFile.format, InrImageFile, _accept)
    Image.register_extension(InrImageFile.format, ".inr")
    Image.register_mime(InrImageFile.format, "image/x-inr")
    if importlib.util.find_spec("torch") is not None:
        Image.register_save(InrImageFile.format, _save)


def _accept(prefix: bytes) -> bool:
    return prefix.startswith(MAGIC)


def _as_file_error(error: BitstreamError) -> InrFileError:
    return InrFileError(error.section, error.offset, error.expected, error.found)


def _save(picture: Image.Image, file: IO[bytes], filename: str | bytes) -> None:
    """Encode with the options in `picture.encoderinfo`.

    Raises:
        InputError: an option or the mode is not accepted.
    """
    options = {name: picture.encoderinfo[name] for name in OPTIONS if name in picture.encoderinfo}
    check_options(**options)
    # One write, after everything that can fail: Pillow removes the file it created if this function raises.
    file.write(api.encode(load(picture), **options))

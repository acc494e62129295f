"""Pillow opens .inr: the same pixels, the reason of every refusal."""

import gc
import io
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageFile, UnidentifiedImageError

from examples import DEEP_COLOUR, MODES, example, opened
from inrcodec.bitstream import container
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import decode
from inrcodec.pillow_plugin import InrImageFile


def resealed(data: bytes, position: int, value: int) -> bytes:
    """The same file with one byte changed and a checksum that is right again."""
    body = data[:position] + bytes([value]) + data[position + 1 : -4]
    return body + zlib.crc32(body).to_bytes(4, "little")


@pytest.mark.parametrize(("kind", "mode"), MODES.items())
def test_pixels_are_those_of_decode(kind, mode):
    data = example(*kind)
    picture = opened(data)
    assert (picture.format, picture.mode, picture.size) == ("INR", mode, (21, 13))
    assert picture.get_format_mimetype() == "image/x-inr"
    expected = decode(data)
    assert expected.std() > 5
    pixels = np.asarray(picture)
    assert pixels.dtype == expected.dtype
    assert np.array_equal(pixels.reshape(expected.shape), expected)


@pytest.mark.parametrize(("kind", "mode"), DEEP_COLOUR.items())
def test_deep_colour_is_rounded_to_eight_bits(kind, mode):
    data = example(*kind)
    picture = opened(data)
    assert picture.mode == mode
    assert np.array_equal(np.asarray(picture), np.rint(decode(data) / 257))
    assert (picture.info["inr"]["sample_bits"], picture.info["inr"]["decoded_bits"]) == (16, 8)


def test_info_says_what_the_file_holds():
    assert opened(example(1, 16)).info["inr"] == {
        "colour": "rgb",
        "representation": "positional",
        "hyperparameters": {
            "hidden_features": 12,
            "hidden_layers": 2,
            "activation": "sine",
            "frequencies": 4,
            "base": 1.4,
        },
        "rule": "uniform",
        "bits": 6,
        "sample_bits": 16,
        "decoded_bits": 16,
    }


def test_opening_decodes_nothing_and_loading_decodes_once(monkeypatch):
    calls = []
    monkeypatch.setattr("inrcodec.pillow_plugin.decode", lambda *args, **kw: calls.append(1) or decode(*args, **kw))
    picture = opened(example())
    assert picture.info["inr"] and not calls
    picture.load()
    picture.load()
    assert np.asarray(picture).any() and len(calls) == 1


def test_a_loaded_picture_can_be_changed():
    picture = opened(example())
    before = picture.copy()
    picture.putpixel((0, 0), (1, 2, 3))
    assert picture.getpixel((0, 0)) == (1, 2, 3)
    assert picture.getpixel((1, 0)) == before.getpixel((1, 0))


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(40), b"GIF", b"\x89IN", b"\x89INr" + bytes(40)])
def test_foreign_files_are_not_identified(data):
    with pytest.raises(UnidentifiedImageError):
        opened(data)


def test_the_plugin_disowns_foreign_bytes():
    with pytest.raises(SyntaxError, match="not an"):
        InrImageFile(io.BytesIO(b"GIF89a"))


@pytest.mark.parametrize("length", [4, 7, 8, 20, -5, -1])
def test_truncated_files_say_so(length):
    with pytest.raises(BitstreamError, match="checksum"):
        opened(example()[:length])


@pytest.mark.parametrize(
    ("position", "value", "reason"), [(4, 2, "version in 1..1, found 2"), (12, 99, "a representation among")]
)
def test_unsupported_files_say_why(position, value, reason):
    with pytest.raises(BitstreamError, match=reason) as caught:
        opened(resealed(example(), position, value))
    # Programs guard Image.open with `except OSError`.
    assert isinstance(caught.value, OSError)
    assert (caught.value.section, caught.value.offset) == ("header", position)


def test_errors_of_the_parameters_come_with_the_pixels():
    data = example()
    start = container.parse(data).header_bytes
    words = data[:start] + b"\xff" * (len(data) - start - 4)
    picture = opened(words + zlib.crc32(words).to_bytes(4, "little"))
    for _ in range(2):
        with pytest.raises(BitstreamError, match="payload") as caught:
            picture.load()
        assert isinstance(caught.value, OSError)


def test_a_huge_picture_is_refused_before_anything_is_decoded():
    huge = example(width=1 << 20, height=1 << 20)
    with pytest.raises(Image.DecompressionBombError):
        opened(huge)
    with pytest.warns(Image.DecompressionBombWarning), opened(example(width=10_000, height=10_000)) as picture:
        assert picture.size == (10_000, 10_000)


def test_lifting_the_limit_of_pillow_leaves_that_on_work(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    with opened(example(width=1 << 20, height=1 << 20)) as picture, pytest.raises(BitstreamError, match="multiply"):
        picture.load()


def test_a_file_is_closed_once_loaded(tmp_path):
    path = tmp_path / "x.inr"
    path.write_bytes(example())
    picture = Image.open(path)
    file = picture.fp
    assert not file.closed
    picture.load()
    assert file.closed
    for damaged in (example()[:-1], b"neither"):
        path.write_bytes(damaged)
        with pytest.raises((BitstreamError, UnidentifiedImageError)):
            Image.open(path)
    gc.collect()  # A file left open would warn now, and warnings are errors.


def test_a_file_object_stays_the_callers():
    file = io.BytesIO(example())
    with Image.open(file) as picture:
        picture.load()
    with Image.open(file) as again:
        assert again == picture
    assert not file.closed


def test_a_closed_picture_cannot_be_loaded():
    picture = opened(example())
    picture.close()
    with pytest.raises(ValueError, match="closed"):
        picture.load()


def test_bytes_that_come_in_pieces():
    data = example()
    parser = ImageFile.Parser()
    for start in range(0, len(data), 50):
        parser.feed(data[start : start + 50])
    assert np.array_equal(np.asarray(parser.close()), decode(data))


def test_threads_see_equal_pixels():
    data = example()
    with ThreadPoolExecutor(4) as pool:
        for pixels in pool.map(lambda _: np.asarray(opened(data)), range(16)):
            assert np.array_equal(pixels, decode(data))

"""Pillow opens and saves .inr: the same pixels, the reason of every refusal, small decodes for thumbnails."""

import gc
import io
import sys
import textwrap
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageFile, UnidentifiedImageError

from inrcodec.bitstream import container
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import decode
from inrcodec.fitting.presets import PRESETS, Preset
from inrcodec.pillow_plugin import InrImageFile, register_inr_opener
from inrcodec.quantization.uniform import quantize
from inrcodec.representations import REPRESENTATIONS, PeSiren

TABLES = ("ID", "OPEN", "SAVE", "EXTENSION", "MIME")
MODES = {(1, 8): "L", (2, 8): "LA", (3, 8): "RGB", (4, 8): "RGBA", (1, 16): "I;16"}
DEEP_COLOUR = {(2, 16): "LA", (3, 16): "RGB", (4, 16): "RGBA"}


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """The plugin, for one test: other tests see Pillow as it was."""
    Image.init()  # Pillow's own plugins register once per process, so before the tables are copied.
    for table in TABLES:
        monkeypatch.setattr(Image, table, getattr(Image, table).copy())
    register_inr_opener()


def example(channels: int = 3, sample_bits: int = 8, width: int = 21, height: int = 13, seed: int = 3) -> bytes:
    """A file that no fit was needed for."""
    representation = REPRESENTATIONS["pe_siren"](hidden_features=12, hidden_layers=2, frequencies=4)
    parameters = representation.initial(channels, np.random.default_rng(seed))
    last = list(parameters)[-2]
    parameters[last] *= 4  # An untrained output is nearly flat.
    picture = container.ImplicitPicture(
        width=width,
        height=height,
        channels=channels,
        sample_bits=sample_bits,
        representation=representation,
        bits=6,
        tensors=quantize(parameters, 6),
    )
    return container.write(picture)


def resealed(data: bytes, position: int, value: int) -> bytes:
    """The same file with one byte changed and a checksum that is right again."""
    body = data[:position] + bytes([value]) + data[position + 1 : -4]
    return body + zlib.crc32(body).to_bytes(4, "little")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def saved(picture: Image.Image, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, format="INR", **{"preset": "small", "seconds": 0.2} | options)
    return file.getvalue()


# Opening


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
        "representation": "pe_siren",
        "hyperparameters": {"hidden_features": 12, "hidden_layers": 2, "frequencies": 4, "base_percent": 140},
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
    ("position", "value", "reason"), [(4, 2, "version in 1..1, found 2"), (10, 99, "a representation among")]
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


# Smaller


@pytest.mark.parametrize(
    ("wanted", "size"),
    [
        ((96, 64), (96, 64)),
        ((200, 10), (96, 64)),
        ((50, 20), (50, 33)),
        ((5, 22), (33, 22)),
        ((48, 32), (48, 32)),
        ((1, 1), (2, 1)),
        ((0, 0), (1, 1)),
    ],
)
def test_draft_shrinks_to_at_least_the_wish(wanted, size):
    picture = opened(example(width=96, height=64))
    drafted = picture.draft("L", wanted)
    assert picture.size == size
    assert drafted == (None if size == (96, 64) else ("RGB", (0, 0, *size)))
    assert picture.mode == "RGB" and np.asarray(picture).shape == (*size[::-1], 3)


def test_a_second_draft_shrinks_further():
    picture = opened(example(width=96, height=64))
    picture.draft(None, (48, 32))
    assert picture.draft(None, (60, 40)) is None
    assert picture.draft(None, (24, 16)) == ("RGB", (0, 0, 24, 16))
    assert np.array_equal(np.asarray(picture), decode(example(width=96, height=64), size=(24, 16)))


def test_a_draft_is_the_mean_of_the_picture():
    data = example(width=96, height=64)
    picture = opened(data)
    picture.draft(None, (24, 16))
    difference = np.asarray(picture).astype(int) - np.asarray(opened(data).reduce(4))
    assert np.abs(difference).max() <= 1


def test_a_loaded_picture_keeps_its_size():
    picture = opened(example(width=96, height=64))
    picture.load()
    assert picture.draft(None, (8, 8)) is None and picture.size == (96, 64)
    picture = opened(example())
    assert picture.draft("L", None) is None


@pytest.mark.parametrize("kind", [*MODES, *DEEP_COLOUR])
def test_thumbnails_are_decoded_small(kind, monkeypatch):
    sizes = []

    def watched(data, size, limits):
        sizes.append(size)
        return decode(data, size=size, limits=limits)

    data = example(*kind, width=96, height=72)
    full = opened(data)
    full.load()
    monkeypatch.setattr("inrcodec.pillow_plugin.decode", watched)
    picture = opened(data)
    picture.thumbnail((16, 12), Image.Resampling.BOX)
    opaque = picture.mode not in {"LA", "RGBA"}
    assert picture.size == (16, 12) and sizes == [(32, 24) if opaque else (96, 72)]
    difference = np.asarray(picture).astype(int) - np.asarray(full.resize((16, 12), Image.Resampling.BOX))
    # Where alpha is low, Pillow's premultiplying rounds colours by more.
    assert np.abs(difference).mean() <= 1


# Saving


def test_a_name_is_enough(tmp_path, photograph, monkeypatch):
    monkeypatch.setitem(PRESETS, "tutorial", Preset(PeSiren(32, 2), 8, 60, 30, "a quick one"))
    picture = Image.fromarray(photograph)
    path = tmp_path / "x.inr"
    picture.save(path)
    with Image.open(path) as again:
        assert (again.mode, again.size) == ("RGB", picture.size)
        assert np.array_equal(np.asarray(again), decode(path.read_bytes()))
        difference = np.asarray(again).astype(int) - photograph
    assert np.sqrt((difference**2).mean()) < photograph.std() / 2


@pytest.mark.parametrize(
    ("mode", "kept"),
    [
        ("L", "L"),
        ("LA", "LA"),
        ("RGB", "RGB"),
        ("RGBA", "RGBA"),
        ("I;16", "I;16"),
        ("1", "L"),
        ("P", "RGB"),
        ("PA", "RGBA"),
    ],
)
def test_modes_are_kept_or_shown(mode, kept):
    grey = Image.linear_gradient("L").resize((16, 12))
    picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    again = opened(saved(picture))
    assert (again.mode, again.size) == (kept, (16, 12))


def test_a_transparent_palette_colour_is_kept():
    picture = Image.linear_gradient("L").resize((16, 12)).convert("P")
    picture.info["transparency"] = 0
    assert opened(saved(picture)).mode == "RGBA"


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "LAB", "HSV", "I", "F"])
def test_other_modes_are_refused_and_leave_no_file(mode, tmp_path):
    path = tmp_path / "x.inr"
    with pytest.raises(ValueError, match=f"mode {mode} is not accepted"):
        Image.new(mode, (4, 4)).save(path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("preset", value) for value in ("best", 3, None, ["small"])),
        *(("seconds", value) for value in (0, -1.0, float("nan"), float("inf"), "1", True)),
        *(("seed", value) for value in (-1, 1.5, "1", None, True, 1 << 32)),
    ],
)
def test_options_are_checked(option, value, tmp_path, monkeypatch):
    monkeypatch.setattr("inrcodec.api.encode", lambda *_, **__: pytest.fail("an option was accepted"))
    path = tmp_path / "x.inr"
    with pytest.raises(ValueError) as caught:
        Image.new("RGB", (4, 4)).save(path, **{option: value})
    message = str(caught.value)
    assert message.startswith(f"{option} is {value!r}, accepted are ")
    assert not path.exists()


def test_options_reach_the_encoder(monkeypatch):
    given = {}
    monkeypatch.setattr("inrcodec.api.encode", lambda pixels, **options: given.update(options) or b"coded")
    assert saved(Image.new("L", (4, 4)), preset="large", seconds=None, seed=7, quality=3) == b"coded"
    assert given == {"preset": "large", "seconds": None, "seed": 7}


def test_pixels_are_encoded_as_shown(monkeypatch):
    monkeypatch.setattr("inrcodec.api.encode", lambda pixels, **_: str(pixels.shape).encode())
    picture = Image.new("RGB", (4, 3))
    picture.getexif()[0x0112] = 6  # A quarter turn.
    assert saved(picture) == b"(4, 3, 3)"
    picture.info["icc_profile"] = b"broken"
    with pytest.raises((ValueError, OSError), match="profile"):
        saved(picture)


# Registration


def test_registering_again_changes_nothing():
    before = [getattr(Image, table).copy() for table in TABLES]
    register_inr_opener()
    assert [getattr(Image, table) for table in TABLES] == before
    assert Image.ID.count("INR") == 1


def script(run, code: str):
    return run(sys.executable, "-W", "error", "-c", textwrap.dedent(code))


def test_only_a_call_or_the_named_module_registers(run):
    done = script(
        run,
        """
        from PIL import Image
        import inrcodec, inrcodec.pillow_plugin
        assert inrcodec.register_inr_opener is inrcodec.pillow_plugin.register_inr_opener
        Image.init()
        assert "INR" not in Image.OPEN and "INR" not in Image.SAVE and ".inr" not in Image.EXTENSION
        import inrcodec.InrImagePlugin
        assert "INR" in Image.OPEN and "INR" in Image.SAVE and Image.EXTENSION[".inr"] == "INR"
        """,
    )
    assert done.returncode == 0, done.stderr


def test_opening_does_not_import_torch_and_saving_needs_it(run, tmp_path):
    (tmp_path / "x.inr").write_bytes(example())
    done = script(
        run,
        f"""
        import sys
        sys.modules["torch"] = None
        from pathlib import Path
        from PIL import Image
        from inrcodec.pillow_plugin import register_inr_opener
        register_inr_opener()
        with Image.open({str(tmp_path / "x.inr")!r}) as picture:
            picture.load()
            assert picture.size == (21, 13)
        assert "INR" not in Image.SAVE
        copy = Path({str(tmp_path / "y.inr")!r})
        try:
            picture.save(copy)
        except KeyError as error:
            assert "INR" in str(error)
        else:
            raise AssertionError("saved without an encoder")
        assert not copy.exists()
        """,
    )
    assert done.returncode == 0, done.stderr


def test_opening_leaves_torch_alone(run, tmp_path):
    (tmp_path / "x.inr").write_bytes(example())
    done = script(
        run,
        f"""
        import sys
        import inrcodec.InrImagePlugin
        from PIL import Image
        with Image.open({str(tmp_path / "x.inr")!r}) as picture:
            picture.load()
        assert "torch" not in sys.modules
        """,
    )
    assert done.returncode == 0, done.stderr

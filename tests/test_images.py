"""Pictures of the real world: what is kept, converted, refused."""

import base64
import io
import sys
import threading
import warnings
import zlib

import numpy as np
import png
import pytest
import tifffile
from fuzz import fuzz_load
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from inrcodec.files import InputError
from inrcodec.images import load, save
from inrcodec.notes import PictureWarning, notes_as_lines

DEEP = np.random.default_rng(0).integers(0, 65536, (5, 7, 4)).astype(np.uint16)
JPEG_XL = {
    "16 bits": "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAAAoanhsY/8KCBD8ABQtAggEAQBEAEsYix"
    "XCWcPhvkAEAIceE2QA",
    "12 bits": "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAlanhsY/8KCBAYULQICAQBADwASxiLFcJBwuEFIgCIx4IM",
    "animation": "/woIEEETAIgJCAQBAEQASxiLFcJJw2G+QAQAh8YEGQAIBAUASABLGIsVwkkDXr5ABACHJoECYwA=",
    "floating": "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAABDanhsY/8KCBByAEWLCAQBALQASxiLFZ"
    "JofPL1gAEAQI/8/8+j/+80MQAA9Mj//zz6/04TAwBAj/z/z6P/7zQx",
}
"""Files of 2 x 2 pixels, in base64, written by libjxl through imagecodecs; Pillow's plugin writes no such files."""


def saved(picture: Image.Image, path, **options):
    picture.save(path, **options)
    return load(path)


def written(picture: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.fixture
def rgb(photograph):
    return Image.fromarray(photograph)


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("LA", 2), ("RGB", 3), ("RGBA", 4)])
def test_grey_colour_and_alpha_are_kept(rgb, tmp_path, mode, channels):
    picture = rgb.convert(mode)
    if mode.endswith("A"):
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    array = saved(picture, tmp_path / "x.png")
    assert array.shape == (32, 48, channels)
    assert np.array_equal(array.squeeze(), np.asarray(picture))


def test_sixteen_bit_grey_is_kept(tmp_path):
    values = np.arange(12 * 9, dtype=np.uint16).reshape(9, 12) * 600
    array = saved(Image.fromarray(values), tmp_path / "x.png")
    assert array.dtype == np.uint16 and np.array_equal(array[..., 0], values)


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_sixteen_bit_colour_survives_both_ways(tmp_path, channels):
    values = np.random.default_rng(0).integers(0, 65536, (5, 7, channels)).astype(np.uint16)
    save(values, tmp_path / "x.png")
    assert np.array_equal(load(tmp_path / "x.png"), values)
    assert png.Reader(bytes=(tmp_path / "x.png").read_bytes()).read()[3]["bitdepth"] == 16


def test_palettes_and_bilevel_become_what_they_show(rgb, tmp_path):
    palette = rgb.quantize(16)
    assert np.array_equal(saved(palette, tmp_path / "p.png"), np.asarray(palette.convert("RGB")))
    keyed = saved(palette, tmp_path / "k.png", transparency=3)
    assert keyed.shape[2] == 4 and set(np.unique(keyed[..., 3])) == {0, 255}
    bilevel = saved(rgb.convert("1"), tmp_path / "b.png")
    assert bilevel.shape[2] == 1 and set(np.unique(bilevel)) <= {0, 255}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_at_either_depth(rgb, tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(written(rgb, "PNG", exif=exif)))))
    assert np.array_equal(saved(rgb, tmp_path / "x.png", exif=exif), turned)
    save(np.asarray(rgb).astype(np.uint16) * 257, tmp_path / "deep.png")
    deep = load(with_chunk((tmp_path / "deep.png").read_bytes(), b"eXIf", exif.tobytes()[6:]))
    assert np.array_equal(deep, turned.astype(np.uint16) * 257)


def test_jpeg_xl_is_turned_by_its_decoder_alone(rgb):
    exif = Image.Exif()
    exif[0x0112] = 6
    save_it = load(written(rgb, "PNG", exif=exif))
    assert save_it.shape == (48, 32, 3)
    load(written(rgb, "PNG"))
    assert load(written(rgb, "JXL", exif=exif.tobytes())).shape == (32, 48, 3)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_an_icc_profile_is_converted_to_srgb(rgb, tmp_path):
    assert np.array_equal(saved(rgb, tmp_path / "s.png", icc_profile=SRGB), np.asarray(rgb))
    array = saved(rgb, tmp_path / "x.png", icc_profile=_swapped_profile())
    # The profile's red primary is sRGB's green one and the other way round.
    expected = np.asarray(rgb)[..., [1, 0, 2]]
    assert np.abs(array.astype(int) - expected).mean() < 3
    rgb.putalpha(Image.linear_gradient("L").resize(rgb.size))
    keeping_alpha = saved(rgb, tmp_path / "a.png", icc_profile=_swapped_profile())
    assert np.array_equal(keeping_alpha[..., :3], array)
    assert np.array_equal(keeping_alpha[..., 3], np.asarray(rgb)[..., 3])


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_is_converted_to_the_tones_of_srgb(mode, tmp_path):
    grey = Image.linear_gradient("L")
    array = saved(grey.convert(mode), tmp_path / "x.png", icc_profile=_grey_profile(1.0))
    linear = np.asarray(grey) / 255
    expected = 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    assert array.shape[2] == len(mode) and np.abs(array[..., 0] - expected).max() <= 1


def test_a_profile_in_jpeg_2000_is_applied(tmp_path):
    """Pillow does not look for one."""
    data = written(Image.linear_gradient("L"), "JPEG2000")
    profile = _grey_profile(1.0)
    box = (11 + len(profile)).to_bytes(4, "big") + b"colr\2\0\0" + profile
    place = data.index(b"colr") - 4
    with_profile = data[:place] + box + data[place + 15 :]
    header = place - 30
    assert with_profile[header + 4 : header + 8] == b"jp2h"
    length = int.from_bytes(data[header : header + 4], "big") - 15 + len(box)
    with_profile = with_profile[:header] + length.to_bytes(4, "big") + with_profile[header + 4 :]
    assert np.asarray(Image.open(io.BytesIO(with_profile)))[64, 0] == 64
    assert load(with_profile)[64, 0] == 137


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize(
    ("channels", "profile", "words"),
    [(3, "grey", "for GRAY, the picture is RGB"), (1, "rgb", "for RGB, the picture is GRAY"), (3, "broken", "broken")],
)
def test_profiles_that_do_not_fit_leave_the_picture_as_it_is(channels, profile, words, deep, tmp_path):
    values = DEEP[..., :channels] if deep else (DEEP[..., :channels] >> 8).astype(np.uint8)
    save(values, tmp_path / "x.png")
    profile = {"grey": _grey_profile(1.0), "rgb": SRGB, "broken": b"no profile at all"}[profile]
    with pytest.warns(PictureWarning, match=words) as caught:
        array = load(with_chunk((tmp_path / "x.png").read_bytes(), b"iCCP", b"x\0\0" + zlib.compress(profile)))
    assert np.array_equal(array, values) and len(caught) == 1


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_with_a_profile_are_kept_in_srgb_and_refused_otherwise(channels, tmp_path):
    save(DEEP[..., :channels], tmp_path / "x.png")
    data = (tmp_path / "x.png").read_bytes()
    if channels > 2:
        named_otherwise = SRGB.replace(b"s\0R\0G\0B", b"o\0t\0h\0e")
        assert np.array_equal(
            load(with_chunk(data, b"iCCP", b"x\0\0" + zlib.compress(named_otherwise))), DEEP[..., :channels]
        )
    other = _grey_profile(1.0) if channels < 3 else _swapped_profile()
    with pytest.raises(InputError, match="convert it to sRGB, or to 8 bits"):
        load(with_chunk(data, b"iCCP", b"x\0\0" + zlib.compress(other)))


def with_chunk(data: bytes, kind: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk after its header."""
    check = zlib.crc32(kind + content).to_bytes(4, "big")
    return data[:33] + len(content).to_bytes(4, "big") + kind + content + check + data[33:]


def _grey_profile(gamma: float) -> bytes:
    """The smallest grey profile: its white and its tone curve."""
    curve = b"curv" + bytes(4) + (1).to_bytes(4, "big") + round(gamma * 256).to_bytes(2, "big") + bytes(2)
    white = b"XYZ " + bytes(4) + b"".join(round(value * 65536).to_bytes(4, "big") for value in (0.9642, 1, 0.8249))
    tags = ((b"wtpt", 156, white), (b"kTRC", 176, curve))
    table = len(tags).to_bytes(4, "big")
    for name, place, content in tags:
        table += name + place.to_bytes(4, "big") + len(content).to_bytes(4, "big")
    head = (192).to_bytes(4, "big") + bytes(4) + b"\2\x10\0\0mntrGRAYXYZ " + bytes(12) + b"acsp" + bytes(28)
    return (head + white[8:] + bytes(48))[:128] + table + white + curve


def _swapped_profile() -> bytes:
    """sRGB's profile with the tags of its red and green primaries exchanged."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        *((mode, f"mode {mode} is not accepted") for mode in ("CMYK", "YCbCr", "LAB")),
        ("F", "floating"),
        ("I", "signed"),
    ],
)
def test_other_colour_models_are_refused(tmp_path, mode, words):
    Image.new(mode, (8, 8)).save(tmp_path / "x.tiff")
    with pytest.raises(InputError, match=words):
        load(tmp_path / "x.tiff")


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animations_are_refused_and_single_frames_are_not(rgb, kind):
    with pytest.raises(InputError, match="animations are not accepted"):
        load(written(rgb, kind, save_all=True, append_images=[rgb.rotate(90)]))
    assert load(written(rgb, kind, save_all=True)).shape[:2] == (32, 48)


def test_a_moving_jpeg_xl_is_refused():
    """Pillow's plugin takes it for a picture."""
    with pytest.raises(InputError, match="animations are not accepted"):
        load(base64.b64decode(JPEG_XL["animation"]))


@pytest.mark.parametrize("kind", ["MPO", "TIFF"])
def test_the_first_of_several_pictures_is_taken_with_a_word(rgb, kind):
    data = written(rgb, kind, save_all=True, append_images=[rgb.rotate(90), rgb])
    with pytest.warns(PictureWarning, match="holds 3 pictures, the first is taken"):
        array = load(data)
    assert np.abs(array.astype(int) - np.asarray(rgb)).mean() < 10


@pytest.mark.parametrize(("kind", "largest"), [("ICO", 64), ("ICNS", 1024)])
def test_the_largest_of_the_sizes_of_an_icon_is_taken(rgb, kind, largest):
    data = written(rgb.resize((64, 64)), kind, **({"sizes": [(16, 16), (64, 64), (32, 32)]} if kind == "ICO" else {}))
    with pytest.warns(PictureWarning, match=r"holds \d+ pictures, the largest is taken"):
        assert load(data).shape[:2] == (largest, largest)


def test_an_icon_of_one_size_needs_no_word(rgb):
    assert load(written(rgb, "ICO", sizes=[(32, 32)])).shape[1] == 32


def pnm(kind: str, samples: np.ndarray, top: int = 65535) -> bytes:
    """A grey map or colour map, as text (P2, P3) or as bytes (P5, P6)."""
    height, width = samples.shape[:2]
    head = f"{kind}\n# a comment\n{width} {height}\n{top}\n".encode()
    if kind in {"P2", "P3"}:
        return head + b"# another\n" + b" ".join(b"%d" % value for value in samples.ravel())
    return head + samples.astype(">u2").tobytes()


@pytest.mark.parametrize(("kind", "channels"), [("P2", 1), ("P3", 3), ("P5", 1), ("P6", 3)])
def test_pnm_keeps_sixteen_bits(kind, channels):
    values = DEEP[..., :channels]
    assert np.array_equal(load(pnm(kind, values)), values)
    # 12 bits are a scale of their own, whose white is white.
    twelve = load(pnm(kind, values >> 4, 4095))
    assert np.array_equal(twelve, np.round((values >> 4) * (65535 / 4095)))


def test_grey_tiff_keeps_its_depth_and_its_white(tmp_path):
    values = DEEP[..., 0]
    for photometric, expected in (("minisblack", values), ("miniswhite", 65535 - values)):
        tifffile.imwrite(tmp_path / "x.tif", values, photometric=photometric)
        assert np.array_equal(load(tmp_path / "x.tif")[..., 0], expected)


@pytest.mark.parametrize("kind", ["jp2", "j2k"])
def test_grey_jpeg_2000_keeps_sixteen_bits(kind):
    values = DEEP[..., 0]
    data = written(Image.fromarray(values), "JPEG2000", no_jp2=kind == "j2k")
    assert np.array_equal(load(data)[..., 0], values)


def test_a_twelve_bit_png_is_as_bright_as_its_viewers_show_it():
    """Its 16-bit samples say, in another chunk, how many of their bits mean something."""
    file = io.BytesIO()
    png.Writer(7, 5, greyscale=False, bitdepth=12).write(file, (DEEP[..., :3] >> 4).reshape(5, -1))
    array = load(file.getvalue())
    assert np.abs(array.astype(int) - np.round((DEEP[..., :3] >> 4) * (65535 / 4095))).max() <= 16


@pytest.mark.parametrize("channels", [1, 3])
def test_a_transparent_colour_of_sixteen_bits_is_kept(channels, tmp_path):
    save(DEEP[..., :channels], tmp_path / "x.png")
    key = DEEP[2, 3, :channels]
    array = load(with_chunk((tmp_path / "x.png").read_bytes(), b"tRNS", key.astype(">u2").tobytes()))
    assert np.array_equal(array[..., :-1], DEEP[..., :channels])
    assert array[2, 3, -1] == 0 and (array[..., -1] == 65535).sum() == 34


def _deep_tiff(channels: int) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, DEEP[..., :channels], photometric="rgb", planarconfig="contig")
    return file.getvalue()


def _signed_tiff() -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, np.zeros((4, 4), np.int8))
    return file.getvalue()


def _deep_avif() -> bytes:
    """An 8-bit file whose header says 10."""
    data = bytearray(written(Image.new("RGB", (8, 8)), "AVIF").replace(b"\3\x08\x08\x08", b"\3\x0a\x0a\x0a"))
    data[data.index(b"av1C") + 6] |= 0x40
    return bytes(data)


def _deep_jpeg_2000(**options) -> bytes:
    """An 8-bit file whose header says 12."""
    data = bytearray(written(Image.new("RGB", (8, 8)), "JPEG2000", **options))
    start = data.index(b"\xff\x4f\xff\x51") + 42
    data[start : start + 9 : 3] = b"\x0b\x0b\x0b"
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_deep_tiff(3), "16 bits per sample are not read from TIFF"),
        (_deep_tiff(4), "16 bits per sample are not read from TIFF"),
        (_signed_tiff(), "signed"),
        (written(Image.new("RGB", (8, 8)), "SGI", bpc=2), "16 bits per sample are not read from SGI"),
        (written(Image.new("L", (8, 8)), "SGI", bpc=2), "16 bits per sample are not read from SGI"),
        (_deep_avif(), "10 bits per sample are not read from AVIF"),
        (_deep_jpeg_2000(), "12 bits per sample are not read from JPEG2000"),
        (_deep_jpeg_2000(no_jp2=True), "12 bits per sample are not read from JPEG2000"),
        (base64.b64decode(JPEG_XL["16 bits"]), "16 bits per sample are not read from JXL"),
        (base64.b64decode(JPEG_XL["12 bits"]), "12 bits per sample are not read from JXL"),
        (base64.b64decode(JPEG_XL["floating"]), "floating-point samples are not accepted"),
        (written(Image.new("RGB", (8, 8)), "EPS"), "EPS drawings are not accepted"),
    ],
)
def test_what_pillow_cuts_to_eight_bits_is_refused(data, words):
    with pytest.raises(InputError, match=words):
        load(data)


@pytest.mark.parametrize("work", ["save(np.zeros((4, 4, 3), np.uint8), 'x.jxl')", "load('x.jxl')"])
def test_jpeg_xl_is_known_without_asking(rgb, run, tmp_path, work):
    if work.startswith("load"):
        save(np.asarray(rgb), tmp_path / "x.jxl")
    program = f"import numpy as np; from inrcodec.images import load, save; {work}"
    assert run(sys.executable, "-c", program, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_jpeg_xl_is_read_and_written(rgb, tmp_path, mode):
    array = np.atleast_3d(np.asarray(rgb.convert(mode)))
    save(array, tmp_path / "x.jxl")
    assert load(tmp_path / "x.jxl").shape == array.shape
    assert np.abs(load(tmp_path / "x.jxl").astype(int) - array).mean() < 8


def test_jpeg_xl_of_sixteen_bits_is_not_taken_for_brighter_than_it_is(tmp_path):
    """Pillow's plugin declares what it writes in 16 bits to be linear."""
    with pytest.raises(InputError, match="16 bits are not written as JPEG XL"):
        save(DEEP[..., :1], tmp_path / "x.jxl")
    with pytest.raises(InputError, match="accepted in sRGB only"):
        load(written(Image.fromarray(DEEP[..., 0]), "JXL"))


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (31, 7)])
def test_odd_sizes(tmp_path, size):
    assert saved(Image.new("RGB", size), tmp_path / "x.png").shape == (size[1], size[0], 3)


def test_alpha_where_the_format_has_none_is_one_error(tmp_path):
    with pytest.raises(OSError, match="RGBA"):
        save(np.zeros((4, 4, 4), np.uint8), tmp_path / "x.jpg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x.nothing", "x"])
def test_unknown_suffixes_are_refused(tmp_path, name):
    with pytest.raises(InputError, match="no picture format"):
        save(np.zeros((4, 4, 3), np.uint8), tmp_path / name)


@pytest.mark.parametrize(("suffix", "words"), [("webp", "16384x1 pixels cannot be written as WEBP")])
def test_sizes_that_a_format_cannot_hold_are_one_error(tmp_path, suffix, words):
    with pytest.raises((InputError, OSError), match=words):
        save(np.zeros((1, 16384, 3), np.uint8), tmp_path / f"x.{suffix}")
    assert list(tmp_path.iterdir()) == []


def _sources(rgb, tmp_path):
    data = written(rgb, "PNG")
    (tmp_path / "x.png").write_bytes(data)
    yield str(tmp_path / "x.png")
    yield tmp_path / "x.png"
    yield data
    yield bytearray(data)
    yield memoryview(data)
    yield io.BytesIO(data)
    yield rgb
    yield Image.open(io.BytesIO(data))
    with Image.open(tmp_path / "x.png") as picture, (tmp_path / "x.png").open("rb") as file:
        yield picture
        yield file


def test_pictures_come_from_anything_that_holds_one(rgb, tmp_path):
    for source in _sources(rgb, tmp_path):
        assert np.array_equal(load(source), np.asarray(rgb)), source
        if isinstance(source, io.BytesIO):
            assert not source.closed


def test_a_pillow_image_is_left_as_it_is(rgb, tmp_path):
    save(DEEP, tmp_path / "deep.png")
    with Image.open(tmp_path / "deep.png") as picture:
        place = picture.fp.tell()
        # It was not read yet, so the file still gives what Pillow would cut.
        assert np.array_equal(load(picture), DEEP)
        assert picture.fp.tell() == place and picture.tile
        assert np.array_equal(np.asarray(picture), DEEP >> 8)
    pages = Image.open(io.BytesIO(written(rgb, "TIFF", save_all=True, append_images=[rgb.rotate(90, expand=True)])))
    pages.seek(1)
    assert np.array_equal(load(pages), np.rot90(np.asarray(rgb))) and pages.tell() == 1 and pages.tile
    photograph = Image.open(io.BytesIO(written(rgb.resize((480, 320)), "JPEG")))
    photograph.draft("RGB", (60, 40))
    assert load(photograph).shape == (photograph.height, photograph.width, 3) != (320, 480, 3)
    changed = Image.open(tmp_path / "deep.png").convert("RGB")
    changed.putpixel((0, 0), (1, 2, 3))
    assert load(changed)[0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "source", [None, 3, [1, 2], io.StringIO("text"), object(), "\0", "", "no such folder/x.png", "."]
)
def test_what_is_no_picture_is_refused_in_one_line(source):
    with pytest.raises(InputError, match=r"accepted here|cannot be read|no such file") as caught:
        load(source)
    assert str(caught.value).isprintable() or source == "\0"


def test_long_texts_do_not_matter(rgb):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "x" * 3_000_000, zip=True)
    texts.add_itxt("Other", "y" * 3_000_000, zip=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    array = load(written(rgb, "PNG", pnginfo=texts, exif=exif))
    assert np.array_equal(array, np.rot90(np.asarray(rgb), -1))


def test_an_orientation_in_xmp_is_kept_where_texts_are_dropped(rgb):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "x" * 3_000_000, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>')
    assert load(written(rgb, "PNG", pnginfo=texts)).shape == (48, 32, 3)


def test_reading_changes_nothing_that_outlives_it(rgb):
    data = written(rgb, "MPO", save_all=True, append_images=[rgb])
    before = warnings.filters[:], warnings.showwarning, Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK
    seen = []

    def read() -> None:
        try:
            load(data)
        except PictureWarning as warning:
            # pytest's filters make it an error, in every thread.
            seen.append(warning)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert before == (warnings.filters[:], warnings.showwarning, Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK)


def test_programs_print_notes_as_lines(rgb, capsys):
    before = warnings.filters[:], warnings.showwarning
    with notes_as_lines("inrcodec"):
        load(written(rgb, "MPO", save_all=True, append_images=[rgb]))
        warnings.warn_explicit("for programmers", UserWarning, "x.py", 1, module="PIL.Image")
        with pytest.raises(RuntimeWarning):
            warnings.warn("another", RuntimeWarning, stacklevel=1)
    printed = capsys.readouterr().err
    assert printed.startswith("inrcodec: note: picture of ") and printed.count("\n") == 1
    assert before == (warnings.filters[:], warnings.showwarning)


def test_programs_print_nothing_but_their_own_words(rgb, run, tmp_path):
    """libtiff prints its errors itself."""
    data = written(rgb, "TIFF", compression="tiff_deflate")
    (tmp_path / "x.tif").write_bytes(data.replace(data[8:40], bytes(32)))
    rgb.save(tmp_path / "x.mpo", save_all=True, append_images=[rgb])
    program = """
import sys
from inrcodec.images import load
from inrcodec.notes import notes_as_lines, quiet_libraries
with notes_as_lines("inrcodec"):
    with quiet_libraries():
        load("x.mpo")
    try:
        with quiet_libraries():
            load("x.tif")
    except ValueError as error:
        print("error:", error, file=sys.stderr)
"""
    lines = run(sys.executable, "-c", program, cwd=tmp_path).stderr.splitlines()
    assert lines[0] == "inrcodec: note: x.mpo: holds 2 pictures, the first is taken"
    assert len(lines) == 2 and lines[1].startswith("error: x.tif: cannot be read as a picture (")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(len(fuzz_load.SEEDS)), ids=[seed.name for seed in fuzz_load.SEEDS])
def test_damaged_files_of_every_format_are_refused_in_one_line(number, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", fuzz_load.PIXELS)
    name, data = fuzz_load.SEEDS[number]
    assert fuzz_load.outcome(data) == "read"
    for damaged in fuzz_load.mutations(number, 25, name):
        fuzz_load.outcome(damaged)

"""Classical codecs do what their table says; published curves carry what their fields promise."""

import math
import sys

import numpy as np
import pytest
import skimage.data
import skimage.metrics
from PIL import Image

from inrcodec.baselines import classical
from inrcodec.baselines.classical import CODECS, available, decode, encode
from inrcodec.baselines.compressors import COMPRESSORS, packed, whole_bytes
from inrcodec.baselines.enlarging import METHODS, enlarge
from inrcodec.baselines.published import load_published
from inrcodec.files import InputError
from inrcodec.metrics.bjontegaard import bd_rate
from inrcodec.quantization import RULES
from inrcodec.quantization.base import QuantizedTensor

# Worst to best. JPEG 2000 takes a compression ratio.
QUALITIES = {
    "jpeg": [5, 40, 90],
    "jpeg2000": [150, 40.5, 8],
    "webp": [5, 40, 90],
    "avif": [5, 40, 90],
    "jxl": [5, 40, 90],
}
MAGIC = {
    "jpeg": b"\xff\xd8\xff",
    "jpeg2000": b"\0\0\0\x0cjP  ",
    "webp": b"RIFF",
    "avif": b"\0\0\0 ftypavif",
    "jxl": b"\xff\x0a",
}
INSTALLED = [name for name, library in available().items() if library]


@pytest.fixture(scope="module")
def photograph() -> np.ndarray:
    return skimage.data.coffee()[100:231, 150:323]


def quality_db(reference: np.ndarray, decoded: np.ndarray) -> float:
    return skimage.metrics.peak_signal_noise_ratio(reference, decoded, data_range=255)


def test_every_codec_of_the_table_is_installed_here_with_a_version():
    assert set(INSTALLED) == set(CODECS) == set(QUALITIES)
    assert all(any(letter.isdigit() for letter in library) for library in available().values())


@pytest.mark.parametrize("codec", INSTALLED)
def test_more_bytes_give_a_better_picture(codec, photograph):
    files = [encode(codec, photograph, quality) for quality in QUALITIES[codec]]
    pictures = [decode(data) for data in files]
    for data, picture in zip(files, pictures, strict=True):
        assert data.startswith(MAGIC[codec])
        assert picture.dtype == np.uint8 and picture.shape == photograph.shape
    sizes = [len(data) for data in files]
    scores = [quality_db(photograph, picture) for picture in pictures]
    assert sizes[0] < sizes[1] < sizes[2] < photograph.size / 3
    assert 19 < scores[0] < scores[1] < scores[2] < 50
    assert scores[2] > 32


@pytest.mark.parametrize("codec", INSTALLED)
def test_equal_inputs_give_equal_bytes(codec, photograph):
    quality = QUALITIES[codec][1]
    assert encode(codec, photograph, quality) == encode(codec, photograph.copy(), quality)


@pytest.mark.parametrize("codec", INSTALLED)
@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (64, 33)])
def test_odd_and_tiny_pictures_keep_their_size(codec, shape, photograph):
    picture = photograph[: shape[0], : shape[1]]
    assert decode(encode(codec, picture, QUALITIES[codec][2])).shape == picture.shape


@pytest.mark.parametrize("codec", INSTALLED)
def test_both_ends_of_the_quality_range_work_and_beyond_is_refused(codec, photograph):
    entry = CODECS[codec]
    for quality in (entry.lowest, entry.highest):
        decoded = decode(encode(codec, photograph, quality))
        assert 10 < quality_db(photograph, decoded) < 60
    for quality in (entry.lowest - 1, entry.highest + 1, math.nan):
        with pytest.raises(InputError, match=rf"quality {quality} of {codec} .* {entry.highest:g} are"):
            encode(codec, photograph, quality)


def test_fractions_of_quality_count_or_are_refused(photograph):
    for codec in INSTALLED:
        if CODECS[codec].whole:
            with pytest.raises(InputError, match=r"quality 50.5 .* whole numbers"):
                encode(codec, photograph, 50.5)
        else:
            assert len({encode(codec, photograph, quality) for quality in (20, 20.5, 21)}) == 3


# By Pillow's defaults each of these files is larger.
@pytest.mark.parametrize(
    ("codec", "quality", "weaker"),
    [
        ("jpeg", 50, {"quality": 50}),
        ("webp", 50, {"quality": 50}),
        ("avif", 50, {"quality": 50, "max_threads": 1}),
    ],
)
def test_settings_take_effect(codec, quality, weaker, photograph, tmp_path):
    Image.fromarray(photograph).save(tmp_path / "weaker", format=CODECS[codec].pillow_format, **weaker)
    assert len(encode(codec, photograph, quality)) < (tmp_path / "weaker").stat().st_size


def test_jpeg2000_reaches_its_ratio_and_decorrelates_colours(photograph, tmp_path):
    data = encode("jpeg2000", photograph, 20)
    assert photograph.size / len(data) == pytest.approx(20, rel=0.05)
    Image.fromarray(photograph).save(tmp_path / "plain.jp2", quality_mode="rates", quality_layers=[20])
    plain = decode((tmp_path / "plain.jp2").read_bytes())
    assert quality_db(photograph, decode(data)) > quality_db(photograph, plain) + 2


def test_avif_does_not_depend_on_the_number_of_cores(monkeypatch):
    picture = skimage.data.coffee()[:301, :403]
    files = set()
    for cores in (1, 4):
        monkeypatch.setattr("PIL.AvifImagePlugin._get_default_max_threads", lambda cores=cores: cores)
        files.add(encode("avif", picture, 20))
    assert len(files) == 1


def test_wrong_codecs_and_pictures_are_refused_in_one_line(photograph):
    with pytest.raises(InputError, match=r"'gif' is unknown, jpeg, jpeg2000, webp, avif, jxl are known"):
        encode("gif", photograph, 50)
    with pytest.raises(ValueError, match="float64"):
        encode("jpeg", photograph / 255, 50)
    with pytest.raises(ValueError, match=r"\(131, 173\)"):
        encode("jpeg", photograph[..., 0], 50)
    with pytest.raises(InputError, match=r"^WebP cannot encode 16384x1 pixels \(.*\)$"):
        encode("webp", np.zeros((1, 16384, 3), np.uint8), 50)


def test_a_codec_that_is_not_installed_is_named_as_such(photograph, monkeypatch):
    jxl = encode("jxl", photograph, 50)
    check = classical.features.check
    monkeypatch.setattr(classical.features, "check", lambda name: name != "webp" and check(name))
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    assert available()["webp"] is None and available()["jxl"] is None
    for codec in ("webp", "jxl"):
        with pytest.raises(InputError, match=f"{codec!r} is not installed, jpeg, jpeg2000, avif are"):
            encode(codec, photograph, 50)
    with pytest.raises(InputError, match="not a file of jpeg, jpeg2000, avif"):
        decode(jxl)


@pytest.mark.parametrize("codec", INSTALLED)
@pytest.mark.parametrize("kept", [0, 20, -1])
def test_cut_files_are_refused_in_one_line(codec, kept, photograph):
    with pytest.raises(InputError, match=r"^\d+ bytes: (not a file of|cannot be read) .*$") as caught:
        decode(encode(codec, photograph, QUALITIES[codec][1])[:kept])
    assert "\n" not in str(caught.value)


def test_formats_outside_the_table_are_refused(photograph, tmp_path):
    Image.fromarray(photograph).save(tmp_path / "picture.png")
    with pytest.raises(InputError, match="not a file of jpeg"):
        decode((tmp_path / "picture.png").read_bytes())


def test_published_curves_are_complete_and_plausible():
    published = load_published()
    assert list(published.columns) == ["system", "family", "bpp", "psnr_db", "averaging", "rate", "source"]
    assert not published.isna().any(axis=None)
    assert set(published["family"]) == {"inr", "classical"}
    assert set(published["averaging"]) <= {"mean_of_psnr", "psnr_of_mean_mse"}
    assert set(published["rate"]) == {"file", "estimate"}
    assert published["system"].nunique() == 10
    for _, curve in published.groupby("system"):
        assert curve["bpp"].is_monotonic_increasing and curve["psnr_db"].is_monotonic_increasing
        assert curve[["family", "averaging", "rate", "source"]].drop_duplicates().shape[0] == 1


# Bjontegaard rates derived from the same releases elsewhere, to the digit they were noted with.
@pytest.mark.parametrize(
    ("anchor", "system", "percent"),
    [
        ("VTM 19.1 10-bit 4:4:4", "Cool-chic 5.0", -6.8),
        ("VTM 19.1 10-bit 4:4:4", "NIF25 (PSNR)", 88.0),
        ("VTM 19.1 10-bit 4:4:4", "RECOMBINER", 62.2),
        ("JPEG (Pillow, CompressAI results)", "COIN", 5.8),
        ("JPEG (Pillow, CompressAI results)", "Struempler basic 8-bit", -32.5),
        ("JPEG (Pillow, CompressAI results)", "Struempler meta-learned 7-bit", -42.4),
        ("JPEG (Pillow, CompressAI results)", "NIF", -9.0),
    ],
)
def test_published_curves_give_the_known_bjontegaard_rates(anchor, system, percent):
    curves = dict(list(load_published().groupby("system")))
    sides = [curves[name][column] for name in (anchor, system) for column in ("bpp", "psnr_db")]
    assert bd_rate(*sides).percent == pytest.approx(percent, abs=0.05)


def make_tensor(bits: int, *symbols: int) -> QuantizedTensor:
    return QuantizedTensor(np.array(symbols), RULES["uniform"], bits, {"shift": 0, "mantissa": 1})


def test_packed_symbols_have_as_many_bits_as_their_tensors():
    # 3 bits: -3 is 000, 3 is 110; 10 bits: -511 is 0, 0 is 0111111111. 16 bits in all.
    assert packed([make_tensor(3, -3, 3), make_tensor(10, 0)]) == bytes([0b00011001, 0b11111111])
    assert packed([make_tensor(3, 3)]) == bytes([0b11000000])


def test_whole_bytes_are_one_or_two_per_symbol():
    assert whole_bytes([make_tensor(6, -1, 2), make_tensor(10, -2)]) == b"\xff\x02\xfe\xff"


@pytest.mark.parametrize("name", COMPRESSORS)
def test_compressors_find_repeats(name):
    data = np.random.default_rng(0).integers(0, 256, 1000, dtype=np.uint8).tobytes()
    assert 1000 <= len(COMPRESSORS[name](data)) < 1100
    assert len(COMPRESSORS[name](3 * data)) < 1200


@pytest.mark.parametrize("method", METHODS)
def test_a_region_is_a_part_of_the_enlarged_whole(photograph, method):
    size, region = (519, 393), (240, 150, 90, 60)
    x, y, width, height = region
    whole = enlarge(photograph, method, size)
    part = enlarge(photograph, method, size, region)
    assert whole.shape == (393, 519, 3)
    np.testing.assert_array_equal(part, whole[y : y + height, x : x + width])


def test_enlarging_keeps_pixels_where_they_are(photograph):
    height, width, _ = photograph.shape
    tripled = enlarge(photograph, "nearest", (3 * width, 3 * height))
    np.testing.assert_array_equal(tripled[1::3, 1::3], photograph)
    for method in ("bicubic", "lanczos"):
        # Where a new pixel's centre is an old one's, an interpolating kernel gives the old one.
        np.testing.assert_array_equal(enlarge(photograph, method, (3 * width, 3 * height))[1::3, 1::3], photograph)

"""Metrics against independent implementations and closed forms."""

import io
import math

import numpy as np
import pandas as pd
import pytest
import pytorch_msssim
import skimage.data
import skimage.metrics
import torch
from PIL import Image

from inrcodec.files import InputError
from inrcodec.metrics.bjontegaard import bd_rate, bd_rate_table, dataset_curve
from inrcodec.metrics.measure import WITHOUT_NUMBER, score
from inrcodec.metrics.quality import flip, lpips, ms_ssim, mse, psnr_db, ssim, ssimulacra2
from inrcodec.metrics.rate import bits_per_pixel

RATES = [0.1, 0.2, 0.45, 0.9]
QUALITIES = [25.0, 28.5, 32.0, 34.0]


def photograph(height: int, width: int) -> np.ndarray:
    return skimage.data.astronaut()[:height, :width]


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="JPEG", quality=quality)
    return np.asarray(Image.open(file))


def torch_batch(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.moveaxis(picture, -1, 0)[None].astype(np.float64))


@pytest.mark.parametrize("quality", [5, 90])
def test_mse_and_psnr_agree_with_skimage(quality):
    reference = photograph(97, 131)
    decoded = jpeg(reference, quality)
    assert mse(reference, decoded) == pytest.approx(skimage.metrics.mean_squared_error(reference, decoded))
    oracle = skimage.metrics.peak_signal_noise_ratio(reference, decoded, data_range=255)
    assert psnr_db(reference, decoded) == pytest.approx(oracle)


def test_psnr_extremes():
    black, white = np.zeros((2, 3, 3), np.uint8), np.full((2, 3, 3), 255, np.uint8)
    assert psnr_db(black, white) == 0  # also: no wrap-around of unsigned differences
    assert psnr_db(white, black) == 0
    assert psnr_db(white, white) == math.inf


@pytest.mark.parametrize("shape", [(11, 11), (97, 131), (240, 161)])
def test_ssim_agrees_with_pytorch_msssim(shape):
    reference = photograph(*shape)
    decoded = jpeg(reference, 10)
    oracle = pytorch_msssim.ssim(torch_batch(reference), torch_batch(decoded), data_range=255)
    assert ssim(reference, decoded) == pytest.approx(oracle.item(), abs=1e-5)


# Odd at the first scale, odd only at deeper ones, the smallest accepted, even throughout.
@pytest.mark.parametrize("shape", [(301, 403), (330, 250), (161, 162), (256, 192)])
@pytest.mark.parametrize("quality", [3, 50])
def test_ms_ssim_agrees_with_pytorch_msssim(shape, quality):
    reference = photograph(*shape)
    decoded = jpeg(reference, quality)
    # Its window is float32, which shows in the sixth digit.
    oracle = pytorch_msssim.ms_ssim(torch_batch(reference), torch_batch(decoded), data_range=255)
    assert ms_ssim(reference, decoded) == pytest.approx(oracle.item(), abs=1e-5)


def test_ms_ssim_of_dark_pictures_agrees_with_pytorch_msssim():
    reference, decoded = photograph(200, 220) // 32, photograph(200, 220) // 16
    oracle = pytorch_msssim.ms_ssim(torch_batch(reference), torch_batch(decoded), data_range=255)
    assert ms_ssim(reference, decoded) == pytest.approx(oracle.item(), abs=1e-5)


@pytest.mark.parametrize("turned", ["detail", "wave"])
def test_ms_ssim_clips_negative_terms_like_pytorch_msssim(turned):
    # Blocks of 8 px rule all scales but the coarsest, a wave of 176 px that one. Turning either over in red
    # makes only its scales negative; green and blue are equal.
    wave = 75 * np.sin(np.arange(320) * 2 * np.pi / 176)[:, None]
    detail = 41 * np.random.default_rng(1).choice([-1.0, 1.0], (40, 25)).repeat(8, axis=0).repeat(8, axis=1)
    reference, decoded = photograph(320, 200).copy(), photograph(320, 200).copy()
    reference[..., 0] = 128 + wave + detail
    decoded[..., 0] = 128 + (wave - detail if turned == "detail" else detail - wave)
    oracle = pytorch_msssim.ms_ssim(torch_batch(reference), torch_batch(decoded), data_range=255)
    assert ms_ssim(reference, decoded) == pytest.approx(oracle.item(), abs=1e-5)
    assert ms_ssim(reference, decoded) == pytest.approx(2 / 3)


def test_similarity_of_equal_pictures_is_one_and_of_small_ones_nan():
    assert ssim(photograph(11, 30), photograph(11, 30)) == pytest.approx(1)
    assert math.isnan(ssim(photograph(10, 30), photograph(10, 30)))
    assert ms_ssim(photograph(161, 200), photograph(161, 200)) == pytest.approx(1)
    assert math.isnan(ms_ssim(photograph(200, 160), photograph(200, 160)))


@pytest.mark.parametrize("metric", [mse, psnr_db, ssim, ms_ssim, ssimulacra2, flip, lpips])
def test_incomparable_pictures_are_refused(metric):
    picture = photograph(200, 200)
    with pytest.raises(ValueError, match=r"uint8 \(200, 200, 3\) .* uint8 \(200, 199, 3\)"):
        metric(picture, picture[:, :199])
    with pytest.raises(ValueError, match=r"uint8 \(200, 200, 3\) .* float64 \(200, 200, 3\)"):
        metric(picture, picture.astype(np.float64))
    with pytest.raises(ValueError, match="float64"):
        metric(picture / 255, picture / 255)
    with pytest.raises(ValueError, match=r"\(200, 200\)"):
        metric(picture[..., 0], picture[..., 0])


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_any_channels_agree_with_skimage(channels):
    reference = np.concatenate([photograph(90, 80), photograph(80, 90).swapaxes(0, 1)], axis=2)[..., :channels]
    decoded = (reference // 20 * 20).astype(np.uint8)
    oracle = skimage.metrics.peak_signal_noise_ratio(reference, decoded, data_range=255)
    assert psnr_db(reference, decoded) == pytest.approx(oracle)
    assert ssim(reference, decoded) == pytest.approx(skimage_ssim(reference, decoded, 255))


def skimage_ssim(reference: np.ndarray, decoded: np.ndarray, peak: int) -> float:
    """Its map, of which the mean is taken where the window fits."""
    _, full = skimage.metrics.structural_similarity(
        *(reference, decoded),
        channel_axis=2,
        data_range=peak,
        gaussian_weights=True,
        use_sample_covariance=False,
        full=True,
    )
    return full[5:-5, 5:-5].mean()


def test_sixteen_bits_have_their_own_peak():
    noise = np.random.default_rng(0).integers(-900, 900, (90, 80, 3))
    reference = photograph(90, 80).astype(np.uint16) * 257
    decoded = np.clip(reference + noise, 0, 65535).astype(np.uint16)
    oracle = skimage.metrics.peak_signal_noise_ratio(reference, decoded, data_range=65535)
    assert psnr_db(reference, decoded) == pytest.approx(oracle)
    assert ssim(reference, decoded) == pytest.approx(skimage_ssim(reference, decoded, 65535))
    assert ssim(reference, decoded) < 0.99


def test_grey_is_scored_as_the_colour_that_it_shows_and_depths_by_their_levels():
    colour = photograph(200, 180)
    grey = colour[..., :1]
    shown, decoded = np.repeat(grey, 3, axis=2), jpeg(np.repeat(grey, 3, axis=2), 30)
    expected = pytest.approx(score(shown, decoded, 99), nan_ok=True)
    assert score(grey, decoded, 99) == expected
    assert score(grey, decoded[..., :1], 99) == expected
    assert score(grey.astype(np.uint16) * 257, decoded, 99) == expected
    assert score(shown, decoded[..., :1].astype(np.uint16) * 257, 99) == expected
    alpha = colour[..., 1:2]
    assert math.isinf(score(np.dstack([grey, alpha]), np.dstack([shown, alpha]), 99)["psnr_db"])


@pytest.mark.parametrize(
    ("decoded", "described"),
    [
        (np.zeros((10, 12, 4), np.uint8), "12x10 RGBA of 8 bits"),
        (np.zeros((10, 12, 2), np.uint16), "12x10 grey and alpha of 16 bits"),
        (np.zeros((10, 13, 1), np.uint8), "13x10 grey of 8 bits"),
    ],
)
def test_pictures_that_cannot_be_scored_are_described(decoded, described):
    with pytest.raises(InputError) as caught:
        score(photograph(10, 12), decoded, 99)
    message = f"the original is 12x10 RGB of 8 bits, the decoded picture {described}; they cannot be compared"
    assert str(caught.value) == message


# By the package ssimulacra2 0.3.0, whose blur and last scale were first made those of libjxl (docs/log.md).
@pytest.mark.parametrize(
    ("shape", "levels", "expected"),
    [
        *(((300, 401), 8, 82.802641), ((300, 401), 64, -48.977310)),
        *(((176, 264), 8, 83.510056), ((176, 264), 64, -43.289954)),  # Its last scale is under 8 px.
        *(((9, 30), 64, 77.654777), ((8, 8), 64, 85.332376)),  # Of two scales.
    ],
)
def test_ssimulacra2_agrees_with_another_implementation(shape, levels, expected):
    reference = photograph(*shape)
    assert ssimulacra2(reference, reference // levels * levels) == pytest.approx(expected, abs=1e-5)
    sixteen_bit = reference.astype(np.uint16) * 257, reference.astype(np.uint16) // levels * levels * 257
    assert ssimulacra2(*sixteen_bit) == pytest.approx(expected, abs=1e-5)


def test_flip_of_the_farthest_colours_is_one():
    green, blue = np.zeros((40, 50, 3), np.uint8), np.zeros((40, 50, 3), np.uint8)
    green[..., 1], blue[..., 2] = 255, 255
    # The paper's scale: hues end at the distance of these two.
    assert flip(green, blue) == pytest.approx(1, abs=1e-4)
    assert flip(green.astype(np.uint16) * 257, blue.astype(np.uint16) * 257) == pytest.approx(1, abs=1e-4)
    assert 0 < flip(green, green // 8 * 8) < flip(green, green // 32 * 32) < 1


@pytest.mark.parametrize("metric", [ssimulacra2, flip])
def test_numbers_for_the_eye_are_of_colours(metric):
    picture, changed = photograph(60, 70), photograph(60, 70) // 32 * 32
    grey = picture[..., :1], changed[..., :1]
    assert metric(*grey) == metric(*(np.repeat(plane, 3, axis=2) for plane in grey)) != metric(picture, changed)
    assert metric(picture, picture) == (100 if metric is ssimulacra2 else 0)
    assert math.isnan(metric(*(np.dstack([plane, plane]) for plane in grey)))


def test_what_is_not_measured_has_its_reason():
    scored = score(photograph(7, 7), photograph(7, 7), 99)
    without = {key for key, value in scored.items() if not math.isfinite(value)}
    assert without == {"psnr_db", "ssim", "ms_ssim", "ssimulacra2", "lpips"} == WITHOUT_NUMBER.keys() - {"flip"}


def test_lpips_downloads_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert math.isnan(lpips(photograph(60, 70), photograph(60, 70)))
    assert not list(tmp_path.iterdir())


def test_bits_per_pixel():
    assert bits_per_pixel(1000, width_px=40, height_px=100) == 2
    for wrong in [(1, 0, 5), (1, 5, -1), (-1, 5, 5)]:
        with pytest.raises(ValueError, match="not a rate"):
            bits_per_pixel(*wrong)


def test_bd_rate_of_halved_rates_is_minus_fifty_percent():
    result = bd_rate(RATES, QUALITIES, [rate / 2 for rate in RATES], QUALITIES)
    assert result == pytest.approx((-50, 25, 34))


def test_bd_rate_of_a_curve_with_itself_is_zero():
    assert bd_rate(RATES, QUALITIES, RATES, QUALITIES) == pytest.approx((0, 25, 34))


def test_bd_rate_of_exponential_curves_is_the_closed_form_over_their_overlap():
    # log10 rate is linear in PSNR, which PCHIP reproduces; the mean difference is that at the middle.
    def curve(slope, offset, qualities):
        return [10 ** (offset + slope * quality) for quality in qualities], qualities

    anchor = curve(0.05, -2.0, [24.0, 29.0, 36.0])
    test = curve(0.06, -2.4, [22.0, 26.0, 31.0, 34.0])
    expected = 100 * (10 ** (-0.4 + 0.01 * (24 + 34) / 2) - 1)
    assert bd_rate(*anchor, *test) == pytest.approx((expected, 24, 34))


def test_bd_rate_inverts_when_the_sides_are_exchanged():
    other = [0.09, 0.21, 0.5, 1.0], [26.0, 28.0, 32.5, 33.5]
    there = bd_rate(RATES, QUALITIES, *other)
    back = bd_rate(*other, RATES, QUALITIES)
    assert abs(there.percent) > 1
    assert (1 + there.percent / 100) * (1 + back.percent / 100) == pytest.approx(1)
    assert there[1:] == back[1:]


def test_bd_rate_ignores_order_dominated_and_lossless_points():
    rates, qualities = [*RATES, 0.6, 0.2, 8.0], [*QUALITIES, 31.0, 28.0, math.inf]
    expected = bd_rate(RATES, QUALITIES, [1.1 * rate for rate in RATES], QUALITIES)
    assert bd_rate(rates[::-1], qualities[::-1], [1.1 * rate for rate in RATES], QUALITIES) == expected


def test_bd_rate_refuses_what_cannot_be_compared():
    with pytest.raises(ValueError, match=r"no overlap: the anchor spans 25.00 to 34.00 dB"):
        bd_rate(RATES, QUALITIES, RATES, [quality + 9 for quality in QUALITIES])
    with pytest.raises(ValueError, match=r"test curve: needs 2 points .* has 1"):
        bd_rate(RATES, QUALITIES, [0.1, 0.2], [30.0, 29.0])
    with pytest.raises(ValueError, match=r"anchor curve: a rate of 0 bpp"):
        bd_rate([0, 1], [20.0, 30.0], RATES, QUALITIES)


def points(codec: str, images: str, scale: float = 1.0, settings: str = "lmh") -> pd.DataFrame:
    """Files of one codec: one-letter pictures, of which "b" is 6 dB worse than the others."""
    quality = {"l": 25.0, "m": 30.0, "h": 35.0}
    rate = {"l": 0.1, "m": 0.3, "h": 0.8}
    frame = pd.DataFrame(
        [
            ("set", image, codec, setting, scale * rate[setting], quality[setting] - 6 * (image == "b"))
            for image in images
            for setting in settings
        ],
        columns=["dataset", "image", "codec", "setting", "bpp", "psnr_db"],
    )
    return frame.assign(mse=255**2 / 10 ** (frame["psnr_db"] / 10))


def test_dataset_curve_in_both_conventions():
    of_codec = points("jpeg", "ab")
    mean = dataset_curve(of_codec, "mean_of_psnr")
    assert list(mean.columns) == ["setting", "bpp", "psnr_db"]
    assert list(mean["setting"]) == ["l", "m", "h"]
    assert list(mean["bpp"]) == pytest.approx([0.1, 0.3, 0.8])
    assert list(mean["psnr_db"]) == pytest.approx([22, 27, 32])
    # The mean of the two errors of "l" is 10^-2.5 (1 + 10^0.6) / 2 of the peak's square.
    expected = 25 - 10 * math.log10((1 + 10**0.6) / 2)
    pooled = dataset_curve(of_codec, "psnr_of_mean_mse")
    assert list(pooled["psnr_db"]) == pytest.approx([expected, expected + 5, expected + 10])
    with pytest.raises(ValueError, match="'median' is unknown"):
        dataset_curve(of_codec, "median")


def test_dataset_curve_leaves_out_settings_that_lack_a_picture():
    of_codec = pd.concat([points("jpeg", "a"), points("jpeg", "b", settings="lh")])
    assert list(dataset_curve(of_codec, "mean_of_psnr")["setting"]) == ["l", "h"]


def test_bd_rate_table_has_a_row_per_codec_and_convention():
    table = bd_rate_table(
        pd.concat(
            [
                points("webp", "ab", scale=0.5),
                points("jpeg", "ab"),
                points("one-point", "ab", settings="m"),
                points("one-picture", "a"),
            ]
        )
    )
    assert list(table.columns) == [
        "dataset",
        "codec",
        "anchor",
        "convention",
        "bd_rate_percent",
        "overlap_low_db",
        "overlap_high_db",
        "left_out",
    ]
    assert set(table["dataset"]) == {"set"} and set(table["anchor"]) == {"jpeg"}
    by_key = table.set_index(["codec", "convention"])["bd_rate_percent"]
    assert len(by_key) == 8
    for convention in ("mean_of_psnr", "psnr_of_mean_mse"):
        assert by_key["jpeg", convention] == pytest.approx(0)
        assert by_key["webp", convention] == pytest.approx(-50)
        assert math.isnan(by_key["one-point", convention])
        assert math.isnan(by_key["one-picture", convention])
    overlap = table[table["codec"] == "webp"].set_index("convention")["overlap_low_db"]
    assert overlap["mean_of_psnr"] == pytest.approx(22)
    assert overlap["psnr_of_mean_mse"] < 21.1


def test_bd_rate_table_keeps_datasets_apart_and_marks_a_missing_anchor():
    jpeg_and_webp = pd.concat([points("jpeg", "ab"), points("webp", "ab", scale=0.5)])
    without_anchor = points("webp", "cd").assign(dataset="other")
    table = bd_rate_table(pd.concat([jpeg_and_webp, without_anchor]))
    by_key = table.set_index(["dataset", "codec", "convention"])["bd_rate_percent"]
    assert by_key["set", "webp", "mean_of_psnr"] == pytest.approx(-50)
    assert math.isnan(by_key["other", "webp", "mean_of_psnr"])
    assert list(bd_rate_table(without_anchor.iloc[:0]).columns) == list(table.columns)


def test_bd_rate_table_leaves_out_what_one_codec_decodes_exactly_for_all():
    table = pd.concat([points("webp", "abc", scale=0.5), points("jpeg", "abc"), points("jxl", "abc", scale=0.7)])
    exact = (table["image"] == "b") & (table["codec"] == "jpeg") & (table["setting"] != "l")
    table.loc[exact, ["psnr_db", "mse"]] = [math.inf, 0]
    expected = bd_rate_table(table[table["image"] != "b"])
    assert not expected["bd_rate_percent"].isna().any() and set(expected["left_out"]) == {""}
    pd.testing.assert_frame_equal(bd_rate_table(table), expected.assign(left_out="b"))


def test_a_lossless_setting_leaves_no_picture_out():
    table = pd.concat([points("webp", "ab", scale=0.5), points("jpeg", "ab")])
    lossless = points("webp", "ab", scale=9, settings="h").assign(setting="lossless", psnr_db=math.inf, mse=0.0)
    pd.testing.assert_frame_equal(bd_rate_table(pd.concat([table, lossless])), bd_rate_table(table))

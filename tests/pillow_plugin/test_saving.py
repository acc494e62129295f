"""Pillow saves .inr: which modes, which options, and no file after a refusal."""

import io

import numpy as np
import pytest
from PIL import Image

from examples import opened
from inrcodec.decoding.decoder import decode
from inrcodec.fitting.presets import PRESETS, Preset
from inrcodec.notes import PictureWarning
from inrcodec.representations import Positional


def saved(picture: Image.Image, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, format="INR", **{"preset": "small", "seconds": 0.2} | options)
    return file.getvalue()


def test_a_name_is_enough(tmp_path, photograph, monkeypatch):
    monkeypatch.setitem(PRESETS, "tutorial", Preset(Positional(32, 2), 8, 60, 30, "a quick one"))
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
        *(("preset", value) for value in ("best", 3, ["small"])),
        *(("quality", value) for value in (-1, "keep")),
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
    options = {"quality": 30, "effort": 2, "preset": None, "seconds": None, "seed": 7}
    assert saved(Image.new("L", (4, 4)), **options, optimize=True) == b"coded"
    assert given == options


def test_pixels_are_encoded_as_shown(monkeypatch):
    monkeypatch.setattr("inrcodec.api.encode", lambda pixels, **_: str(pixels.shape).encode())
    picture = Image.new("RGB", (4, 3))
    picture.getexif()[0x0112] = 6  # A quarter turn.
    assert saved(picture) == b"(4, 3, 3)"
    picture.info["icc_profile"] = b"broken"
    with pytest.warns(PictureWarning, match="profile is broken"):
        saved(picture)

"""Pictures of the real world: what is kept, converted, refused."""

import io

import numpy as np
import png
import pytest
from PIL import Image, ImageCms

from inrcodec.files import InputError
from inrcodec.images import load, save


def saved(picture: Image.Image, path, **options):
    picture.save(path, **options)
    return load(path)


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


def test_exif_orientation_is_applied(rgb, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    array = saved(rgb, tmp_path / "x.png", exif=exif)
    assert np.array_equal(array, np.rot90(np.asarray(rgb), -1))


def test_an_icc_profile_is_converted_to_srgb(rgb, tmp_path):
    lab = ImageCms.createProfile("sRGB")
    same = saved(rgb, tmp_path / "s.png", icc_profile=ImageCms.ImageCmsProfile(lab).tobytes())
    assert np.abs(same.astype(int) - np.asarray(rgb)).max() <= 1
    swapped = ImageCms.ImageCmsProfile(io.BytesIO(_swapped_profile()))
    array = saved(rgb, tmp_path / "x.png", icc_profile=swapped.tobytes())
    # The profile's red primary is sRGB's green one and the other way round.
    expected = np.asarray(rgb)[..., [1, 0, 2]]
    assert np.abs(array.astype(int) - expected).mean() < 3


def _swapped_profile() -> bytes:
    """sRGB's profile with the tags of its red and green primaries exchanged."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "LAB", "F", "I"])
def test_other_colour_models_are_refused(tmp_path, mode):
    Image.new(mode, (8, 8)).save(tmp_path / "x.tiff")
    with pytest.raises(InputError, match=f"mode {mode} is not accepted"):
        load(tmp_path / "x.tiff")


def test_animations_are_refused(rgb, tmp_path):
    rgb.save(tmp_path / "x.gif", save_all=True, append_images=[rgb.rotate(90)])
    with pytest.raises(InputError, match="animations are not accepted"):
        load(tmp_path / "x.gif")


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

"""The Python interface: what it takes, what it refuses, and that it refuses before it works."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image

import inrcodec
from inrcodec.bitstream import container
from inrcodec.fitting import encoder
from inrcodec.fitting.presets import PRESETS, Preset, preset_for
from inrcodec.images import save
from inrcodec.representations import Positional

TINY = Preset(Positional(4, 1), 6, 5, 2, "for a test")


@pytest.fixture(scope="module")
def data(photograph) -> bytes:
    return inrcodec.encode(photograph, preset=TINY)


OPTIONS = [
    *(("preset", value) for value in ("best", 3, ["small"])),
    *(("quality", value) for value in (-1, 101, float("nan"), "90", True)),
    *(("effort", value) for value in (0, 10, 2.5)),
    *(("bpp", value) for value in (0, -0.5, float("inf"), "1")),
    *(("file_bytes", value) for value in (0, 99.5, "100")),
    *(("seconds", value) for value in (0, -1, float("nan"), float("inf"), 10**400, True, "1")),
    *(("seed", value) for value in (-1, 1.5, "1", None, True, 1 << 32)),
]


@pytest.mark.parametrize(("option", "value"), OPTIONS)
def test_options_are_checked_before_the_picture_is_read(option, value):
    with pytest.raises(inrcodec.InputError) as caught:
        inrcodec.encode("no such picture", **{option: value})
    assert str(caught.value).startswith(f"{option} is {value!r}, accepted are ")


def test_numbers_of_numpy_are_numbers(photograph):
    given = {"seconds": np.float32(0.05), "seed": np.uint8(3)}
    assert inrcodec.decode(inrcodec.encode(photograph, preset=TINY, **given)).shape == photograph.shape


@pytest.mark.parametrize("field", [{"bits": 1}, {"bits": 17}, {"fit_steps": 0}, {"fine_tune_steps": 0}, {"bits": 8.0}])
def test_presets_that_no_file_or_no_end_comes_of_are_refused(field):
    ((name, value),) = field.items()
    with pytest.raises(inrcodec.InputError, match=f"{name} is {value}"):
        Preset(**vars(TINY) | field)


ARRAYS = {
    "no samples": np.zeros((0, 4, 3), np.uint8),
    "five channels": np.zeros((4, 4, 5), np.uint8),
    "one dimension": np.zeros(4, np.uint8),
    "floats": np.zeros((4, 4, 3)),
    "signed": np.zeros((4, 4, 3), np.int16),
    "wider than the format": np.zeros((1, (1 << 20) + 1, 1), np.uint8),
    "higher than the format": np.zeros(((1 << 20) + 1, 1), np.uint8),
}


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_arrays_that_no_file_can_hold_are_refused_before_the_fit(array, monkeypatch):
    monkeypatch.setattr(encoder, "encode", lambda *_: pytest.fail("the fit began"))
    with pytest.raises(inrcodec.InputError, match="accepted are"):
        inrcodec.encode(array)


def test_arrays_of_any_layout(photograph):
    deep = photograph.astype(np.uint16) * 257
    expected = inrcodec.encode(deep, preset=TINY)
    for array in (deep.astype(">u2"), np.asfortranarray(deep), deep[::-1].copy()[::-1]):
        assert inrcodec.encode(array, preset=TINY) == expected


def test_a_picture_is_a_path_a_file_or_an_image(photograph, data, tmp_path):
    path = tmp_path / "x.png"
    save(photograph, path)
    content = path.read_bytes()
    for picture in (path, str(path), content, io.BytesIO(content), Image.fromarray(photograph)):
        assert inrcodec.encode(picture, preset=TINY) == data


def test_a_coded_file_is_a_path_bytes_or_a_file(data, tmp_path):
    path = tmp_path / "x.inr"
    path.write_bytes(data)
    expected, about = inrcodec.decode(data), inrcodec.info(data)
    with path.open("rb") as file:
        assert np.array_equal(inrcodec.decode(file), expected)
    for file in (path, str(path), bytearray(data), memoryview(data), io.BytesIO(data), np.fromfile(path, np.uint8)):
        assert inrcodec.info(file) == about
        file = io.BytesIO(data) if isinstance(file, io.BytesIO) else file
        assert np.array_equal(inrcodec.decode(file), expected)


@pytest.mark.parametrize(
    "file",
    [5, None, [1, 2], object(), io.StringIO("text"), Image.new("L", (2, 2))],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_file_is_refused(file):
    for function in (inrcodec.decode, inrcodec.info):
        with pytest.raises(inrcodec.InputError, match=f"file is of type {type(file).__name__}, accepted are a path"):
            function(file)


@pytest.mark.parametrize(
    ("option", "value"),
    [("size", 5), ("size", (5,)), ("size", (4.0, 4)), ("size", "ab"), ("region", (1, 2, 3)), ("region", 0)],
)
def test_sizes_and_regions_are_integers(data, option, value):
    with pytest.raises(inrcodec.InputError) as caught:
        inrcodec.decode(data, **{option: value})
    assert str(caught.value).startswith(f"{option} is {value!r}, accepted are ")


@pytest.mark.parametrize("shape", [(32, 32, 3), (64, 48, 4), (100, 100, 1), (1, 4000, 3)])
@pytest.mark.parametrize("name", PRESETS)
def test_small_pictures_get_small_files(name, shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    for samples in (picture, picture.astype(np.uint16) * 257):
        preset = preset_for(name, samples)
        quick = Preset(preset.representation, preset.bits, 1, 1, "one step")
        assert len(inrcodec.encode(samples, preset=quick)) < 0.6 * picture.size
    assert preset.representation.hidden_features <= PRESETS[name].representation.hidden_features


@pytest.mark.parametrize("name", PRESETS)
def test_other_pictures_get_the_presets_own_network(name):
    for shape in ((256, 384, 3), (512, 512, 1)):
        assert preset_for(name, np.zeros(shape, np.uint8)) == PRESETS[name]


def test_a_preset_makes_a_file_of_one_pixel():
    data = inrcodec.encode(np.full((1, 1, 3), 77, np.uint8), preset="tutorial")
    assert inrcodec.decode(data).shape == (1, 1, 3)
    assert container.parse(data).representation.hidden_features == 1


def test_no_warning_and_no_global_state_of_torch(photograph):
    import torch

    before = torch.get_rng_state()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        inrcodec.encode(photograph, preset=TINY, seed=5)
    assert torch.equal(torch.get_rng_state(), before)

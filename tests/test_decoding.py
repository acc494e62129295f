"""Decoding: the same pixels everywhere, any region, any size, bounded memory."""

import hashlib
import json
import sys
import threading

import array_api_compat.torch
import numpy as np
import pytest
import torch
from variants import coded, variants

import inrcodec
from inrcodec.bitstream import container
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import Limits, decode, render
from inrcodec.decoding.grid import grid_for
from inrcodec.files import InputError
from inrcodec.fitting.presets import Preset
from inrcodec.representations.module import Module

VARIANTS = {name: container.write(picture) for name, picture in variants(width=35, height=23).items()}


def digest(pixels: np.ndarray) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()


MACHINES = {
    "one thread": {"OMP_NUM_THREADS": "1"},
    "two threads": {"OMP_NUM_THREADS": "2"},
    "Haswell kernels": {"OPENBLAS_CORETYPE": "Haswell"},
    "Prescott kernels": {"OPENBLAS_CORETYPE": "Prescott"},
    "no AVX-512": {"NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"},
}


@pytest.mark.parametrize("machine", MACHINES)
def test_pixels_do_not_depend_on_the_machine(run, tmp_path, machine):
    for name, data in VARIANTS.items():
        (tmp_path / name).write_bytes(data)
    program = (
        "import sys, hashlib, json; from pathlib import Path; from inrcodec import decode; "
        "digests = {p.name: hashlib.sha256(decode(p).tobytes()).hexdigest() for p in Path(sys.argv[1]).iterdir()}; "
        "print(json.dumps(digests))"
    )
    result = run(sys.executable, "-W", "ignore", "-c", program, tmp_path, **MACHINES[machine])
    assert json.loads(result.stdout) == {name: digest(decode(data)) for name, data in VARIANTS.items()}, result.stderr


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_decodes_the_same_in_every_way(name, monkeypatch):
    """In torch, in tiles of any size, and in regions."""
    picture = container.read(VARIANTS[name])
    whole = render(picture)
    assert whole.shape == (23, 35, 3) and whole.std() > 10
    assert np.array_equal(render(picture, xp=array_api_compat.torch), whole)
    for x, y, width, height in ((34, 22, 1, 1), (13, 7, 11, 5), (0, 22, 35, 1)):
        part = render(picture, grid_for((35, 23), region=(x, y, width, height)))
        assert np.array_equal(part, whole[y : y + height, x : x + width])
    for activations in (500, 1 << 22):
        monkeypatch.setattr("inrcodec.decoding.decoder.TILE_ACTIVATIONS", activations)
        assert np.array_equal(render(picture), whole)


def test_a_region_is_the_crop():
    data = coded()
    x, y, width, height = region = (13, 7, 31, 5)
    assert np.array_equal(decode(data, region=region), decode(data)[y : y + height, x : x + width])


@pytest.mark.parametrize("name", ["positional", "pyramid"])
def test_a_region_of_a_scaled_picture_is_its_crop(name):
    data = coded(name)
    for size in ((31, 20), (200, 130)):
        assert np.array_equal(decode(data, size=size, region=(5, 6, 11, 9)), decode(data, size=size)[6:15, 5:16])


@pytest.mark.parametrize("name", ["positional", "pyramid"])
def test_three_times_the_size_keeps_the_centres(name):
    """Centres of every third cell are the picture's own sample positions."""
    data = coded(name)
    assert np.array_equal(decode(data, size=(210, 135))[1::3, 1::3], decode(data))


SPLINE = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
"""Powers of the place between two samples, by the four samples around it (Catmull and Rom, 1974)."""


def interpolated(samples: np.ndarray, size: int) -> np.ndarray:
    """Along the first axis; places in whole 2**-7, as the decoder has them."""
    own = len(samples)
    place = ((2 * np.arange(size) + 1) * own / size - 1) / 2
    before = np.floor(place).astype(int)
    between = np.floor((place - before) * 128 + 0.5) / 128
    weights = between[:, None] ** np.arange(4) @ SPLINE
    around = samples[np.clip(before[:, None] + np.arange(-1, 3), 0, own - 1)]
    return np.einsum("is,is...->i...", weights, around)


@pytest.mark.parametrize("sample_bits", [8, 16])
@pytest.mark.parametrize(("width", "height"), [(140, 45), (71, 46), (70, 200), (333, 91), (210, 12), (10, 90)])
def test_a_picture_of_latents_is_interpolated(width, height, sample_bits, monkeypatch):
    """Along an axis that is enlarged; the other one is averaged. The whole, a region, and tiles of several blocks."""
    data, size = coded("pyramid", sample_bits=sample_bits, seed=6), (width, height)
    maximum = (1 << sample_bits) - 1
    expected = decode(data).astype(float)
    for axis, side in enumerate((height, width)):
        own = expected.shape[axis]
        turned = expected.swapaxes(0, axis)
        if side >= own:
            turned = interpolated(turned, side)
        else:
            turned = turned.repeat(side, axis=0).reshape(side, own, *turned.shape[1:]).mean(axis=1)
        expected = turned.swapaxes(0, axis)
    found = decode(data, size=size)
    assert np.abs(found - expected.clip(0, maximum)).max() <= 0.5 + 1e-6
    if width >= 70 and height >= 45:
        assert expected.min() < 0 and expected.max() > maximum
    assert np.array_equal(decode(data, size=size, region=(3, 4, 7, 8)), found[4:12, 3:10])
    monkeypatch.setattr("inrcodec.decoding.decoder.TILE_ACTIVATIONS", 1000)
    assert np.array_equal(decode(data, size=size), found)


PEAK_KIB = "import re; peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
"""Of a child process itself. What getrusage says begins as what its parent had."""


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 9), (2, 1)])
def test_few_samples_are_interpolated_too(width, height):
    data = coded("pyramid", width, height)
    shown, own = decode(data, size=(40, 30)).astype(int), decode(data).astype(int)
    assert shown.shape == (30, 40, 3)
    for axis, side in ((0, height), (1, width)):
        if side == 1:
            assert (np.diff(shown, axis=axis) == 0).all()
    assert np.abs(shown[0, 0] - own[0, 0]).max() <= 20 and np.abs(shown[-1, -1] - own[-1, -1]).max() <= 20


def test_enlarging_latents_takes_bounded_memory(run, tmp_path):
    """A 4000 x 3000 picture is 36 MB by itself."""
    path = tmp_path / "x.inr"
    path.write_bytes(coded("pyramid"))
    program = (
        f"{PEAK_KIB}; import sys; from inrcodec import decode; decode(sys.argv[1], size=(40, 30)); before = peak();"
        "decode(sys.argv[1], size=(4000, 3000)); print(peak() - before)"
    )
    result = run(sys.executable, "-c", program, path)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < 150 << 10
    with pytest.raises(BitstreamError, match="at most 178956970 pixels"):
        decode(path.read_bytes(), size=(1 << 20, 1 << 20))


def test_shrinking_averages_the_pictures_own_pixels():
    data = coded(width=72, height=48)
    cells = decode(data).reshape(16, 3, 24, 3, 3).astype(int).sum(axis=(1, 3))
    assert np.array_equal(decode(data, size=(24, 16)), (2 * cells + 9) // 18)


@pytest.mark.parametrize(("width", "height"), [(20, 13), (69, 45), (1, 1), (70, 4)])
def test_shrinking_is_the_area_average(width, height):
    data = coded()
    # Every pixel in `width` x `height` equal parts, of which each smaller pixel takes 70 x 45.
    parts = decode(data).astype(float).repeat(width, axis=1).repeat(height, axis=0)
    expected = parts.reshape(height, 45, width, 70, 3).mean(axis=(1, 3))
    assert np.abs(decode(data, size=(width, height)) - expected).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_are_the_eight_bits_refined(channels):
    eight = decode(coded(channels=channels)).astype(int)
    sixteen = decode(coded(channels=channels, sample_bits=16))
    assert sixteen.dtype == np.uint16 and sixteen.shape == (45, 70, channels)
    assert np.abs(sixteen / 257 - eight).max() <= 0.51


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (1 << 21, 1)])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(InputError, match="accepted are 1 to 1048576"):
        decode(coded(), size=size)


@pytest.mark.parametrize("region", [(0, 0, 0, 5), (-1, 0, 5, 5), (66, 0, 5, 5), (0, 44, 1, 2)])
def test_impossible_regions_are_refused(region):
    with pytest.raises(InputError, match="within 70x45"):
        decode(coded(), region=region)


def test_limits_count_tensors_that_the_file_does_not_hold_and_tables_by_rows():
    few = container.parse(coded("fourier", features=1))
    many = container.parse(coded("hash_grid", features=1))
    assert few.parameters < 200 and few.multiply_adds == few.parameters + 128 * 2 + 128
    tables = [tensor.declared.shape for name, tensor in many.tensors.items() if name.startswith("table")]
    assert many.multiply_adds == many.parameters + sum((4 - rows) * columns for rows, columns in tables)


def test_limits_come_before_the_work():
    data = coded(width=1 << 20, height=1 << 20)
    with pytest.raises(BitstreamError, match="at most 178956970 pixels"):
        decode(data)
    with pytest.raises(BitstreamError, match="multiply-adds"):
        decode(coded(), limits=Limits(multiply_adds=1000))
    assert decode(data, region=(9, 9, 2, 2)).shape == (2, 2, 3)


def test_progress_ends_at_one():
    shares = []
    decode(coded(), on_progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1


def test_a_hundred_megapixels_decode_in_bounded_memory(run, tmp_path):
    """A 12500 x 8000 picture is 300 MB by itself; the process stays under 1 GiB."""
    path = tmp_path / "large.inr"
    path.write_bytes(coded("siren", 12500, 8000, features=2))
    program = f"{PEAK_KIB}; import sys; from inrcodec.cli import main; print(main(sys.argv[1:]), peak())"
    result = run(sys.executable, "-c", program, "decode", path, tmp_path / "large.ppm")
    code, peak_kib = map(int, result.stdout.split())
    assert code == 0, result.stderr
    assert peak_kib < 1 << 20
    assert (tmp_path / "large.ppm").stat().st_size > 300_000_000


class OneAtATime(torch.nn.Module):
    """Fails where it is entered a second time before it is left."""

    inside = threading.Lock()

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.wide = torch.nn.Parameter(torch.full((channels, 1024), 1e-3))

    def forward(self, coordinates: torch.Tensor) -> torch.Tensor:
        if not self.inside.acquire(blocking=False):
            raise RuntimeError("entered twice")
        try:
            # Another thread has its chance meanwhile.
            torch.ones(700, 700) @ torch.ones(700, 700)
            return self.wide.sum(dim=1).expand(len(coordinates), -1)
        finally:
            self.inside.release()


def test_tiles_of_an_own_module_do_not_share_its_instance(photograph):
    preset = Preset(Module.of(OneAtATime, 3, {}), 8, 1, 1, "")
    data = inrcodec.encode(photograph, preset=preset)
    pixels = inrcodec.decode(data, module=OneAtATime)
    assert (pixels == pixels[0, 0]).all()

"""Power spectra: of waves whose spectrum is known, and of the fits that a study shows."""

import csv

import numpy as np
import pytest

from inrcodec.files import InputError
from inrcodec.images import save
from inrcodec.metrics.spectrum import radial_power
from workflow_scripts import adapter
from workflow_scripts.power_spectra import power_spectra


@pytest.mark.parametrize("shape", [(60, 90), (90, 60), (61, 91)])
def test_a_wave_has_its_power_at_its_own_frequency(shape):
    longer = max(shape)
    y, x = np.indices(shape)
    for across, down in ((12, 0), (0, 12), (12 * 0.6, 12 * 0.8)):
        wave = 3 * np.sin(2 * np.pi * (across * x + down * y) / longer)
        power = radial_power(np.stack([wave + 100, wave], axis=2))
        assert len(power) == longer // 2
        assert abs(np.argmax(power) + 1 - 12) <= 1
        assert power[9:14].sum() > 0.98 * power.sum()


def test_noise_has_its_variance_at_every_frequency():
    noise = 5 * np.random.default_rng(0).standard_normal((200, 300, 3))
    power = radial_power(noise)
    assert power[20:].mean() == pytest.approx(25, rel=0.02)
    np.testing.assert_allclose(power[50:], 25, rtol=0.3)


def test_a_flat_picture_has_no_power():
    np.testing.assert_allclose(radial_power(np.full((20, 30, 3), 7)), 0, atol=1e-20)


@pytest.fixture
def film(tmp_path):
    """A picture, and a film of seven frames: noise about it that becomes less."""
    random = np.random.default_rng(0)
    picture = random.integers(0, 256, (24, 36, 3), dtype=np.uint8)
    save(picture, tmp_path / "picture.png")
    frames = [np.clip(picture + random.normal(0, 40 / 2**k, picture.shape), 0, 255).astype(np.uint8) for k in range(7)]
    steps = np.array([1, 3, 10, 32, 100, 316, 1000])
    return {"frames": np.stack(frames), "step": steps, "psnr_db": np.arange(7.0)}


def table(tmp_path, film) -> list[dict[str, str]]:
    adapter.write_arrays(tmp_path / "film.npz", film)
    spec = {"picture": ("d", "i"), "functions": ["f"]}
    power_spectra(spec, [tmp_path / "film.npz"], tmp_path / "picture.png", tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_has_the_errors_power_after_three_steps(tmp_path, film):
    rows = table(tmp_path, film)
    assert [(row["step"], row["cycles"]) for row in rows] == [
        (step, str(cycles)) for step in ("10", "100", "1000") for cycles in range(1, 19)
    ]
    assert {row["psnr_db"] for row in rows} == {"2.0", "4.0", "6.0"}
    for row in rows:
        share = float(row["error_power"]) / float(row["picture_power"])
        assert float(row["error_percent"]) == pytest.approx(100 * share)
    powers = [np.mean([float(row["error_power"]) for row in rows if row["step"] == step]) for step in ("10", "1000")]
    assert powers[0] / powers[1] == pytest.approx(4.0**4, rel=0.4)


def test_spectra_of_a_film_that_is_smaller_than_its_picture_are_refused(tmp_path, film):
    film["frames"] = film["frames"][:, ::2, ::2]
    with pytest.raises(InputError, match=r"^figures.spectra: the film of f is 18 x 12 px, its picture 36 x 24 px: "):
        table(tmp_path, film)

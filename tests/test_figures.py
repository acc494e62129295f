"""Figures draw what they are given, say so in words, and are the same bytes every time."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from inrcodec.baselines.classical import CODECS
from inrcodec.figures import (
    artefacts,
    costs,
    crops,
    film_strip,
    fit_curves,
    losses,
    quantization_sweep,
    rate_distortion,
    reconstructions,
    style,
    weights,
)

FUNCTIONS = ("tutorial", "siren", "relu")
CLASSICAL = ("jpeg", "jpeg2000", "webp", "avif", "jxl")


def make_points(images=("a", "b"), dataset="kodak", ms_ssim=True) -> pd.DataFrame:
    """Rows as in `points.csv` with numbers that differ in every row."""
    rows = []
    for image in images:
        common = {"dataset": dataset, "image": image}
        for function in FUNCTIONS:
            for coding in ("ptq", "qat"):
                codec = {"codec": f"{function}-{coding}", "family": "implicit", "function": function, "parameters": 99}
                # Listed so that the settings' names do not sort by rate.
                for bits, setting in zip((4, 6, 8), ("8", "32", "128"), strict=True):
                    rows.append({**common, **codec, "bits": bits, "setting": setting})
        for codec in CLASSICAL:
            rows += [{**common, "codec": codec, "family": "classical", "setting": q} for q in ("9", "50", "90")]
    points = pd.DataFrame(rows)
    place = np.arange(len(points))
    points["bpp"] = 0.1 * 4.0 ** (place % 3) * (1 + place / 1000)
    points["psnr_db"] = 25 + 5.0 * (place % 3) + place / 100
    points["ms_ssim"] = 1 - 10 ** -(points.psnr_db / 20) if ms_ssim else np.nan
    return points


def make_curves() -> pd.DataFrame:
    """Rows as in the table of fits."""
    qualities = ((0, 8.0), (10, 24.0), (100, 25.0))
    return pd.DataFrame(
        {"dataset": "d", "image": image, "function": function, "step": step, "seconds": step / 50}
        | {"psnr_db": quality + (step == 100) * (image == "a")}
        for function in FUNCTIONS
        for image in ("a", "b")
        for step, quality in qualities
    )


CURVES = [
    *(style.Curve(f"{function}-qat", function.upper(), place, "8 bit") for place, function in enumerate(FUNCTIONS)),
    *(style.Curve(codec, codec, None, "Classical") for codec in CLASSICAL),
]
FITS = [style.Curve(function, function.upper(), place, "") for place, function in enumerate(FUNCTIONS)]
TITLES = {"tutorial-qat": "quantization-aware", "tutorial-ptq": "post-training"}


def of(points: pd.DataFrame, codecs) -> pd.DataFrame:
    """A figure's own table."""
    return points[points.codec.isin(list(codecs))]


def draw_rate_distortion(points: pd.DataFrame, published: pd.DataFrame | None = None) -> Figure:
    return rate_distortion.plot(of(points, (curve.codec for curve in CURVES)), CURVES, published)


def make_published() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "system": ["COIN", "COIN", "NIF"],
            "bpp": [0.3, 0.1, 0.2],
            "psnr_db": [26.0, 23.0, 29.0],
            "rate": ["estimate", "estimate", "file"],
        }
    )


def make_picture(seed: int, height=24, width=36) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def plot_rate_distortion() -> Figure:
    return draw_rate_distortion(make_points(), make_published())


def plot_quantization_sweep() -> Figure:
    return quantization_sweep.plot(of(make_points(), TITLES), TITLES, "TUTORIAL")


def plot_fit_curves() -> Figure:
    return fit_curves.plot(make_curves(), FITS)


def plot_reconstructions() -> Figure:
    candidates = [reconstructions.Candidate(f"codec {seed}", make_picture(seed), 0.3, 27.5) for seed in (1, 2)]
    return reconstructions.plot(make_picture(0), candidates)


def plot_artefacts() -> Figure:
    size = {"height": 90, "width": 120}
    candidates = [reconstructions.Candidate(f"codec {seed}", make_picture(seed, **size), 0.3, 27.5) for seed in (1, 2)]
    return artefacts.plot(make_picture(0, **size), candidates, ["jpeg", "network"])


def plot_losses() -> Figure:
    size = {"height": 90, "width": 120}
    fits = [
        losses.Fit(f"loss {seed}", make_picture(seed, **size), 0.3, dict.fromkeys(losses.METRICS, float(seed)))
        for seed in (1, 2)
    ]
    return losses.plot(make_picture(0, **size), fits)


def plot_weights() -> Figure:
    symbols = np.array([[-2, -1, 0], [0, 0, 1]])
    tensors = [weights.TensorSymbols(name, symbols, np.full(4, 0.25), -2) for name in ("first", "last")]
    sweep = pd.DataFrame({"bits": [4, 6, 8]})
    for share, column in enumerate(("entropy", "model", "spent"), start=7):
        sweep[f"{column}_bits_per_parameter"] = sweep.bits * share / 10
    return weights.plot(tensors, sweep)


def plot_film_strip() -> Figure:
    frames = np.stack([make_picture(seed) for seed in range(9)])
    return film_strip.plot(frames, np.arange(9) * 250, np.linspace(10, 30, 9), make_picture(9))


PLOTS = (
    plot_rate_distortion,
    plot_quantization_sweep,
    plot_fit_curves,
    plot_reconstructions,
    plot_artefacts,
    plot_losses,
    plot_weights,
    plot_film_strip,
)


def drawn(axes) -> dict[str, np.ndarray]:
    """Label -> (n, 2) points of each labelled line."""
    return {line.get_label(): line.get_xydata() for line in axes.lines if not line.get_label().startswith("_")}


@pytest.mark.parametrize("plot", PLOTS)
def test_files_are_whole_readable_and_the_same_twice(plot, tmp_path):
    for folder in ("one", "two"):
        style.save(plot(), tmp_path / folder / "a.b")
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == {"a.b.svg", "a.b.png"}
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one" / "a.b.png").read_bytes().startswith(b"\x89PNG")
    assert plot().get_suptitle().strip() in (tmp_path / "one" / "a.b.svg").read_text("utf-8")


@pytest.mark.parametrize("plot", PLOTS)
def test_every_figure_has_a_title_and_every_drawn_axis_a_label(plot):
    figure = plot()
    assert figure.get_suptitle().strip()
    for axes in figure.axes:
        if axes.axison and axes.lines:
            assert axes.get_xlabel()
    assert any("dB" in text.get_text() or "bits" in text.get_text() for text in figure.findobj(match=_is_text))


def _is_text(artist) -> bool:
    return hasattr(artist, "get_text") and hasattr(artist, "get_fontsize")


def test_rate_distortion_draws_the_mean_over_pictures_by_rising_rate():
    points = make_points()
    axes = plot_rate_distortion().axes[0]
    lines = drawn(axes)
    shown = {f"{function}-qat" for function in FUNCTIONS}
    assert set(lines) == shown | set(CLASSICAL) | {"COIN (published)*", "NIF (published)"}
    for codec in (*shown, *CLASSICAL):
        rows = points[points.codec == codec]
        expected = [rows[rows.setting == setting][["bpp", "psnr_db"]].mean() for setting in rows.setting.unique()]
        np.testing.assert_allclose(lines[codec], sorted(map(tuple, expected)), rtol=1e-12)
    np.testing.assert_array_equal(lines["COIN (published)*"], [(0.1, 23), (0.3, 26)])
    assert (axes.get_xscale(), axes.get_ylabel()) == ("log", "PSNR (dB)")
    assert "bits per pixel" in axes.get_xlabel()


def test_ms_ssim_is_drawn_in_decibels_over_the_pictures_that_have_it():
    points = make_points()
    points.loc[points.image == "b", "ms_ssim"] = np.nan
    line = drawn(draw_rate_distortion(points).axes[1])["jpeg"]
    rows = points[(points.codec == "jpeg") & (points.image == "a")]
    np.testing.assert_allclose(line, np.stack([rows.bpp, -10 * np.log10(1 - rows.ms_ssim)], axis=1))


@pytest.mark.parametrize("images", [("a",), ("a", "b")])
def test_rate_distortion_without_ms_ssim_or_published_curves_is_one_panel(images, tmp_path):
    figure = draw_rate_distortion(make_points(images, ms_ssim=False))
    assert len(figure.axes) == 1
    assert not any("published" in label for label in drawn(figure.axes[0]))
    style.save(figure, tmp_path / "figure")


def test_published_kodak_curves_stay_in_the_kodak_panel():
    points = pd.concat([make_points(), make_points(dataset="samples")], ignore_index=True)
    panels = draw_rate_distortion(points, make_published()).axes
    assert len(panels) == 4
    published = {axes.get_title(loc="left"): any("published" in label for label in drawn(axes)) for axes in panels}
    assert published["kodak, mean of 2 pictures"]
    assert not published["samples, mean of 2 pictures"]


def test_quantization_sweep_draws_means_and_each_picture():
    points = make_points()
    quality, rate = plot_quantization_sweep().axes
    for axes, measure in ((quality, "psnr_db"), (rate, "bpp")):
        lines = drawn(axes)
        for codec, label in TITLES.items():
            mean = points[points.codec == codec].groupby("bits")[measure].mean()
            np.testing.assert_allclose(lines[label], list(mean.items()))
        assert len(axes.lines) == 2 + 2 * 2
        assert axes.get_xlabel() == "bits per weight"


def test_fit_curves_draw_means_over_steps_and_seconds():
    steps, seconds = plot_fit_curves().axes
    expected = np.array([(0, 8.0), (10, 24.0), (100, 25.5)])
    for function in FITS:
        np.testing.assert_allclose(drawn(steps)[function.name], expected)
        np.testing.assert_allclose(drawn(seconds)[function.name], expected / (50, 1))
    assert seconds.get_xlabel() == "time (s)"


def test_error_maps_are_mean_absolute_errors_on_one_scale():
    original = np.full((4, 6, 3), 100, np.uint8)
    darker, brighter = original.copy(), original.copy()
    darker[0, 0] = (70, 100, 100)
    brighter[:] = 104
    candidates = [reconstructions.Candidate("x", picture, 0.25, 30) for picture in (darker, brighter)]
    figure = reconstructions.plot(original, candidates)
    maps = [image for axes in figure.axes for image in axes.images if image.get_array().ndim == 2]
    np.testing.assert_array_equal(maps[0].get_array(), [[10] + [0] * 5] + [[0] * 6] * 3)
    np.testing.assert_array_equal(maps[1].get_array(), np.full((4, 6), 4))
    assert maps[0].get_clim() == maps[1].get_clim()
    assert figure.axes[1].get_title(loc="left") == "x\n0.25 bpp, 30.00 dB"


def test_crops_are_where_the_mean_is_largest_and_apart():
    values = np.zeros((30, 40))
    values[20:24, 30:36] = 5
    values[3, 4] = 50
    assert crops.at_largest(values, (4, 6)) == (slice(20, 24), slice(30, 36))
    second = crops.at_largest(values, (4, 6), [(slice(20, 24), slice(30, 36))])
    assert second[0].start <= 3 < second[0].stop and second[1].start <= 4 < second[1].stop
    assert crops.at_largest(values, (99, 6)) == (slice(0, 30), slice(30, 36))
    # Where there is no room for a second one, somewhere.
    assert crops.at_largest(values, (30, 40), [(slice(0, 30), slice(0, 40))]) == (slice(0, 30), slice(0, 40))


def test_artefacts_are_shown_where_the_first_and_the_last_codec_err_beside_the_others():
    original = np.full((90, 160, 3), 100, np.uint8)
    first, last = original.copy(), original.copy()
    first[:32, :52] += 20
    last[40:72, 108:] += 20
    for picture in (first, last):
        picture[58:90, :52] += 30
    candidates = [reconstructions.Candidate("x", picture, 0.3, 30) for picture in (first, last)]
    maps = [
        axes.images[0].get_array()
        for axes in artefacts.plot(original, candidates, ["jpeg", "avif"]).axes
        if axes.images
    ]
    means = [float(array.mean()) for array in maps if array.ndim == 2]
    assert means == [30, 30, 20, 0, 0, 20]


def test_every_codec_and_kind_of_function_has_its_marks():
    assert artefacts.SEEN.keys() == {*CODECS, "latents", "network"}


def test_the_best_of_each_metric_is_bold_and_what_was_not_measured_says_so():
    picture = make_picture(0, height=90, width=120)
    scores = [
        {"psnr_db": 30.0, "ms_ssim": 0.9, "ssimulacra2": -8.0, "flip": 0.1},
        {"psnr_db": 29.0, "ms_ssim": 0.95, "ssimulacra2": -6.0, "flip": np.nan},
        {"psnr_db": 28.0, "ms_ssim": 0.9, "ssimulacra2": -7.0, "flip": 0.09},
    ]
    figure = losses.plot(picture, [losses.Fit("x", picture, 0.3, numbers) for numbers in scores])
    texts = [text for axes in figure.axes for text in axes.texts]
    assert {text.get_text() for text in texts if text.get_fontweight() == "bold"} == {"30.00", "0.950", "-6.0", "0.090"}
    assert "not measured" in {text.get_text() for text in texts}


def test_exact_reconstructions_can_be_drawn(tmp_path):
    picture = make_picture(0, height=36, width=24)
    figure = reconstructions.plot(picture, [reconstructions.Candidate("x", picture, 9, np.inf)])
    style.save(figure, tmp_path / "x")
    assert figure.axes[1].get_title(loc="left") == "x\n9.00 bpp, exact"


def with_exact(table: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """The table beside a picture `black`, like picture `b` but exact where `rows` are."""
    black = table[table.image == "b"].assign(image="black")
    black.loc[rows[black.index], "psnr_db"] = np.inf
    return pd.concat([table, black], ignore_index=True)


def test_means_leave_out_pictures_that_decode_exactly():
    points, curves = make_points(), make_curves()
    exact_points = (points.codec == "jpeg") & (points.setting == "50") | (points.codec == "tutorial-qat")
    figures = (
        lambda points, _: draw_rate_distortion(points),
        lambda points, _: quantization_sweep.plot(of(points, TITLES), TITLES, "TUTORIAL"),
        lambda _, curves: fit_curves.plot(curves, FITS),
    )
    for plot in figures:
        figure = plot(with_exact(points, exact_points), with_exact(curves, curves.step == 100))
        expected = plot(points, curves)
        for axes, wanted in zip(figure.axes, expected.axes, strict=True):
            lines, wanted_lines = drawn(axes), drawn(wanted)
            assert lines.keys() == wanted_lines.keys()
            for label, line in lines.items():
                np.testing.assert_array_equal(line, wanted_lines[label])
        notes = {text.get_text() for text in expected.texts}
        (note,) = {text.get_text() for text in figure.texts if "Without" in text.get_text()}
        assert note.removesuffix("\nWithout 1 picture of infinite PSNR, decoded exactly.") in notes


def test_lossless_points_are_not_drawn_and_the_note_says_so():
    points = make_points(images=("a",))
    points.loc[(points.codec == "jxl") & (points.setting == "90"), "psnr_db"] = np.inf
    figure = draw_rate_distortion(points)
    assert np.isfinite(drawn(figure.axes[0])["jxl"]).all(axis=1).tolist() == [True, True, False]
    assert any("Points of infinite PSNR" in text.get_text() for text in figure.texts)


def test_a_panel_over_fewer_pictures_says_so():
    points = make_points()
    points.loc[points.image == "b", "ms_ssim"] = np.nan
    quality, similarity = draw_rate_distortion(points).axes
    assert quality.get_title(loc="left") == "kodak, mean of 2 pictures"
    assert similarity.get_title(loc="left") == "kodak, one picture"


def test_choose_takes_the_nearest_rate_by_ratio():
    points = pd.DataFrame({"image": "a", "codec": ["x", "x", "y", "y"], "bpp": [0.1, 0.35, 0.2, 0.5]})
    chosen = reconstructions.choose(points, 0.2, ["y", "x"])
    assert list(zip(chosen.codec, chosen.bpp, strict=True)) == [("y", 0.2), ("x", 0.35)]


def test_weights_draw_shares_probabilities_and_rates():
    first, _, rates = plot_weights().axes
    np.testing.assert_allclose(first.patches[0].get_data().values, np.array([1, 1, 3, 1]) / 6)
    np.testing.assert_allclose(first.lines[0].get_xydata(), [(place, 0.25) for place in (-2, -1, 0, 1)])
    np.testing.assert_allclose(drawn(rates)["spent in the file"], [(4, 3.6), (6, 5.4), (8, 7.2)])


def test_an_exact_frame_of_the_film_says_so():
    picture = make_picture(0)
    axes = film_strip.plot(np.stack([picture]), [7], [np.inf], picture).axes[0]
    assert axes.texts[0].get_text() == "step 7\nexact"


@pytest.mark.parametrize(("count", "expected"), [(1, [0]), (3, [0, 1, 2]), (21, [0, 4, 8, 12, 16, 20])])
def test_film_strip_keeps_first_and_last_frame_and_ends_with_the_original(count, expected):
    frames = np.stack([make_picture(seed) for seed in range(count)])
    original = make_picture(99)
    axes = film_strip.plot(frames, np.arange(count), np.full(count, 20.0), original).axes[0]
    for image, picture in zip(axes.images, [*frames[expected], original], strict=True):
        np.testing.assert_array_equal(image.get_array(), picture)
    texts = [text.get_text() for text in axes.texts]
    assert texts == [f"step {index}\n20.0 dB" for index in expected] + ["original"]


def test_every_curve_has_its_own_look_and_keeps_it():
    curves = [*(style.Curve(f"f{place}", "F", place, "") for place in range(10)), *CURVES[-len(CLASSICAL) :]]
    looks = [(curve.look()["color"], curve.look()["marker"]) for curve in curves]
    assert len(set(looks)) == len(looks)
    # Of one function under two codings: one colour, other dashes; the first as everywhere.
    first, second = style.varied([style.Curve("f-qat", "F", 3, "qat"), style.Curve("f-ptq", "F", 3, "ptq")])
    assert first == curves[3].look() and second["color"] == first["color"] and second["linestyle"] != "-"


def test_the_legend_groups_curves_by_how_their_files_were_made():
    (legend,) = draw_rate_distortion(make_points()).legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == ["8 bit", "TUTORIAL", "SIREN", "RELU", "Classical", "JPEG", "JPEG 2000", "WebP", "AVIF", "JPEG XL"]
    bold = [text.get_text() for text in legend.get_texts() if text.get_fontweight() == "bold"]
    assert bold == ["8 bit", "Classical"]


def test_costs_add_up(tmp_path):
    jobs = pd.DataFrame(
        {"stage": ["fit", "fit", "decode"], "process_s": [3.0, 4.0, 1.0], "peak_memory_mib": [70.0, 50.0, 20.0]}
    )
    time, memory = costs.plot(jobs).axes
    assert [label.get_text() for label in time.get_yticklabels()] == ["decode (1)", "fit (2)"]
    assert [bar.get_width() for bar in time.patches] == [1, 7]
    assert [bar.get_width() for bar in memory.patches] == [20, 70]

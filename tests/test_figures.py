"""Figures draw what they are given, say so in words, and are the same bytes every time."""

import numpy as np
import pandas as pd
import pytest
from made_figures import (
    CLASSICAL,
    CURVES,
    FITS,
    FUNCTIONS,
    PLOTS,
    TITLES,
    draw_rate_distortion,
    make_curves,
    make_picture,
    make_points,
    make_published,
    make_ways,
    of,
    plot_deciders,
    plot_entropy_coding,
    plot_fit_curves,
    plot_hyperparameters,
    plot_quantization_sweep,
    plot_rate_distortion,
    plot_row,
    plot_seconds,
    plot_spectra,
    plot_start,
    plot_weights,
    plot_zoom,
)

from inrcodec.baselines.classical import CODECS
from inrcodec.figures import (
    artefacts,
    costs,
    crops,
    deciders,
    entropy_coding,
    film_strip,
    fit_curves,
    hyperparameters,
    losses,
    quantization_sweep,
    reconstructions,
    seconds,
    start,
    style,
    zoom,
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
        if axes.axison and axes.lines and axes.xaxis.get_tick_params()["labelbottom"]:
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


def test_gains_are_at_equal_size_picture_by_picture():
    rows = [("a", "nearest", "4", 0.2, 20), ("a", "nearest", "6", 0.4, 26), ("b", "nearest", "4", 0.3, 30)]
    rows += [("a", "other", "4", 0.3, 25), ("a", "other", "2", 0.1, 21), ("a", "other", "8", 0.5, 40)]
    rows += [("b", "other", "4", 0.3, 31)]
    points = pd.DataFrame(rows, columns=["image", "codec", "setting", "bpp", "psnr_db"]).assign(dataset="d")
    # Between two files, under the smallest, above the largest.
    np.testing.assert_allclose(deciders.gains_db(points, "nearest"), [0, 0, 0, 2, 1, np.nan, 1])


def test_deciders_draw_files_and_their_gain_over_the_first():
    points = of(make_points(), TITLES)
    quality, gain = plot_deciders().axes
    first, second = TITLES.values()
    for codec, label in TITLES.items():
        mean = points[points.codec == codec].groupby("bits")[["bpp", "psnr_db"]].mean()
        np.testing.assert_allclose(drawn(quality)[label], mean)
    np.testing.assert_allclose(drawn(gain)[first][:, 1], 0)
    assert (drawn(gain)[second][:, 1] != 0).any()


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
    curves = [*(style.Curve(f"f{place}", "F", place, "") for place in range(20)), *CURVES[-len(CLASSICAL) :]]
    marks = ("color", "marker", "markerfacecolor")
    looks = [tuple(curve.look().get(mark) for mark in marks) for curve in curves]
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


def test_a_row_shows_pixels_at_their_centres_and_the_function_between_them():
    figure = plot_row()
    pixels, function = figure.axes[1].lines
    np.testing.assert_array_equal(pixels.get_xdata(), range(36))
    np.testing.assert_array_equal(pixels.get_ydata(), make_picture(0)[5, :, 0])
    np.testing.assert_allclose(function.get_xdata()[:5], [-0.375, -0.125, 0.125, 0.375, 0.625])
    np.testing.assert_array_equal(function.get_ydata(), np.repeat(make_picture(1)[5, :, 0], 4))
    assert any("1,234 weights stand for 864 pixels: 108 bytes, 1.00 bits" in text.get_text() for text in figure.texts)


def test_spectra_show_each_steps_frame_and_the_power_of_its_error():
    first, second, spectrum = plot_spectra().axes[:3]
    for axes, seed in ((first, 1), (second, 2)):
        np.testing.assert_array_equal(axes.images[0].get_array(), make_picture(seed))
    np.testing.assert_allclose(drawn(spectrum)["error, step 30"], [(cycles, 1 / 30) for cycles in (1, 2, 3)])
    np.testing.assert_allclose(drawn(spectrum)["the picture"], [(1, 1), (2, 1 / 4), (3, 1 / 9)])
    assert spectrum.get_xscale() == spectrum.get_yscale() == "log"


def test_hyperparameters_have_a_panel_for_each_that_varies():
    depth, deviation = plot_hyperparameters().axes
    assert "depth" in depth.get_xlabel() and "deviation" in deviation.get_xlabel()
    np.testing.assert_allclose(drawn(depth)["A"], [(1, 21), (5, 20)])
    np.testing.assert_allclose(drawn(deviation)["C"], [(2.5, 20), (5, 21)])
    texts = [text.get_text() for text in depth.texts]
    assert "16" in texts and any("8.00 to 16.00 bits per pixel" in text for text in texts)
    assert [line.get_xydata().tolist() for line in depth.lines if line.get_markersize() > 10] == [[[1, 21]], [[5, 21]]]


def test_a_sweep_of_the_width_alone_is_about_the_width():
    assert hyperparameters.varied(pd.DataFrame({"hidden_features": [8, 16], "base": [1.4, 1.4]})) == "hidden_features"


def test_starts_are_compared_where_their_lines_cross_and_as_files():
    ways, rates, *frames = plot_start().axes
    lines = {line.get_label(): line.get_xydata() for line in ways.lines}
    assert lines["learnt start"].tolist() == [[1, 14.5], [10, 22.5], [100, 27.5]]
    assert lines["random start"].tolist() == [[1, 10.5], [10, 20.5], [100, 29.5]]
    # From +2 to -2 within a decade: half of it.
    assert start.crossing(make_ways()) == pytest.approx(10**1.5)
    assert "step 32" in next(text.get_text() for text in ways.texts)
    never = make_ways().assign(psnr_db=lambda rows: rows.psnr_db + 9 * rows.learnt)
    assert start.crossing(never) is None
    files = {tuple(point) for line in rates.lines for point in np.round(line.get_xydata(), 6).tolist()}
    assert files == {(0.51, 24.5), (0.6, 33.5), (0.41, 21.5), (0.5, 30.5)}
    assert [text.get_text() for text in rates.texts] == ["100 steps", "1,000 steps"] * 2
    titles = [axes.get_title() for axes in frames]
    assert titles[0] == "step 200: 14.0 dB" and titles[5] == "original" and len(frames) == 12


def test_bits_of_a_tensor_are_shares_times_code_lengths():
    _, bits, *_ = plot_entropy_coding().axes
    np.testing.assert_allclose(bits.patches[0].get_data().values, np.array([3, 2, 3, 3]) / 6)
    assert bits.get_title(loc="left") == "the blue area is 1.83 bits per weight"


def test_bars_of_bytes_are_whole_and_the_longest_are_cut_and_say_so():
    *_, small, large = plot_entropy_coding().axes
    for axes, size in ((small, 1), (large, 2)):
        texts = dict(zip(entropy_coding.METHODS, (text.get_text().strip() for text in axes.texts), strict=True))
        assert texts["fixed"] == f"{100 * size + 7}"
        assert texts["histogram"] == f"{100 * size + 900} \N{RIGHTWARDS ARROW}"
        assert axes.get_xlim()[1] == pytest.approx(1.3 * 100 * size)


@pytest.mark.parametrize("point", [(0, 0), (20, 5), (35, 23)])
def test_windows_of_the_zoom_hold_the_point_and_each_other(point):
    size, outer = (36, 24), (0, 0, 36, 24)
    for factor in zoom.FACTORS:
        x, y, width, height = zoom.window(factor, size, point)
        assert (width, height) == size
        inner = (x / factor, y / factor, (x + width) / factor, (y + height) / factor)
        assert outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
        assert inner[0] <= point[0] + 0.5 <= inner[2] and inner[1] <= point[1] + 0.5 <= inner[3]
        outer = inner


def test_frames_of_the_zoom_are_what_the_next_column_shows():
    first, second, *_ = plot_zoom().axes
    for axes, (outer, inner) in zip((first, second), ((1, 4), (4, 16)), strict=True):
        (frame,) = axes.patches
        (x, y, *_), (next_x, next_y, *_) = (zoom.window(factor, (36, 24), (20, 5)) for factor in (outer, inner))
        assert frame.get_xy() == pytest.approx((next_x / 4 - x - 0.5, next_y / 4 - y - 0.5))
        assert (frame.get_width(), frame.get_height()) == (9, 6)


def test_qualities_are_compared_where_curves_pass_the_rate():
    curve = pd.DataFrame({"bpp": [0.4, 0.1], "psnr_db": [30.0, 20.0], "encode_s": [3.0, 1.0]})
    place = seconds.at_rate(curve, 0.2)
    assert (place.psnr_db, place.encode_s) == pytest.approx((25, 2))
    assert seconds.at_rate(curve, 0.5) is None and seconds.at_rate(curve, 0.09) is None
    encoding, classical, implicit = plot_seconds().axes
    # The first line joins two functions; others are points.
    assert [len(line.get_xdata()) for line in encoding.lines] == [2, 1] + [1] * len(CLASSICAL)
    assert len(classical.lines) == len(CLASSICAL) and len(implicit.lines) == len(FUNCTIONS) - 1
    assert all((line.get_xdata() == 1000).all() for line in implicit.lines)

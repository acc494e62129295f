"""Small tables and pictures of every kind that a figure draws, and each figure drawn of them."""

import json

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from inrcodec.figures import (
    artefacts,
    deciders,
    entropy_coding,
    film_strip,
    fit_curves,
    hyperparameters,
    losses,
    quantization_sweep,
    rate_distortion,
    reconstructions,
    row,
    seconds,
    spectra,
    start,
    style,
    weights,
    zoom,
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


def plot_deciders() -> Figure:
    return deciders.plot(of(make_points(), TITLES), TITLES, "TUTORIAL")


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


def plot_row() -> Figure:
    return row.plot(make_picture(0), 5, np.repeat(make_picture(1)[5], 4, axis=0), 1234, 108)


def make_spectrum(psnr_db: float = 20.0) -> pd.DataFrame:
    return pd.DataFrame(
        {"step": step, "psnr_db": psnr_db, "cycles": cycles, "picture_power": 1 / cycles**2, "error_power": 1 / step}
        for step in (1, 30)
        for cycles in (1, 2, 3)
    )


def plot_spectra() -> Figure:
    frames = {1: make_picture(1), 30: make_picture(2), 31: make_picture(3)}
    return spectra.plot(make_picture(0), [spectra.Fit(title, frames, make_spectrum()) for title in ("A", "B")])


def make_hyperparameters() -> pd.DataFrame:
    return pd.DataFrame(
        {"codec": codec, "hyperparameters": json.dumps({"hidden_features": width, "base": 1.4, key: value})}
        | {"psnr_db": quality, "bpp": width}
        for codec, key, values in (
            ("a", "hidden_layers", (5, 1)),
            ("b", "hidden_layers", (1, 5)),
            ("c", "deviation", (2.5, 5)),
        )
        for value, width, quality in zip(values, (8, 16), (20.0, 21.0), strict=True)
    )


def plot_hyperparameters() -> Figure:
    curves = [style.Curve(name, name.upper(), place, "") for place, name in enumerate("abc")]
    return hyperparameters.plot(make_hyperparameters(), curves)


def make_ways() -> pd.DataFrame:
    """Fits of two pictures: the learnt start is ahead by 4 dB at step 1, by 2 at 10, and behind by 2 at 100."""
    qualities = {True: (14.0, 22.0, 27.0), False: (10.0, 20.0, 29.0)}
    return pd.DataFrame(
        {"learnt": learnt, "picture": picture, "step": step, "psnr_db": quality + picture}
        for learnt, ends in qualities.items()
        for picture in (0, 1)
        for step, quality in zip((1, 10, 100), ends, strict=True)
    )


def make_starts(images=("a", "b")) -> pd.DataFrame:
    """Rows as in the figure's table, with what the figure adds."""
    return pd.DataFrame(
        {"dataset": "d", "image": image, "learnt": learnt, "steps": steps}
        | {"bpp": 0.4 + 0.1 * learnt + steps / 1e4, "psnr_db": 20 + 3 * learnt + steps / 100 + (image == "a")}
        for image in images
        for learnt in (True, False)
        for steps in (100, 1000)
    )


def plot_start() -> Figure:
    strips = [
        start.Strip(np.stack([make_picture(seed + n) for n in range(6)]), np.arange(6) * 200, np.linspace(10, 30, 6))
        for seed in (0, 10)
    ]
    return start.plot(make_ways(), make_starts(), strips, make_picture(9))


def make_costs() -> pd.DataFrame:
    """Rows as in the table of entropy coding, of a small function and a larger one."""
    rows = pd.DataFrame({"method": list(entropy_coding.METHODS), "symbols_bytes": 100.0, "description_bytes": 7.0})
    rows.loc[rows.method == "histogram", "description_bytes"] = 900.0
    return pd.concat(
        rows.assign(function=name, parameters=99 * size, symbols_bytes=rows.symbols_bytes * size)
        for size, name in enumerate(("small", "large"), start=1)
    )


def plot_entropy_coding() -> Figure:
    tensor = weights.TensorSymbols("first", np.array([-2, -1, 0, 0, 0, 1]), np.array([0.125, 0.25, 0.5, 0.125]), -2)
    return entropy_coding.plot(tensor, make_costs(), [("small", "SMALL"), ("large", "LARGE")])


def plot_zoom() -> Figure:
    views = {name: [make_picture(seed)] * len(zoom.FACTORS) for seed, name in enumerate(("pixels", "bicubic"))}
    return zoom.plot(views, (20, 5), 0.37)


def make_seconds() -> pd.DataFrame:
    points = of(make_points(), [curve.codec for curve in CURVES])
    place = np.arange(len(points))
    return points.assign(
        encode_s=0.5 + place, decode_s=0.001 * (1 + place), multiply_adds=1000, width_px=60, height_px=40
    )


def plot_seconds() -> Figure:
    first, second, *others = CURVES
    return seconds.plot(make_seconds(), [[first, second], *([curve] for curve in others)], 0.2)


PLOTS = (
    plot_entropy_coding,
    plot_zoom,
    plot_seconds,
    plot_rate_distortion,
    plot_quantization_sweep,
    plot_deciders,
    plot_fit_curves,
    plot_reconstructions,
    plot_artefacts,
    plot_losses,
    plot_weights,
    plot_film_strip,
    plot_row,
    plot_spectra,
    plot_hyperparameters,
    plot_start,
)

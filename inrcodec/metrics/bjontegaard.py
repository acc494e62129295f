"""Bjontegaard rate: how many bits one codec needs, relative to another, at the same PSNR."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from inrcodec.metrics.exact import exact_pictures, without
from inrcodec.metrics.quality import psnr_db_of_mse

CONVENTIONS = ("mean_of_psnr", "psnr_of_mean_mse")
COLUMNS = (
    "dataset",
    "codec",
    "anchor",
    "convention",
    "bd_rate_percent",
    "overlap_low_db",
    "overlap_high_db",
    "left_out",
)


class BdRate(NamedTuple):
    """Bits beyond (positive) or below (negative) the anchor's, and the PSNR range over which that is so."""

    percent: float
    overlap_low_db: float
    overlap_high_db: float


def bd_rate(
    anchor_bpp: Sequence[float],
    anchor_psnr_db: Sequence[float],
    test_bpp: Sequence[float],
    test_psnr_db: Sequence[float],
) -> BdRate:
    """Mean difference in rate between two rate-distortion curves over the PSNR range they share.

    Bjontegaard, "Calculation of average PSNR differences between RD-curves", VCEG-M33, 2001, with log10 of
    the rate interpolated by PCHIP instead of one cubic, as is common practice: it never overshoots. By the
    package bjontegaard (Herglotz et al., "Beyond Bjontegaard", ICIP 2022). Points come in any order; those
    without a finite PSNR (lossless) or that cost more than another point without being better are left out.

    Args:
        anchor_bpp, anchor_psnr_db: the reference curve, bits per pixel (> 0) and dB.
        test_bpp, test_psnr_db: the curve that is judged, likewise.

    Raises:
        ValueError: a rate is not positive, a curve has fewer than 2 points left, or no PSNR is shared.
    """
    import bjontegaard as package  # Which imports matplotlib.

    anchor_rates, anchor_quality = _clean_curve(anchor_bpp, anchor_psnr_db, "anchor")
    test_rates, test_quality = _clean_curve(test_bpp, test_psnr_db, "test")
    low = max(anchor_quality[0], test_quality[0])
    high = min(anchor_quality[-1], test_quality[-1])
    if low >= high:
        raise ValueError(
            f"no overlap: the anchor spans {anchor_quality[0]:.2f} to {anchor_quality[-1]:.2f} dB,"
            f" the test curve {test_quality[0]:.2f} to {test_quality[-1]:.2f} dB"
        )
    percent = package.bd_rate(
        *(anchor_rates, anchor_quality, test_rates, test_quality),
        method="pchip",
        require_matching_points=False,
        min_overlap=0,
    )
    return BdRate(float(percent), low, high)


def dataset_curve(points: pd.DataFrame, convention: str) -> pd.DataFrame:
    """One codec's rate-distortion curve over the pictures of a dataset.

    Args:
        points: one row per file of one codec on one dataset; columns `image, setting, bpp, mse, psnr_db`.
        convention: `mean_of_psnr` (mean over pictures of PSNR) or `psnr_of_mean_mse` (PSNR of the mean over
            pictures of MSE); they differ, so a comparison must use one for both sides.

    Returns:
        Columns `setting, bpp` (mean over pictures)`, psnr_db`, by increasing rate; a setting that lacks one
        of the pictures is left out.

    Raises:
        ValueError: unknown convention.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"convention {convention!r} is unknown, {' and '.join(CONVENTIONS)} are known")
    settings = points.groupby("setting")
    means = settings[["bpp", "mse", "psnr_db"]].mean()
    if convention == "psnr_of_mean_mse":
        means["psnr_db"] = means["mse"].map(psnr_db_of_mse)
    complete = settings["image"].nunique() == points["image"].nunique()
    return means.loc[complete, ["bpp", "psnr_db"]].sort_values("bpp").reset_index()


def bd_rate_table(points: pd.DataFrame, anchor: str = "jpeg") -> pd.DataFrame:
    """Bjontegaard rate of every codec against `anchor`, per dataset, in both conventions.

    Args:
        points: one row per file; columns `dataset, image, codec, setting, bpp, mse, psnr_db`.
        anchor: the `codec` that the others are compared with.

    Returns:
        Columns `dataset, codec, anchor, convention, bd_rate_percent, overlap_low_db, overlap_high_db,
        left_out`; a row per dataset, codec (the anchor too) and convention. The three numbers are nan where
        a curve has too few points, the curves share no PSNR, or either codec lacks some of the dataset's
        pictures. `left_out` names the pictures that some file of the dataset holds exactly, with a space
        between: no codec's curve takes them in.
    """
    rows = []
    for dataset, of_dataset in points.groupby("dataset"):
        left_out = exact_pictures(of_dataset)
        compared, names = without(of_dataset, left_out), " ".join(left_out["image"])
        rows += [
            (dataset, codec, anchor, convention, *_bd_rate_or_nan(compared, anchor, codec, convention), names)
            for codec in sorted(of_dataset["codec"].unique())
            for convention in CONVENTIONS
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _bd_rate_or_nan(of_dataset: pd.DataFrame, anchor: str, codec: str, convention: str) -> BdRate:
    pictures = of_dataset["image"].nunique()
    curves = []
    for name in (anchor, codec):
        of_codec = of_dataset[of_dataset["codec"] == name]
        # Means over different pictures are not comparable.
        if of_codec["image"].nunique() != pictures:
            return BdRate(math.nan, math.nan, math.nan)
        curve = dataset_curve(of_codec, convention)
        curves += [curve["bpp"], curve["psnr_db"]]
    try:
        return bd_rate(*curves)
    except ValueError:
        return BdRate(math.nan, math.nan, math.nan)


def _clean_curve(bpp: Iterable[float], psnr_db: Iterable[float], name: str) -> tuple[np.ndarray, np.ndarray]:
    """Rate and PSNR, both strictly increasing, of the points that no other dominates."""
    kept: list[tuple[float, float]] = []
    for rate, quality in sorted(zip(bpp, psnr_db, strict=True), key=lambda point: (point[0], -point[1])):
        if not 0 < rate < math.inf:
            raise ValueError(f"{name} curve: a rate of {rate} bpp is not positive and finite")
        if math.isfinite(quality) and (not kept or quality > kept[-1][1]):
            kept.append((float(rate), float(quality)))
    if len(kept) < 2:
        raise ValueError(f"{name} curve: needs 2 points of increasing rate and PSNR, has {len(kept)}")
    rates, qualities = np.array(kept).T
    return rates, qualities

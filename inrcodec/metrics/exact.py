"""Pictures that decode exactly: their PSNR is infinite, and so is every mean that takes them in."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def exact_pictures(points: pd.DataFrame, curve: Sequence[str] = ("codec", "setting")) -> pd.DataFrame:
    """The pictures that means of PSNR over pictures must leave out, everywhere, so that all are of the same ones.

    A point of a curve at which every picture is exact is lossless, and leaves no picture out.

    Args:
        points: columns `dataset, image, psnr_db` and `curve`.
        curve: what names a mean's point, within its dataset.

    Returns:
        Columns `dataset, image`, a row per picture that is exact at a point where another is not.
    """
    exact = points["psnr_db"] == np.inf
    lossless = exact.groupby([points[column] for column in ("dataset", *curve)]).transform("all")
    pictures = points.loc[exact & ~lossless, ["dataset", "image"]]
    return pictures.drop_duplicates().reset_index(drop=True)


def without(points: pd.DataFrame, pictures: pd.DataFrame) -> pd.DataFrame:
    """The rows that are about none of the `pictures` (columns `dataset, image`)."""
    left_out = pd.MultiIndex.from_frame(pictures)
    return points[~pd.MultiIndex.from_frame(points[["dataset", "image"]]).isin(left_out)]

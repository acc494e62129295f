"""Curves as others published them: to be drawn beside measured ones and marked as such, never mixed in."""

from importlib.resources import files

import pandas as pd


def load_published() -> pd.DataFrame:
    """Mean rate-distortion points on the 24 Kodak pictures, one row per point.

    Columns:
        system (str): method and variant.
        family (str): `inr` (a function fitted to each picture) or `classical`.
        bpp (float): bits per pixel, mean over the pictures.
        psnr_db (float): PSNR of 8-bit RGB in dB, averaged as the next column says.
        averaging (str): `mean_of_psnr` or `psnr_of_mean_mse`.
        rate (str): `file` where bpp counts a file's bytes, `estimate` where no file was weighed.
        source (str): repository and file, or paper, that published the number.

    What each source counts and leaves out is in `inrcodec/baselines/data/README.md`.
    """
    with files("inrcodec.baselines").joinpath("data", "kodak_published_mean.csv").open() as file:
        return pd.read_csv(file)

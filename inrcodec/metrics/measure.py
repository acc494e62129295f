"""Score one decoded picture against its original."""

import numpy as np

from inrcodec.files import InputError
from inrcodec.metrics import quality
from inrcodec.metrics.rate import bits_per_pixel


def score(original: np.ndarray, decoded: np.ndarray, file_bytes: int) -> dict[str, float]:
    """Rate and quality of a decoded picture, both (height, width, 3) uint8.

    Raises:
        InputError: the pictures differ in size.
    """
    if original.shape != decoded.shape:
        sizes = [f"{picture.shape[1]}x{picture.shape[0]}" for picture in (original, decoded)]
        raise InputError(f"the original is {sizes[0]}, the decoded picture {sizes[1]}")
    height, width, _ = original.shape
    return {
        "width_px": width,
        "height_px": height,
        "file_bytes": file_bytes,
        "bpp": bits_per_pixel(file_bytes, width, height),
        "mse": quality.mse(original, decoded),
        "psnr_db": quality.psnr_db(original, decoded),
        "ssim": quality.ssim(original, decoded),
        "ms_ssim": quality.ms_ssim(original, decoded),
    }

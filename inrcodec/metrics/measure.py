"""Score one decoded picture against its original."""

import numpy as np

from inrcodec.files import InputError
from inrcodec.metrics import quality
from inrcodec.metrics.rate import bits_per_pixel

WITHOUT_NUMBER = {
    "psnr_db": "infinite: the pictures are equal",
    "ssim": "not defined: a side is under 11 px",
    "ms_ssim": "not defined: a side is under 161 px",
    "ssimulacra2": "not defined: a side is under 8 px, or alpha",
    "flip": "not measured: the package flip-evaluator is not installed, or alpha",
    "lpips": "not measured: the package lpips or AlexNet's weights are not installed, or alpha, or under 31 px",
}
"""Why a score is infinite or nan."""


def score(original: np.ndarray, decoded: np.ndarray, file_bytes: int) -> dict[str, float]:
    """Rate and quality of a decoded picture; both (height, width, 1 to 4 channels) uint8 or uint16.

    All channels count alike, alpha too. Grey is compared with RGB as the RGB that it shows, 8 bits with 16 as the same
    levels in 16 bits. What does not apply or is not installed is nan: `WITHOUT_NUMBER` says why.

    Raises:
        InputError: the pictures differ in size, or one has alpha and the other has not.
    """
    described = _described(original), _described(decoded)
    original, decoded = _alike(original, decoded), _alike(decoded, original)
    if original.shape != decoded.shape:
        raise InputError(f"the original is {described[0]}, the decoded picture {described[1]}; they cannot be compared")
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
        "ssimulacra2": quality.ssimulacra2(original, decoded),
        "flip": quality.flip(original, decoded),
        "lpips": quality.lpips(original, decoded),
    }


def _alike(picture: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A picture in as many bits and colour channels as another has, where it has fewer."""
    if picture.itemsize < other.itemsize:
        picture = picture.astype(np.uint16) * 257
    if other.shape[2] == picture.shape[2] + 2:
        picture = picture[..., [0, 0, 0, 1][: other.shape[2]]]
    return picture


def _described(picture: np.ndarray) -> str:
    height, width, channels = picture.shape
    kind = ("grey", "grey and alpha", "RGB", "RGBA")[channels - 1]
    return f"{width}x{height} {kind} of {8 * picture.itemsize} bits"

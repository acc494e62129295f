"""Quality of a decoded picture against the original, over all channels alike; peak 255.

16-bit samples count in 8-bit levels too, 257 of theirs each: their peak is the same 255. What is a number for the eye
(`ssimulacra2`, `flip`, `lpips`) is of colours in sRGB: nan of pictures with alpha.
"""

import math
import os
import warnings
from pathlib import Path

import numpy as np

from inrcodec.metrics import ssimulacra2 as _ssimulacra2

PEAK = 255
WINDOW_TAPS = 11
WINDOW_SIGMA_PX = 1.5
# The stabilizing constants of Wang et al. 2004.
C1 = (0.01 * PEAK) ** 2
C2 = (0.03 * PEAK) ** 2
# How much each scale counts, finest first: the measured weights of Wang, Simoncelli and Bovik 2003.
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
# What AlexNet's strides leave a pixel of.
LPIPS_SMALLEST_PX = 31


def mse(reference: np.ndarray, decoded: np.ndarray) -> float:
    """Mean squared error over all pixels and channels, in squared 8-bit levels: 0 to 65025.

    Args:
        reference: the original, (height, width, 1 to 4 channels) uint8 or uint16.
        decoded: the picture out of the file, same shape and dtype.

    Raises:
        ValueError: the two differ in shape or dtype, or are not such pictures.
    """
    _require_comparable(reference, decoded)
    # Sums of whole numbers are exact in float64, so the order of summation cannot show.
    return float(np.mean(np.square(reference.astype(np.float64) - decoded))) / _level(reference) ** 2


def psnr_db(reference: np.ndarray, decoded: np.ndarray) -> float:
    """Peak signal-to-noise ratio over all pixels and channels together, in dB; inf when equal.

    Args and raises: as `mse`.
    """
    return psnr_db_of_mse(mse(reference, decoded))


def psnr_db_of_mse(mean_squared_error: float) -> float:
    """PSNR in dB, peak 255, of a mean squared error in squared 8-bit levels; inf when it is 0."""
    if mean_squared_error == 0:
        return math.inf
    return 10 * math.log10(PEAK**2 / mean_squared_error)


def ssim(reference: np.ndarray, decoded: np.ndarray) -> float:
    """Structural similarity, mean over pixels and channels: -1 to 1, 1 when equal.

    The 11-tap Gaussian window (sigma 1.5 px) and constants of Wang, Bovik, Sheikh and Simoncelli, "Image
    quality assessment: from error visibility to structural similarity", IEEE TIP 2004. nan when a side is
    under 11 px, where the window does not fit.

    Args and raises: as `mse`.
    """
    _require_comparable(reference, decoded)
    if min(reference.shape[:2]) < WINDOW_TAPS:
        return math.nan
    similarity, _ = _similarity(_planes(reference), _planes(decoded))
    return float(similarity.mean())


def ms_ssim(reference: np.ndarray, decoded: np.ndarray) -> float:
    """Structural similarity over five scales, mean over channels: 0 to 1, 1 when equal.

    Wang, Simoncelli and Bovik, "Multiscale structural similarity for image quality assessment", Asilomar
    2003, with the conventions of the package pytorch_msssim: windows that fit wholly inside the picture, an
    odd side padded by one zero before each halving, negative terms clipped to 0. nan when the smaller side
    is 160 px or less, where the window does not fit the coarsest scale.

    Args and raises: as `mse`.
    """
    _require_comparable(reference, decoded)
    if min(reference.shape[:2]) <= (WINDOW_TAPS - 1) * 2 ** (len(SCALE_WEIGHTS) - 1):
        return math.nan
    x, y = _planes(reference), _planes(decoded)
    product = np.ones(len(x))
    for weight in SCALE_WEIGHTS[:-1]:
        _, contrast_structure = _similarity(x, y)
        product *= np.maximum(contrast_structure, 0) ** weight
        x, y = _halve(x), _halve(y)
    # Luminance counts at the coarsest scale only.
    similarity, _ = _similarity(x, y)
    product *= np.maximum(similarity, 0) ** SCALE_WEIGHTS[-1]
    return float(product.mean())


def ssimulacra2(reference: np.ndarray, decoded: np.ndarray) -> float:
    """SSIMULACRA 2: 100 when equal, 90 hardly told apart, 70 high, 50 medium, 30 low quality, without a lower end.

    See `inrcodec.metrics.ssimulacra2`. nan with alpha, and when a side is under 8 px.

    Args and raises: as `mse`.
    """
    _require_comparable(reference, decoded)
    if _has_alpha(reference) or min(reference.shape[:2]) < _ssimulacra2.SMALLEST_PX:
        return math.nan
    return _ssimulacra2.score(_rgb(reference), _rgb(decoded))


def flip(reference: np.ndarray, decoded: np.ndarray) -> float:
    """FLIP: 0 when equal, to 1; the mean over pixels of the difference that is seen when the two alternate on a screen.

    Andersson et al., "FLIP: A Difference Evaluator for Alternating Images", HPG 2020, by its authors' package
    flip-evaluator, as for a screen of 67 pixels per degree. nan with alpha, and where the package is not installed.

    Args and raises: as `mse`.
    """
    _require_comparable(reference, decoded)
    try:
        import flip_evaluator
    except ImportError:
        return math.nan
    if _has_alpha(reference):
        return math.nan
    pictures = (_rgb(picture).astype(np.float32) for picture in (reference, decoded))
    differences, *_ = flip_evaluator.evaluate(*pictures, "LDR", applyMagma=False, computeMeanError=False)
    return float(differences.mean(dtype=np.float64))


def lpips(reference: np.ndarray, decoded: np.ndarray) -> float:
    """LPIPS: 0 when equal; how far apart the two are in the features of AlexNet.

    Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018, version 0.1, by
    its authors' package lpips. nan with alpha, when a side is under 31 px, and where the package or AlexNet's weights
    are not installed: nothing is downloaded.

    Args and raises: as `mse`.
    """
    _require_comparable(reference, decoded)
    if _has_alpha(reference) or min(reference.shape[:2]) < LPIPS_SMALLEST_PX or not _alexnet().exists():
        return math.nan
    try:
        import lpips
        import torch
    except ImportError:
        return math.nan
    planes = (torch.from_numpy(2 * _rgb(picture) - 1).movedim(-1, 0)[None].float() for picture in (reference, decoded))
    with torch.no_grad(), warnings.catch_warnings():
        # Of the package's own calls to torchvision.
        warnings.simplefilter("ignore")
        return float(lpips.LPIPS(net="alex", verbose=False)(*planes))


def _alexnet() -> Path:
    """Where torch keeps the weights that it downloaded."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    home = os.environ.get("TORCH_HOME") or Path(cache) / "torch"
    return Path(home) / "hub/checkpoints/alexnet-owt-7be5be79.pth"


def _has_alpha(picture: np.ndarray) -> bool:
    return picture.shape[2] in (2, 4)


def _rgb(picture: np.ndarray) -> np.ndarray:
    """float64 (height, width, 3) in 0..1 of grey or RGB."""
    return np.broadcast_to(picture / np.float64(np.iinfo(picture.dtype).max), (*picture.shape[:2], 3))


def _planes(picture: np.ndarray) -> np.ndarray:
    """float64 (channels, height, width) in 8-bit levels."""
    return np.moveaxis(picture, -1, 0) / np.float64(_level(picture))


def _level(picture: np.ndarray) -> int:
    """An 8-bit level in the picture's own."""
    return np.iinfo(picture.dtype).max // PEAK


def _similarity(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """SSIM and its contrast-structure factor per channel, (channels,) each, of float64 (channels, height, width)."""
    mean_x, mean_y = _blur(x), _blur(y)
    variances = _blur(x * x + y * y) - mean_x**2 - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    contrast_structure = (2 * covariance + C2) / (variances + C2)
    luminance = (2 * mean_x * mean_y + C1) / (mean_x**2 + mean_y**2 + C1)
    return (luminance * contrast_structure).mean(axis=(1, 2)), contrast_structure.mean(axis=(1, 2))


def _blur(x: np.ndarray) -> np.ndarray:
    """Gaussian means wherever the whole window fits: both sides shrink by 10 px.

    Without SciPy, whose import takes longer than most pictures do, and no slower than its `correlate1d`.
    """
    distance_px = np.arange(WINDOW_TAPS) - WINDOW_TAPS // 2
    window = np.exp(-0.5 * (distance_px / WINDOW_SIGMA_PX) ** 2)
    window /= window.sum()
    for axis in (1, 2):
        x = np.lib.stride_tricks.sliding_window_view(x, WINDOW_TAPS, axis) @ window
    return x


def _halve(x: np.ndarray) -> np.ndarray:
    """Means of 2x2 pixels of (channels, height, width)."""
    _, height, width = x.shape
    x = np.pad(x, ((0, 0), (height % 2, 0), (width % 2, 0)))
    return (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4


def _require_comparable(reference: np.ndarray, decoded: np.ndarray) -> None:
    if reference.shape != decoded.shape or reference.dtype != decoded.dtype:
        raise ValueError(f"cannot compare {reference.dtype} {reference.shape} with {decoded.dtype} {decoded.shape}")
    accepted = reference.dtype in (np.uint8, np.uint16) and reference.ndim == 3 and 1 <= reference.shape[2] <= 4
    if not accepted or reference.size == 0:
        wanted = "(height, width, 1 to 4) uint8 or uint16"
        raise ValueError(f"need {wanted}, got {reference.dtype} {reference.shape}")

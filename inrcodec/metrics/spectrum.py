"""Which frequencies a picture, or an error, is made of."""

import numpy as np


def radial_power(samples: np.ndarray) -> np.ndarray:
    """Mean power per frequency of a picture's waves, whatever their direction, from 1 cycle per longer side up.

    The radially averaged periodogram, under a Hann window (Harris, "On the Use of Windows for Harmonic Analysis with
    the Discrete Fourier Transform", Proceedings of the IEEE 1978): without one, the jump from a picture's right border
    to its left looks like waves of every frequency. Each channel's mean is taken out; white noise has its variance at
    every frequency.

    Args:
        samples: (height, width, channels), any real dtype.

    Returns:
        (longer side // 2,) float64, in squared units of the samples, mean of the channels: element k - 1 is of waves
        of k cycles per longer side, k - 1/2 to k + 1/2, up to half a cycle per pixel.
    """
    height, width = samples.shape[:2]
    longer = max(height, width)
    window = np.outer(_hann(height), _hann(width))[:, :, None]
    mean = (window * samples).sum(axis=(0, 1)) / window.sum()
    waves = np.fft.fft2(window * (samples - mean), axes=(0, 1))
    power = np.square(np.abs(waves)).mean(axis=2) / np.square(window).sum()
    cycles = np.rint(longer * np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width))).astype(int).ravel()
    return (np.bincount(cycles, power.ravel()) / np.bincount(cycles))[1 : longer // 2 + 1]


def _hann(count: int) -> np.ndarray:
    """The window without the zeros at its ends."""
    return np.hanning(count + 2)[1:-1]

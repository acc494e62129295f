"""From the last layer to samples: what the function's outputs are, and the way from there to RGB."""

from typing import Any, NamedTuple

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Exact, Operation, Preactivation, Real

COLOURS = ("rgb", "ycbcr", "rgb_mean", "ycbcr_mean")
"""A file holds the place in this list. The `_mean` ones say each component's mean, about which the outputs then are."""
_HALF = 1 << (fp.PHASE_BITS - 1)
_MEAN_BITS = 8
# JPEG's full-range Y'CbCr (ITU-T T.871), its way back in 2**-16: R of Cr, G of Cb and Cr, B of Cb.
_CR_R, _CB_G, _CR_G, _CB_B = 91881, 22554, 46802, 116130
_BITS = 16


class Colour(NamedTuple):
    """How outputs become samples.

    `name`: of COLOURS; `means`: one integer per channel in 2**-8 of the range, 0..255; 128 is the middle, which chroma
    has where there is no colour.
    """

    name: str
    means: tuple[int, ...]

    @property
    def is_ycbcr(self) -> bool:
        return self.name.startswith("ycbcr")

    @property
    def has_means(self) -> bool:
        return self.name.endswith("_mean")

    @classmethod
    def of(cls, name: str, picture: np.ndarray) -> "Colour":
        """For a picture (height, width, channels) uint8 or uint16; grey ones have no chroma and stay as they are."""
        channels = picture.shape[2]
        if channels < 3:
            name = name.replace("ycbcr", "rgb")
        means = (128,) * channels
        if name.endswith("_mean"):
            averages = picture.reshape(-1, channels).mean(axis=0) / np.iinfo(picture.dtype).max
            if name.startswith("ycbcr"):
                averages[:3] = _components(averages[:3])
            means = tuple(int(mean) for mean in np.clip(np.rint(averages * (1 << _MEAN_BITS)), 0, 255))
        return cls(name, means)


def _components(rgb: np.ndarray) -> np.ndarray:
    y = rgb @ (0.299, 0.587, 0.114)
    return np.array([y, 0.5 + (rgb[2] - y) / 1.772, 0.5 + (rgb[0] - y) / 1.402])


def _samples_exact(space: Exact, colour: Colour, preactivation: Preactivation) -> Any:
    xp, centre = space.xp, np.array(colour.means, dtype=np.int64) << (fp.PHASE_BITS - _MEAN_BITS)
    # Cut far outside of the range, so that the products below stay within 64 bits.
    values = xp.clip(space.integers(preactivation), -4 * _HALF, 4 * _HALF) + xp.asarray(centre)
    if not colour.is_ycbcr:
        return values
    y, cb, cr = values[..., 0], values[..., 1] - _HALF, values[..., 2] - _HALF
    rounding = 1 << (_BITS - 1)
    red = y + ((_CR_R * cr + rounding) >> _BITS)
    green = y - ((_CB_G * cb + _CR_G * cr + rounding) >> _BITS)
    blue = y + ((_CB_B * cb + rounding) >> _BITS)
    return xp.concat([xp.stack([red, green, blue], axis=-1), values[..., 3:]], axis=-1)


def _samples_real(space: Real, colour: Colour, preactivation: Any) -> Any:
    import torch

    values = preactivation + preactivation.new_tensor(colour.means) / (1 << _MEAN_BITS)
    if not colour.is_ycbcr:
        return values
    y, cb, cr = values[..., 0], values[..., 1] - 0.5, values[..., 2] - 0.5
    unit = 1 << _BITS
    rgb = [y + _CR_R / unit * cr, y - _CB_G / unit * cb - _CR_G / unit * cr, y + _CB_B / unit * cb]
    return torch.cat([torch.stack(rgb, dim=-1), values[..., 3:]], dim=-1)


to_samples = Operation(_samples_exact, _samples_real)
"""to_samples(space, colour, preactivation): grey, RGB and alpha from 0 to 1, not cut: int64 in 2**-32, or floats."""


def quantized_samples(xp: Any, samples: Any, maximum: int) -> Any:
    """Exact samples as integers 0..maximum, to nearest; int64."""
    cut = xp.clip(samples, 0, 2 * _HALF)
    return xp.clip((cut * maximum + _HALF) >> fp.PHASE_BITS, 0, maximum)

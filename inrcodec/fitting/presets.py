"""What one picture is encoded with: ready choices and options, for the command line, Python and Pillow.

Imports no torch: help texts list them.
"""

import math
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import log, prod
from numbers import Integral, Real
from typing import Any

import numpy as np

from inrcodec.files import InputError
from inrcodec.quantization.depths import Depths
from inrcodec.representations import Positional, Representation
from inrcodec.representations.base import travelling

BITS_PER_SAMPLE = 4
"""A named preset's parameters take at most so many, so that the layers of small pictures are narrower.

Entropy coding makes less of it, some 3.5. Two would cost pictures of 32 to 128 pixels another 4 to 5 dB.
"""


@dataclass(frozen=True)
class Preset:
    """A representation, a bit depth and an effort: steps of fitting, then of quantization-aware fine-tuning.

    `colour`: what the function gives, in `inrcodec.operations.colour.COLOURS`. Without the channels' means, three bytes
    of the file, the tutorial's preset reaches 0.0 to 0.3 dB less (kodim03, 13, 23).

    Raises:
        InputError: the bit depth is not 2 to 16, or there are no steps.
    """

    representation: Representation
    bits: int
    fit_steps: int
    fine_tune_steps: int
    meaning: str
    colour: str = "rgb_mean"

    def __post_init__(self) -> None:
        for name, low, high in (("bits", 2, 16), ("fit_steps", 1, sys.maxsize), ("fine_tune_steps", 1, sys.maxsize)):
            if not _is_integer(getattr(self, name), low, high):
                raise InputError(f"preset: {name} is {getattr(self, name)!r}, accepted are integers {low} to {high}")


def _is_integer(value: Any, low: int, high: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and low <= value <= high


def _is_number(value: Any) -> bool:
    with suppress(OverflowError):
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(float(value))
    return False


def _is_seconds(value: Any) -> bool:
    return _is_number(value) and value > 0


QUALITY, EFFORT = 75, 4
LAMBDA_AT_0, QUALITIES_PER_DECADE = 0.1, 30
EFFORTS = (33, 60, 120, 240, 480, 700, 2000, 4800, 12500)
"""Visits to every pixel by effort from 1 on; those from 6 on leave time for a search over integers."""


def rate_weight(quality: float) -> float:
    """Lambda of a quality 0 to 100: distance + lambda bits per pixel is minimised, the distance of samples in 0..1.

    Every 30 points make it ten times smaller: 90 looks like the original, 30 is a thumbnail's.
    """
    return LAMBDA_AT_0 * 10 ** (-quality / QUALITIES_PER_DECADE)


PRESETS = {
    "small": Preset(Positional(48, 3), 7, 280, 120, "3 sine layers of 48: under 0.2 bpp on a 768 x 512 picture"),
    "tutorial": Preset(Positional(128, 3), 8, 130, 50, "the tutorial's network, 3 sine layers of 128, in seconds"),
    "large": Preset(Positional(192, 3), 8, 840, 360, "3 sine layers of 192: twice the tutorial's file, half a minute"),
}

OPTIONS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "quality": (lambda value: value is None or (_is_number(value) and 0 <= value <= 100), "numbers 0 to 100"),
    "effort": (
        lambda value: value is None or _is_integer(value, 1, len(EFFORTS)),
        f"integers 1 to {len(EFFORTS)}",
    ),
    "bpp": (lambda value: value is None or (_is_number(value) and value > 0), "numbers above 0"),
    "file_bytes": (lambda value: value is None or _is_integer(value, 1, sys.maxsize), "integers above 0"),
    "prior": (lambda value: isinstance(value, bool), "true and false"),
    "preset": (
        lambda value: value is None or isinstance(value, Preset) or (isinstance(value, str) and value in PRESETS),
        ", ".join(PRESETS),
    ),
    "seconds": (lambda value: value is None or _is_seconds(value), "numbers above 0"),
    "seed": (lambda value: _is_integer(value, 0, 2**32 - 1), "integers 0 to 2**32 - 1"),
}
"""Whether a value is accepted, and which are, by the name of an option of encoding."""


def check_options(**values: Any) -> None:
    """Check options of encoding by their names in OPTIONS.

    Raises:
        InputError: a value is not accepted.
    """
    for name, value in values.items():
        accepts, accepted = OPTIONS[name]
        if not accepts(value):
            raise InputError(f"{name} is {value!r}, accepted are {accepted}")


def preset_for(name: str, picture: np.ndarray) -> Preset:
    """The preset of that name for a picture (height, width, channels) uint8 or uint16.

    Its layers are as wide as BITS_PER_SAMPLE allows, one neuron at least and at most as the preset says.
    """
    preset = PRESETS[name]
    height, width, channels = picture.shape
    widest = within_nyquist(preset.representation, max(height, width))
    for neurons in range(widest.hidden_features, 0, -1):
        representation = replace(widest, hidden_features=neurons)
        tensors = travelling(representation.tensors(channels, width, height))
        depths = Depths(bits=preset.bits)
        bits = sum(prod(tensor.shape) * depths.of(name, tensor.role)[1] for name, tensor in tensors.items())
        if bits <= BITS_PER_SAMPLE * picture.size:
            break
    return replace(preset, representation=representation)


def within_nyquist(representation: Representation, longer_side_px: int) -> Representation:
    """The representation without the positional encoding's frequencies that a picture of this size cannot show.

    Frequency k makes base**k periods across the picture. Beyond one period in two pixels it would fit the samples
    and be free between them, where decoding at a larger size looks.
    """
    if not hasattr(representation, "frequencies"):
        return representation
    useful = 1 + int(log(max(longer_side_px / 2, 1)) / log(representation.base))
    return replace(representation, frequencies=min(representation.frequencies, useful))

"""Ready choices for encoding one picture from the command line or Python. Imports no torch: help texts list them."""

from dataclasses import dataclass

from inrcodec.files import InputError
from inrcodec.representations import PeSiren, Representation


@dataclass(frozen=True)
class Preset:
    """A representation, a bit depth and an effort: steps of fitting, then of quantization-aware fine-tuning."""

    representation: Representation
    bits: int
    fit_steps: int
    fine_tune_steps: int
    meaning: str


PRESETS = {
    "small": Preset(PeSiren(48, 3), 7, 280, 120, "3 sine layers of 48: under 0.2 bpp on a 768 x 512 picture"),
    "tutorial": Preset(PeSiren(128, 3), 8, 130, 50, "the tutorial's network, 3 sine layers of 128, in seconds"),
    "large": Preset(PeSiren(192, 3), 8, 840, 360, "3 sine layers of 192: twice the tutorial's file, half a minute"),
}


def preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        InputError: there is none.
    """
    if name not in PRESETS:
        raise InputError(f"preset is {name!r}, accepted are {', '.join(PRESETS)}")
    return PRESETS[name]

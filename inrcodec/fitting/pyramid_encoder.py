"""From a picture to a file of a pyramid of latents: descend, round, search the networks' steps, entropy-code."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inrcodec.bitstream import container
from inrcodec.fitting import step_search
from inrcodec.fitting.latent_descent import CROP_PX
from inrcodec.fitting.target import Progress, Schedule, Target, pick_device
from inrcodec.fitting.trainer import fit
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from inrcodec.representations import Pyramid
from inrcodec.threads import ONE_TORCH_THREAD

DEPTHS = Depths(bits=12)
LEVELS = 7
"""As many as Cool-chic has, one more from a megapixel on and another from three."""


@dataclass(frozen=True)
class Effort:
    """How long to descend: `steps` for each crop's worth of pixels, or `seconds`, if given."""

    steps: int
    seconds: float | None = None


def representation_for(picture: np.ndarray) -> Pyramid:
    """As many grids as a picture (height, width, channels) has use for: the coarsest of some 4 latents a side."""
    height, width, _ = picture.shape
    pixels = height * width
    useful = max(1, max(height, width).bit_length() - 1)
    return Pyramid(levels=min(LEVELS + (pixels >= 1_000_000) + (pixels >= 3_000_000), useful))


@ONE_TORCH_THREAD
def encode(
    picture: np.ndarray,
    rate_weight: float,
    effort: Effort,
    seed: int = 0,
    on_progress: Callable[[str, Progress], None] = lambda stage, progress: None,
) -> bytes:
    """Encode (height, width, 1 to 4 channels) uint8 or uint16.

    Args:
        rate_weight: lambda of the loss, distance + lambda bits per pixel.
        on_progress: called after every step with `fit` and where that is.

    An interrupt (Ctrl-C) ends the descent early; the file is that of what there is.
    """
    target = Target(picture, representation_for(picture), pick_device())
    steps = round(effort.steps * max(1.0, target.width * target.height / CROP_PX**2))
    schedule = Schedule(None if effort.seconds else steps, effort.seconds, rate_weight=rate_weight, seed=seed)
    parameters = fit(target, schedule, on_progress=lambda progress: on_progress("fit", progress)).parameters
    tensors = step_search.quantize(target, parameters, DEPTHS, rate_weight)
    return container.write(implicit_picture(target, picture.itemsize, parameters, tensors))


def implicit_picture(
    target: Target, sample_bytes: int, parameters: dict[str, np.ndarray], tensors: dict[str, QuantizedTensor]
) -> container.ImplicitPicture:
    """All that the file says."""
    about = target.representation
    grids = {name: parameters[name].astype(np.int16) for name in target.grids}
    return container.ImplicitPicture(
        width=target.width,
        height=target.height,
        channels=target.channels,
        sample_bits=8 * sample_bytes,
        colour=target.colour,
        representation=about,
        depths=DEPTHS,
        tensors=tensors,
        grids=grids,
    )

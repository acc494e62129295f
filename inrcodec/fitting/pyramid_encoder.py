"""From a picture to a file of a pyramid of latents: descend, round, search the networks' steps, entropy-code."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.fitting import step_search
from inrcodec.fitting.latent_descent import CROP_PX, LatentDescent
from inrcodec.fitting.target import Parameters, Progress, Schedule, Target, pick_device, to_numpy
from inrcodec.quantization.depths import Depths
from inrcodec.representations import Pyramid
from inrcodec.threads import ONE_TORCH_THREAD

DEPTHS = Depths(bits=12)
LEVELS = 7
"""As many as Cool-chic has, one more from a megapixel on and another from three."""
LANDING = 0.6
"""Where a descent that goes on for a little while begins: its last part has little noise and moves little."""
LANDING_STEPS = 40
"""For each crop's worth of pixels."""
TOLERANCE = 0.02
"""Of a size that is asked for."""
ROUNDS = 8
"""Attempts to come within it."""
STEEPNESS = 2.0
"""How much faster lambda is changed than the size is wrong: sizes change less than lambda does."""

OnProgress = Callable[[str, Progress], bool | None]


@dataclass(frozen=True)
class Wish:
    """What a file is to be like, and how long to search for it.

    Attributes:
        rate_weight: lambda of the loss, distance + lambda bits per pixel; with `file_bytes` only a first guess.
        steps: for each crop's worth of pixels.
        seconds: instead of steps, if given.
        file_bytes: the size to come within 2 % of, if given.
    """

    rate_weight: float
    steps: int
    seconds: float | None = None
    file_bytes: int | None = None


def representation_for(picture: np.ndarray, prior: int = 0) -> Pyramid:
    """As many grids as a picture (height, width, channels) has use for."""
    height, width, _ = picture.shape
    pixels = height * width
    useful = max(1, max(height, width).bit_length() - 1)
    return Pyramid(levels=min(LEVELS + (pixels >= 1_000_000) + (pixels >= 3_000_000), useful), prior=prior)


@ONE_TORCH_THREAD
def encode(picture: np.ndarray, wish: Wish, seed: int = 0, on_progress: OnProgress = lambda *_: None) -> bytes:
    """Encode (height, width, 1 to 4 channels) uint8 or uint16.

    Args:
        on_progress: called after every step with a stage, `fit` or `size`, and where that is; if it returns True, the
            descent is ended, and the file is what there is.
    """
    target = Target(picture, representation_for(picture), pick_device())
    crops = max(1.0, target.width * target.height / CROP_PX**2)
    target_bpp = None if wish.file_bytes is None else 8 * wish.file_bytes / (target.width * target.height)
    schedule = Schedule(
        steps=None if wish.seconds else round(wish.steps * crops),
        seconds=wish.seconds,
        rate_weight=wish.rate_weight,
        target_bpp=target_bpp,
        seed=seed,
    )
    parameters = begin(target, seed)
    descent = LatentDescent(target, parameters, schedule)
    short = replace(schedule, steps=round(LANDING_STEPS * crops), seconds=None, target_bpp=None)
    if not _ran(descent, "fit", on_progress):
        descent = LatentDescent(target, parameters, short, begin=LANDING)
        _ran(descent, "land", lambda *_: None)
    data = _coded(target, descent, picture.itemsize)
    for _ in range(ROUNDS if wish.file_bytes else 0):
        excess = len(data) / wish.file_bytes
        if abs(excess - 1) <= TOLERANCE:
            break
        short = replace(short, rate_weight=descent.rate_weight * excess**STEEPNESS)
        descent = LatentDescent(target, parameters, short, begin=LANDING)
        if not _ran(descent, "size", on_progress):
            break
        data = _coded(target, descent, picture.itemsize)
    return data


def begin(target: Target, seed: int) -> Parameters:
    """Networks as the representation begins, grids of zeros."""
    networks = target.representation.initial(target.tensors, np.random.default_rng(seed))
    parameters = {name: torch.from_numpy(values).to(target.device) for name, values in networks.items()}
    return parameters | {name: torch.zeros(shape, device=target.device) for name, shape in target.grids.items()}


def _ran(descent: LatentDescent, stage: str, on_progress: OnProgress) -> bool:
    """Whether a descent ran to its end."""
    return not any(on_progress(stage, progress) for progress in descent)


def _coded(target: Target, descent: LatentDescent, sample_bytes: int) -> bytes:
    parameters = to_numpy(descent.result())
    tensors = step_search.quantize(target, parameters, DEPTHS, descent.rate_weight)
    return container.write(
        ImplicitPicture(
            width=target.width,
            height=target.height,
            channels=target.channels,
            sample_bits=8 * sample_bytes,
            colour=target.colour,
            representation=target.representation,
            depths=DEPTHS,
            tensors=tensors,
            grids={name: parameters[name].astype(np.int16) for name in target.grids},
        )
    )

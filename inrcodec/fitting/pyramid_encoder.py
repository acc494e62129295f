"""From a picture to a file of a pyramid of latents: descend, round, search the networks' steps, entropy-code."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np

from inrcodec import priors
from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.fitting import step_search
from inrcodec.fitting.crops import steps_per_visit
from inrcodec.fitting.first_guess import beginning, pays
from inrcodec.fitting.latent_descent import LARGEST_LAMBDA, SMALLEST_LAMBDA, LatentDescent
from inrcodec.fitting.target import Progress, Schedule, Target, pick_device, to_numpy
from inrcodec.quantization.depths import Depths
from inrcodec.representations import Pyramid
from inrcodec.threads import ONE_TORCH_THREAD

COLOUR = "rgb_mean"
"""A descent that begins at the mean colour is ahead, and a picture of a few pixels has it whatever else."""
DEPTHS = Depths(bits=12)
LEVELS = 7
"""As many as Cool-chic has, one more from a megapixel on and another from three."""
NETWORKS = {
    1 << 12: {"neighbours": 4, "context_features": 4, "synthesis_features": 4},
    1 << 18: {"neighbours": 8, "context_features": 8, "synthesis_features": 16},
    sys.maxsize: {"neighbours": 8, "context_features": 8, "synthesis_features": 24},
}
"""Sizes of the networks by the most pixels of a picture that they are for, without a prior, when all are paid for."""
LANDING = 0.6
"""Where a descent that goes on for a little while begins: its last part has little noise and moves little."""
LANDING_VISITS, FEWEST_LANDING_STEPS = 40, 100
"""Visits to every pixel, and steps in all."""
TOLERANCE = 0.02
"""Of a size that is asked for."""
ROUNDS = 8
"""Attempts to come within it."""
SLOPE, STEEPEST, FLATTEST = -0.5, -1.0, -0.15
"""d log size / d log lambda: a first guess, and what is believed of a measured one."""
LARGEST_FACTOR = 4.0
"""By which lambda is changed from one attempt to the next."""

OnProgress = Callable[[str, Progress], bool | None]


@dataclass(frozen=True)
class Wish:
    """What a file is to be like, and how long to search for it.

    Attributes:
        rate_weight: lambda of the loss, distance + lambda bits per pixel; with `file_bytes` only a first guess.
        steps: as many as visit every pixel so often.
        seconds: instead of steps, if given.
        file_bytes: the size to come within 2 % of, if given.
        prior: whether networks of a short search begin as what was learnt from other pictures.
    """

    rate_weight: float
    steps: int
    seconds: float | None = None
    file_bytes: int | None = None
    prior: bool = True


def representation_for(picture: np.ndarray, prior: int = 0) -> Pyramid:
    """As many grids, and as large networks, as a picture (height, width, channels) has use for; those of a prior."""
    height, width, _ = picture.shape
    pixels = height * width
    useful = max(1, max(height, width).bit_length() - 1)
    levels = min(LEVELS + (pixels >= 1_000_000) + (pixels >= 3_000_000), useful)
    if prior:
        return Pyramid(levels=levels, prior=prior, **priors.NETWORKS)
    sizes = next(sizes for most, sizes in NETWORKS.items() if pixels <= most)
    return Pyramid(levels=levels, **sizes)


@ONE_TORCH_THREAD
def encode(picture: np.ndarray, wish: Wish, seed: int = 0, on_progress: OnProgress = lambda *_: None) -> bytes:
    """Encode (height, width, 1 to 4 channels) uint8 or uint16.

    Args:
        on_progress: called after every step with a stage, `fit` or `size`, and where that is; if it returns True, the
            descent is ended, and the file is what there is.
    """
    short = pays(picture.shape[0] * picture.shape[1], wish.steps, wish.seconds)
    prior = priors.nearest(wish.rate_weight) if wish.prior and short else 0
    target = Target(picture, representation_for(picture, prior), pick_device(), COLOUR)
    visit = steps_per_visit(target)
    target_bpp = None if wish.file_bytes is None else 8 * wish.file_bytes / (target.width * target.height)
    schedule = Schedule(
        steps=None if wish.seconds else round(wish.steps * visit),
        seconds=wish.seconds,
        rate_weight=wish.rate_weight,
        target_bpp=target_bpp,
        seed=seed,
    )
    parameters = beginning(target, schedule)
    descent = LatentDescent(target, parameters, schedule)
    steps = max(FEWEST_LANDING_STEPS, round(LANDING_VISITS * visit))
    landing = replace(schedule, steps=steps, seconds=None, target_bpp=None)
    if not _ran(descent, "fit", on_progress):
        descent = LatentDescent(target, parameters, landing, begin=LANDING)
        _ran(descent, "land", lambda *_: None)
    data = best = _coded(target, descent, picture.itemsize)
    tried = [(log(descent.rate_weight), len(data))]
    while wish.file_bytes and abs(len(data) / wish.file_bytes - 1) > TOLERANCE and len(tried) <= ROUNDS:
        again = replace(landing, rate_weight=_next(tried, wish.file_bytes))
        descent = LatentDescent(target, parameters, again, begin=LANDING)
        if not _ran(descent, "size", on_progress):
            break
        data = _coded(target, descent, picture.itemsize)
        tried.append((log(descent.rate_weight), len(data)))
        best = min(best, data, key=lambda file: abs(len(file) - wish.file_bytes))
    return best


def _next(tried: list[tuple[float, int]], wanted: int) -> float:
    """The lambda to try next for a size, by the secant through the last two of (log lambda, bytes)."""
    slope, (at, size) = SLOPE, tried[-1]
    if len(tried) > 1 and tried[-2][0] != at:
        slope = log(size / tried[-2][1]) / (at - tried[-2][0])
    change = log(wanted / size) / min(max(slope, STEEPEST), FLATTEST)
    most = log(LARGEST_FACTOR)
    return min(max(exp(at + min(max(change, -most), most)), SMALLEST_LAMBDA), LARGEST_LAMBDA)


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

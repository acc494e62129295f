"""From a picture to a file of a pyramid of latents: descend, round, search integers, entropy-code."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp, inf, log
from typing import NamedTuple

import numpy as np
import torch

from inrcodec import priors
from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.fitting import step_search
from inrcodec.fitting.crops import steps_per_visit
from inrcodec.fitting.first_guess import beginning, pays, visits_of
from inrcodec.fitting.integer_search import IntegerSearch
from inrcodec.fitting.latent_descent import LARGEST_LAMBDA, SMALLEST_LAMBDA, LatentDescent, rounded
from inrcodec.fitting.target import Parameters, Progress, Schedule, Target, pick_device, to_numpy
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
LARGER_CONTEXT = {"neighbours": 12, "context_features": 12}
"""Instead, where weights are searched and the file has bits to pay for them: it has 2 % fewer (docs/log.md)."""
LARGE_FILE_BITS = 15_000
USUAL_BPP = 0.022
"""Of a photograph at lambda 1; it grows as lambda**-.5."""
LANDING = 0.6
"""Where a descent that goes on for a little while begins: its last part has little noise and moves little."""
LANDING_VISITS, FEWEST_LANDING_STEPS = 40, 100
"""Visits to every pixel, and steps in all."""
FIRST_LEG, LAST_LEG, RESTART = 960, 3, 0.3
"""Visits of the first of several descents; how many times a leg's must be left for one more after it; the share of
theirs at which those after the first begin, rates at their peak."""
VISITS_PER_ROUND, MOST_ROUNDS = 660, 3
"""Of the search over integers. One takes as long as some 500 visits, which buy less from here on (docs/log.md)."""
DESCENT_SHARE = 0.75
"""Of a given number of seconds, where there is time for such a search."""
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


def representation_for(picture: np.ndarray, wish: Wish, prior: int = 0) -> Pyramid:
    """As many grids, and as large networks, as a picture (height, width, channels) has use for; those of a prior."""
    height, width, _ = picture.shape
    pixels = height * width
    useful = max(1, max(height, width).bit_length() - 1)
    levels = min(LEVELS + (pixels >= 1_000_000) + (pixels >= 3_000_000), useful)
    if prior:
        return Pyramid(levels=levels, prior=prior, **priors.NETWORKS)
    sizes = next(sizes for most, sizes in NETWORKS.items() if pixels <= most)
    bits = 8 * wish.file_bytes if wish.file_bytes else USUAL_BPP * pixels / wish.rate_weight**0.5
    if rounds_of(visits_of(pixels, wish.steps, wish.seconds)) and bits >= LARGE_FILE_BITS:
        sizes = sizes | LARGER_CONTEXT
    return Pyramid(levels=levels, **sizes)


@ONE_TORCH_THREAD
def encode(picture: np.ndarray, wish: Wish, seed: int = 0, on_progress: OnProgress = lambda *_: None) -> bytes:
    """Encode (height, width, 1 to 4 channels) uint8 or uint16.

    Args:
        on_progress: called after every step with a stage, `fit`, `round` (the search over integers) or `size`, and
            where that is; if it returns True, that is ended, and the file is what there is.
    """
    started, pixels = time.perf_counter(), picture.shape[0] * picture.shape[1]
    prior = priors.nearest(wish.rate_weight) if wish.prior and pays(pixels, wish.steps, wish.seconds) else 0
    target = Target(picture, representation_for(picture, wish, prior), pick_device(), COLOUR)
    visits = visits_of(pixels, wish.steps, wish.seconds)
    rounds = rounds_of(visits)
    schedule = Schedule(
        steps=None if wish.seconds else round(wish.steps * steps_per_visit(target)),
        seconds=wish.seconds and wish.seconds * (DESCENT_SHARE if rounds else 1),
        rate_weight=wish.rate_weight,
        target_bpp=None if wish.file_bytes is None else 8 * wish.file_bytes / pixels,
        seed=seed,
    )

    def ends(stage: str, progress: Progress) -> bool:
        late = wish.seconds and time.perf_counter() > started + wish.seconds
        return bool(on_progress(stage, progress) or late)

    found = _descended(target, schedule, legs(visits), on_progress)
    rounds = 0 if found.interrupted else rounds
    data = best = _coded(target, found, picture.itemsize, rounds, ends)
    tried = [(log(found.rate_weight), len(data))]
    while wish.file_bytes and abs(len(data) / wish.file_bytes - 1) > TOLERANCE and len(tried) <= ROUNDS:
        found = _landed(target, found.parameters, schedule, _next(tried, wish.file_bytes), on_progress)
        if found.interrupted:
            break
        data = _coded(target, found, picture.itemsize, rounds, ends)
        tried.append((log(found.rate_weight), len(data)))
        best = min(best, data, key=lambda file: abs(len(file) - wish.file_bytes))
    return best


def rounds_of(visits: float) -> int:
    """Of the search over integers, after so many visits."""
    return min(MOST_ROUNDS, int(visits) // VISITS_PER_ROUND)


def legs(visits: float) -> list[float]:
    """Visits of a search's descents: each has twice as many as the one before, the last has the rest, and more yet."""
    found, left = [], visits
    while left >= LAST_LEG * (leg := FIRST_LEG * 2 ** len(found)):
        found.append(leg)
        left -= leg
    return [*found, left]


class _Found(NamedTuple):
    """What a search has: parameters, lambda at its end, and whether somebody ended it."""

    parameters: Parameters
    rate_weight: float
    interrupted: bool


def _descended(target: Target, schedule: Schedule, visits: list[float], on_progress: OnProgress) -> _Found:
    """The best of a row of descents, each of which begins as the best one so far."""
    parameters, least, rate_weight, done = beginning(target, schedule), inf, schedule.rate_weight, 0.0
    for index, leg in enumerate(visits):
        part = leg / sum(visits)
        how = replace(
            schedule,
            steps=schedule.steps and round(schedule.steps * part),
            seconds=schedule.seconds and schedule.seconds * part,
            rate_weight=rate_weight,
            seed=schedule.seed + index,
        )
        moved = {name: values.clone() for name, values in parameters.items()}
        descent = LatentDescent(target, moved, how, begin=RESTART if index else 0.0)
        interrupted = not _ran(descent, "fit", _as_part(on_progress, done, part))
        rate_weight = descent.rate_weight
        if interrupted:
            _landed(target, moved, schedule, rate_weight)
        if (loss := _loss(target, rounded(target, moved), rate_weight)) < least:
            parameters, least = moved, loss
        if interrupted:
            return _Found(parameters, rate_weight, interrupted)
        done += part
    return _Found(parameters, rate_weight, interrupted=False)


def _as_part(on_progress: OnProgress, before: float, part: float) -> OnProgress:
    """Of a descent that is one of several, its place in all."""
    return lambda stage, progress: on_progress(stage, replace(progress, share=before + part * progress.share))


def _landed(
    target: Target,
    parameters: Parameters,
    schedule: Schedule,
    rate_weight: float,
    on_progress: OnProgress = lambda *_: None,
) -> _Found:
    """Parameters, moved in place, after the last part of a descent, perhaps at another lambda."""
    steps = max(FEWEST_LANDING_STEPS, round(LANDING_VISITS * steps_per_visit(target)))
    how = replace(schedule, steps=steps, seconds=None, target_bpp=None, rate_weight=rate_weight)
    complete = _ran(LatentDescent(target, parameters, how, begin=LANDING), "size", on_progress)
    return _Found(parameters, rate_weight, not complete)


def _loss(target: Target, parameters: Parameters, rate_weight: float) -> float:
    """Distance + lambda bits per pixel without the networks' own."""
    with torch.no_grad():
        bits = step_search.latent_bits(target, parameters) / (target.width * target.height)
        return step_search.distance(target, parameters, "l2") + rate_weight * bits


def _next(tried: list[tuple[float, int]], wanted: int) -> float:
    """The lambda to try next for a size, by the secant through the last two of (log lambda, bytes)."""
    slope, (at, size) = SLOPE, tried[-1]
    if len(tried) > 1 and tried[-2][0] != at:
        slope = log(size / tried[-2][1]) / (at - tried[-2][0])
    change = log(wanted / size) / min(max(slope, STEEPEST), FLATTEST)
    most = log(LARGEST_FACTOR)
    return min(max(exp(at + min(max(change, -most), most)), SMALLEST_LAMBDA), LARGEST_LAMBDA)


def _ran(descent: LatentDescent | IntegerSearch, stage: str, on_progress: OnProgress) -> bool:
    """Whether a descent ran to its end."""
    return not any(on_progress(stage, progress) for progress in descent)


def _coded(target: Target, found: _Found, sample_bytes: int, rounds: int, on_progress: OnProgress) -> bytes:
    parameters = to_numpy(rounded(target, found.parameters))
    search = IntegerSearch(target, parameters, DEPTHS, found.rate_weight, rounds)
    _ran(search, "round", on_progress)
    return container.write(
        ImplicitPicture(
            width=target.width,
            height=target.height,
            channels=target.channels,
            sample_bits=8 * sample_bytes,
            colour=target.colour,
            representation=target.representation,
            depths=DEPTHS,
            tensors=search.tensors,
            grids=search.grids(),
        )
    )

"""Where a fit begins. Where networks are learnt and steps are few, latents are guessed: what is missing in the picture
is projected on each grid in turn, coarsest first.

A synthesis is nearly linear where its weights are known: a grid's latents each add their plane's colour to the pixels
around them. So a matching pursuit (Mallat and Zhang, IEEE TSP 1993), a grid at a time, spares a descent from zero some
thirty steps (docs/log.md).
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import torch
from torch.nn.functional import avg_pool2d, pad

from inrcodec import priors
from inrcodec.fitting.crops import Crop, part, predict, steps_per_visit, tiling
from inrcodec.fitting.latent_descent import set_up_thread
from inrcodec.fitting.target import Parameters, Schedule, Target
from inrcodec.operations.context import LARGEST_SYMBOL
from inrcodec.threads import thread_count

SHARE = 0.7
"""Of what is missing: to let the rest grow costs no bits, to take back what was too much costs many."""
PAYS_BELOW = 400
"""Visits to every pixel: longer descents end at fewer bits if latents and networks begin with nothing (docs/log.md)."""
STEP_S, PIXELS_PER_S = 0.003, 3_500_000
"""What a visit takes on a usual core, where a schedule is in seconds: so long at least, and longer by its pixels."""


def beginning(target: Target, schedule: Schedule) -> Parameters:
    """A fit's first parameters: the representation's, and grids of zeros or, for a short descent, guessed ones."""
    parameters = target.initial(schedule.seed)
    learnt = target.grids and target.representation.prior and target.channels == priors.CHANNELS
    visits = None if schedule.seconds else schedule.steps / steps_per_visit(target)
    if learnt and pays(target.height * target.width, visits, schedule.seconds):
        guess(target, parameters)
    return parameters


def pays(pixels: int, visits: float | None, seconds: float | None) -> bool:
    """Whether a descent that visits every pixel so often, or lasts so long, gains by what was learnt before."""
    return visits_of(pixels, visits, seconds) < PAYS_BELOW


def visits_of(pixels: int, visits: float | None, seconds: float | None) -> float:
    """How often a descent visits every pixel, roughly where it is given in seconds."""
    return visits if seconds is None else seconds / (STEP_S + pixels / PIXELS_PER_S)


def guess(target: Target, parameters: Parameters) -> None:
    """Fill the grids, in place, with whole numbers that suit the networks as they are."""
    first, *others = tiling(target)
    with ThreadPoolExecutor(thread_count(), initializer=set_up_thread) as pool:
        colours = pool.submit(_guess, target, parameters, {}, first).result()
        list(pool.map(partial(_guess, target, parameters, colours), others))


@torch.no_grad()
def _guess(
    target: Target, parameters: Parameters, colours: dict[str, torch.Tensor], crop: Crop
) -> dict[str, torch.Tensor]:
    """Guess a crop's; what one more in every latent adds to a pixel is the same for all crops, and returned."""
    names = list(target.grids)[::-1]
    networks = {name: values for name, values in parameters.items() if name not in names}
    grids = {name: part(parameters[name], crop, level).zero_() for level, name in enumerate(names)}
    for level, name in reversed(list(enumerate(names))):
        missing = target.samples[crop] - predict(target, networks, grids)
        if name not in colours:
            colours |= {name: _colour(target, networks, grids, name)}
        colour = colours[name]
        projected = _pooled(missing @ colour, level) / (colour @ colour)
        grids[name].copy_(projected.mul_(SHARE).round_().clamp_(-LARGEST_SYMBOL, LARGEST_SYMBOL))
    return colours


def _colour(target: Target, networks: Parameters, grids: Parameters, name: str) -> torch.Tensor:
    """What one more in every latent of a grid adds to a pixel, on average, (channels,)."""
    more, less = (predict(target, networks, grids | {name: grids[name] + by}) for by in (1, -1))
    return (more - less).mean(dim=(0, 1)) / 2


def _pooled(plane: torch.Tensor, level: int) -> torch.Tensor:
    """Means over what lies under a latent of a level."""
    side, (rows, columns) = 1 << level, plane.shape
    whole = pad(plane[None, None], (0, -columns % side, 0, -rows % side), mode="replicate")
    return avg_pool2d(whole, side)[0, 0]

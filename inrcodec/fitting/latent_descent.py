"""Overfitting a pyramid of latents and its networks to one picture, with the rate in the loss.

Rounding is relaxed as in C3 (Kim et al., CVPR 2024): soft-rounded, disturbed, soft-rounded again, ever closer to hard
rounding. Steps are taken on crops, so that memory does not grow with the picture; their distances and rates are two
threads' work.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import cos, pi
from typing import Any, NamedTuple

import torch

from inrcodec.allocator import keep_freed_memory
from inrcodec.fitting import latent_rate, soft_rounding
from inrcodec.fitting.crops import AT_ONCE, Crop, crop_px, part, predict, steps_per_visit, visit
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.fitting.optimizers import Soap
from inrcodec.fitting.target import Parameters, Progress, Schedule, Target
from inrcodec.operations import context, synthesis, upsampling
from inrcodec.operations.context import LARGEST_SYMBOL

NETWORK_RATE = 2e-2
"""Half of it where a visit takes many steps: a photograph's networks move more often than its latents."""
LATENT_RATE = 0.16
LATENT_BETAS = 0.7, 0.9
TEMPERATURES = 0.35, 0.08
"""Of soft rounding, at the beginning and at the end."""
NOISES = 0.22, 0.15
"""Deviations of the disturbance, in symbols."""
HOLD = 0.3
"""The share of a descent through which the rates stay at their peak, before they follow a cosine to nothing."""
LAMBDA_AT_FIRST = 0.5
"""Lambda rises from this part of it to the whole over the first half: a use is found before the price is paid."""
RATE_MEMORY = 0.1
"""What the rate of one crop counts for in the mean by which lambda is steered."""
SMALLEST_LAMBDA, LARGEST_LAMBDA = 1e-7, 10.0
"""Beyond these no picture changes any more."""
STEER_FROM, STEER_BY = 0.15, 0.06
"""The share of a descent from which rates mean something; the exponent of each step's correction."""
NOISE_POOL = 1 << 20
"""Numbers of the disturbance, drawn once: steps take them from random places on."""


class _Look(NamedTuple):
    """A crop, its pixels, and its parts of the grids: nearly rounded, and the derivative of that."""

    crop: Crop
    pixels: int
    relaxed: Parameters
    slopes: Parameters


class LatentDescent:
    """A descent on distance + lambda bits per pixel, in place: iterate over it for its Progress after every step.

    Args:
        target: a picture, its representation with grids.
        parameters: float32 tensors of the networks and of the grids, in symbols.
        begin: the share of a descent to begin at, with little noise and moving little, for parameters that are near
            their end.
    """

    def __init__(self, target: Target, parameters: Parameters, schedule: Schedule, begin: float = 0.0) -> None:
        self.target, self.schedule, self.parameters, self.begin = target, schedule, parameters, begin
        self.rate_weight, self.bpp = schedule.rate_weight, None
        self.representation = target.representation
        self.grids = list(target.grids)[::-1]
        self.crop_px = crop_px(target)
        self.networks = [name for name in parameters if name not in self.grids]
        network_rate = NETWORK_RATE / 2 if steps_per_visit(target) > 1 else NETWORK_RATE
        self.optimizers = {name: Soap(self._matrices(name), network_rate) for name in self.networks}
        self.mean = {name: torch.zeros_like(parameters[name]) for name in self.grids}
        self.square = {name: torch.zeros_like(parameters[name]) for name in self.grids}
        self.random = torch.Generator().manual_seed(schedule.seed)
        self.waiting: list[Crop] = []
        self.objective = OBJECTIVES[schedule.objective]
        self.objective.require_fits(target.width, target.height)
        self.noise = torch.randn(NOISE_POOL, generator=self.random).to(target.device)
        self.step, self.seconds = 0, 0.0

    def _matrices(self, name: str, values: torch.Tensor | None = None) -> list[torch.Tensor]:
        """A network's flat tensor as matrices, which are views."""
        flat, about = self.parameters[name] if values is None else values, self.representation
        shapes = {
            "context": lambda: context.shapes(about.neighbours, about.context_features),
            "synthesis": lambda: synthesis.shapes(len(flat), about.levels, about.synthesis_features),
            "upsampling": lambda: upsampling.shapes(about.levels),
        }
        return context.split(flat, shapes[name]())

    def __iter__(self) -> Iterator[Progress]:
        keep_freed_memory()
        started = time.perf_counter() - self.seconds
        # All of a step is the work of threads of our own, whose settings nobody else has: one waits for two.
        with ThreadPoolExecutor(3, initializer=set_up_thread) as pool:
            while (share := self.schedule.share(self.step, time.perf_counter() - started)) < 1:
                loss = pool.submit(self._descend, share, pool).result()
                self.step += 1
                self.seconds = time.perf_counter() - started
                yield Progress(self.step, self.seconds, self.schedule.share(self.step, self.seconds), loss)
                started = time.perf_counter() - self.seconds

    def result(self) -> Parameters:
        """The networks as they are, the grids rounded."""
        return rounded(self.target, self.parameters)

    def state(self) -> dict[str, Any]:
        """What `restore` needs to go on exactly from here."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "steered": (self.rate_weight, self.bpp),
            "random": self.random.get_state(),
            "waiting": [(rows.start, rows.stop, columns.start, columns.stop) for rows, columns in self.waiting],
            "parameters": self.parameters,
            "mean": self.mean,
            "square": self.square,
            "optimizers": {name: optimizer.state() for name, optimizer in self.optimizers.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state of a descent with the same arguments."""
        self.step, self.seconds = state["step"], state["seconds"]
        self.rate_weight, self.bpp = state["steered"]
        self.random.set_state(state["random"])
        self.waiting = [(slice(*crop[:2]), slice(*crop[2:])) for crop in state["waiting"]]
        for kind in ("parameters", "mean", "square"):
            for name, values in state[kind].items():
                getattr(self, kind)[name].copy_(values)
        for name, optimizer in self.optimizers.items():
            optimizer.restore(state["optimizers"][name])

    def _descend(self, share: float, pool: ThreadPoolExecutor) -> float:
        share = self.begin + (1 - self.begin) * share
        networks = {name: self.parameters[name] for name in self.networks}
        looks = [self._look(crop, share) for crop in self._next_crops()]
        distances = [pool.submit(self._distance, networks, look) for look in looks]
        rates = [pool.submit(self._rate, networks["context"], look) for look in looks]
        self._steer(share, sum(rate.result().bits for rate in rates) / sum(look.pixels for look in looks))
        weight = min(1.0, LAMBDA_AT_FIRST + share) * self.rate_weight / self.crop_px
        pace = 0.5 + 0.5 * cos(pi * max(0.0, share - HOLD) / (1 - HOLD))
        of_networks = {name: torch.zeros_like(values) for name, values in networks.items()}
        losses = []
        for look, distance, rate in zip(looks, distances, rates, strict=True):
            (loss, of_distance), bits = distance.result(), rate.result()
            losses.append(loss)
            for name, of_bits in zip(self.grids, bits.grids, strict=True):
                gradient = of_distance[name].add_(of_bits, alpha=weight).mul_(look.slopes[name])
                self._move(name, gradient, look.crop, pace)
            for name, gradient in of_networks.items():
                gradient += weight * bits.network if name == "context" else of_distance[name]
        for name, optimizer in self.optimizers.items():
            optimizer.step(self._matrices(name, of_networks[name]), pace)
        return sum(losses) / len(losses)

    def _next_crops(self) -> list[Crop]:
        count = AT_ONCE if steps_per_visit(self.target) > 1 else 1
        while len(self.waiting) < count:
            self.waiting += visit(self.target, self.random, self.objective.window_px)
        chosen, self.waiting = self.waiting[:count], self.waiting[count:]
        return chosen

    def _look(self, crop: Crop, share: float) -> _Look:
        grids = {name: part(self.parameters[name], crop, level) for level, name in enumerate(self.grids)}
        return _Look(crop, grids[self.grids[0]].numel(), *self._relaxed(grids, share))

    def _rate(self, network: torch.Tensor, look: _Look) -> latent_rate.Rate:
        about = self.representation
        return latent_rate.rate(network, about.neighbours, about.context_features, list(look.relaxed.values()))

    def _steer(self, share: float, bpp: float) -> None:
        """Make lambda larger where the rate is above the one that is wanted, smaller where it is below."""
        self.bpp = bpp if self.bpp is None else self.bpp + RATE_MEMORY * (bpp - self.bpp)
        wanted = self.schedule.target_bpp
        if wanted is not None and share > STEER_FROM:
            self.rate_weight *= min(2.0, max(0.5, self.bpp / wanted)) ** STEER_BY
            self.rate_weight = min(max(self.rate_weight, SMALLEST_LAMBDA), LARGEST_LAMBDA)

    def _relaxed(self, crops: Parameters, share: float) -> tuple[Parameters, Parameters]:
        """Grids nearly rounded, and the derivative of that."""
        temperature, noise = (low + (high - low) * share for low, high in (TEMPERATURES, NOISES))
        flat = torch.cat([values.reshape(-1) for values in crops.values()])
        relaxed = soft_rounding.twice(flat, temperature, self._disturbance(len(flat)), noise)
        counts = [values.numel() for values in crops.values()]
        both = (values.split(counts) for values in relaxed)
        return tuple(
            {name: values.view(crops[name].shape) for name, values in zip(crops, parts, strict=True)} for parts in both
        )

    def _disturbance(self, count: int) -> torch.Tensor:
        if count >= NOISE_POOL:
            return torch.randn(count, generator=self.random).to(self.noise.device)
        start = int(torch.randint(NOISE_POOL - count, (), generator=self.random))
        return self.noise[start : start + count]

    def _distance(self, networks: Parameters, look: _Look) -> tuple[float, Parameters]:
        """The objective on a crop, and its gradient by grid and by network.

        What borders cut counts for less: a pixel's gradients are of one size whatever crop it is seen in.
        """
        moved = {name: values.detach().requires_grad_() for name, values in (networks | look.relaxed).items()}
        predicted = predict(self.target, *({name: moved[name] for name in some} for some in (networks, look.relaxed)))
        loss = self.objective.distance(predicted, self.target.samples[look.crop])
        wanted = {name: values for name, values in moved.items() if name != "context"}
        gradients = torch.autograd.grad(look.pixels / self.crop_px * loss, list(wanted.values()))
        return float(loss.detach()), dict(zip(wanted, gradients, strict=True))

    def _move(self, name: str, gradient: torch.Tensor, crop: Crop, rate: float) -> None:
        """Adam, on the part of a grid that a crop has."""
        level = self.grids.index(name)
        values, mean, square = (part(state[name], crop, level) for state in (self.parameters, self.mean, self.square))
        (beta1, beta2), steps = LATENT_BETAS, self.step + 1
        mean.lerp_(gradient, 1 - beta1)
        square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        spread = (square / (1 - beta2**steps)).sqrt_().add_(1e-12)
        values.addcdiv_(mean, spread, value=-rate * LATENT_RATE / (1 - beta1**steps))


def rounded(target: Target, parameters: Parameters) -> Parameters:
    """The networks as they are, the grids of whole numbers that a file can hold."""
    grids = {name: parameters[name].round().clamp_(-LARGEST_SYMBOL, LARGEST_SYMBOL) for name in target.grids}
    return parameters | grids


def set_up_thread() -> None:
    """What a thread is to do first that steps through latents."""
    torch.set_num_threads(1)
    # What is nearly rounded has gradients near nothing, whose squares would take a hundred times as long.
    torch.set_flush_denormal(True)

"""Coordinate descent on the integers of a pyramid's file: each weight and each latent goes one up or one down where
distance + lambda bits per pixel is less (rate-distortion optimized quantization, as video encoders have it, Karczewicz
et al., 2008; on a lattice of places at once, iterated conditional modes, Besag, 1986).

A descent under relaxed rounding ends near good integers, not at them. Here everything is as a decoder will have it.
What a latent changes ends a few pixels and a few latents away: those that lie further apart are tried together, and
each is kept where it pays.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import torch

from inrcodec.fitting import latent_rate, step_search
from inrcodec.fitting.crops import Crop, framed, part, predict
from inrcodec.fitting.latent_descent import set_up_thread
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.fitting.step_search import COARSEST, as_decoded, as_torch, candidate
from inrcodec.fitting.target import Progress, Target
from inrcodec.operations.context import LARGEST_SYMBOL
from inrcodec.operations.fixed_point import PARAMETER_FRACTION_BITS
from inrcodec.quantization.base import QuantizedTensor, largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.threads import thread_count

LEVELS = 3
"""The finest grids; latents of the others hardly ever move (docs/log.md)."""
APART = 5
"""Rows and columns between latents that are tried together: a latent of the finest grid reaches two pixels far."""


class IntegerSearch:
    """A search over whole numbers; iterate over it for its Progress after every tensor and every part of a grid.

    `tensors`, by name, and `grids()` are always those of a valid file.

    Args:
        target: a picture, its representation with grids.
        parameters: float32, the grids rounded.
        rate_weight: lambda.
        objective: one that is not a mean of samples' distances moves networks alone.
        rounds: of all weights, then all latents; in the first, tensors may get coarser steps too.
    """

    def __init__(
        self,
        target: Target,
        parameters: dict[str, np.ndarray],
        depths: Depths,
        rate_weight: float,
        rounds: int,
        objective: str = "l2",
    ) -> None:
        self.target, self.depths, self.rate_weight, self.rounds = target, depths, rate_weight, rounds
        self.fitted, self.objective = parameters, objective
        self.tensors = step_search.quantize(target, parameters, depths, rate_weight, objective)
        grids = {name: torch.from_numpy(parameters[name].copy()).to(target.device) for name in target.grids}
        self.parameters = {name: as_torch(target, tensor) for name, tensor in self.tensors.items()} | grids
        # Objectives that look at windows do not say what a single latent does.
        per_sample = OBJECTIVES[objective].of_samples is not None
        finest = list(target.grids)[-LEVELS:] if per_sample else []
        self.moves = [(name, None) for name in self.tensors] + [*product(finest, framed(target))]
        self.steps = rounds * len(self.moves)
        self.random = np.random.default_rng(0)
        self.kept: dict[Any, Any] | None = None

    def grids(self) -> dict[str, np.ndarray]:
        """The latents, int16."""
        return {name: self.parameters[name].cpu().numpy().astype(np.int16) for name in self.target.grids}

    def __iter__(self) -> Iterator[Progress]:
        started = time.perf_counter()
        with ThreadPoolExecutor(thread_count(), initializer=set_up_thread) as pool:
            for step, (tried, (name, frame)) in enumerate(product(range(self.rounds), self.moves), 1):
                if frame:
                    _Sweep(self, name, *frame, pool).run()
                else:
                    self._move_weights(name, pool, coarser=not tried)
                distance = step_search.distance(self.target, self.parameters, self.objective)
                yield Progress(step, time.perf_counter() - started, step / self.steps, distance)

    def _move_weights(self, name: str, pool: ThreadPoolExecutor, coarser: bool) -> None:
        """Move a tensor's symbols; where coarser steps are better in the end, take those."""
        # While a synthesis moves, what it sees does not.
        self.kept = {} if name == "synthesis" else None
        best, least = self.tensors[name], self._cost(name, self.tensors[name])
        exponent = best.settings["shift"] - PARAMETER_FRACTION_BITS
        of, fitted = self.target.tensors[name], self.fitted[name]
        for coarse in range(exponent + 1, COARSEST + 1) if coarser else ():
            moved, cost = self._moved(name, candidate(fitted, of.base, self.depths.of(name, of.role), coarse), pool)
            if cost >= least:
                break
            best, least = moved, cost
        if best is self.tensors[name]:
            best, _ = self._moved(name, best, pool)
        self.tensors[name] = best
        self.parameters[name] = as_torch(self.target, best)

    def _moved(self, name: str, tensor: QuantizedTensor, pool: ThreadPoolExecutor) -> tuple[QuantizedTensor, float]:
        """A tensor after every symbol's two neighbours have been tried, one symbol after another, and its cost."""
        least, largest = self._cost(name, tensor), largest_symbol(tensor.bits)
        for place in self.random.permutation(tensor.symbols.size):
            near = [tensor.symbols.copy() for _ in range(2)]
            near[0].flat[place] += 1
            near[1].flat[place] -= 1
            tried = [replace(tensor, symbols=symbols) for symbols in near if abs(symbols.flat[place]) <= largest]
            costs = list(pool.map(partial(self._cost, name), tried))
            if min(costs) < least:
                least = min(costs)
                tensor = tried[costs.index(least)]
        return tensor, least

    def _cost(self, name: str, tensor: QuantizedTensor) -> float:
        with torch.no_grad():
            return step_search.cost(
                self.target, self.parameters, name, tensor, self.rate_weight, self.objective, self.kept
            )


class _Sweep:
    """One grid's latents in a part of the picture; what is around it, the look, says what they change."""

    def __init__(self, search: IntegerSearch, name: str, core: Crop, look: Crop, pool: ThreadPoolExecutor) -> None:
        names = list(search.target.grids)[::-1]
        self.target, self.rate_weight, self.pool, self.name = search.target, search.rate_weight, pool, name
        self.objective, self.look = OBJECTIVES[search.objective], look
        self.networks = {key: values for key, values in search.parameters.items() if key not in names}
        self.grids = {key: part(search.parameters[key], look, level) for level, key in enumerate(names)}
        self.level = names.index(name)
        self.inside = [self._inside(*pair) for pair in zip(core, look, strict=True)]

    def _inside(self, core: slice, look: slice) -> torch.Tensor:
        """Whether each row, or column, of the look's latents is in the core."""
        first, end = look.start >> self.level, -(-look.stop >> self.level)
        places = torch.arange(first, end, device=self.target.device)
        return (places >= core.start >> self.level) & (places < -(-core.stop >> self.level))

    def run(self) -> None:
        grid, now = self.grids[self.name], None
        for row, column in product(*(range(min(APART, size)) for size in grid.shape)):
            now = now or self._state(grid)
            if self._try(row, column, now):
                now = None

    def _state(self, grid: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The distance of every pixel and the bits of every latent."""
        distances, bits = self._distances(grid), self._bits(grid)
        return distances.result(), bits.result()

    def _distances(self, grid: torch.Tensor) -> Future[torch.Tensor]:
        return self.pool.submit(self._distance_map, grid)

    def _bits(self, grid: torch.Tensor) -> Future[torch.Tensor]:
        about = self.target.representation
        network = self.networks["context"]
        return self.pool.submit(latent_rate.bits_of, network, about.neighbours, about.context_features, grid)

    @torch.no_grad()
    def _distance_map(self, grid: torch.Tensor) -> torch.Tensor:
        predicted = predict(self.target, self.networks, self.grids | {self.name: grid})
        samples = as_decoded(predicted, self.target.maximum)
        return self.objective.of_samples(samples, self.target.samples[self.look]).mean(dim=-1)

    def _try(self, row: int, column: int, now: tuple[torch.Tensor, torch.Tensor]) -> bool:
        """Move latents of one lattice to the better neighbour, where it is better; whether any was."""
        grid = self.grids[self.name]
        lattice = grid[row::APART, column::APART]
        inside = self.inside[0][row::APART, None] & self.inside[1][None, column::APART]
        tried = []
        for by in (1, -1):
            changed = grid.clone()
            changed[row::APART, column::APART] += by
            tried.append((by, self._distances(changed), self._bits(changed)))
        gains = []
        for by, distances, bits in tried:
            found = self._gain(row, column, lattice.shape, distances.result() - now[0], bits.result() - now[1])
            gains.append(found.masked_fill_(~inside | ((lattice + by).abs() > LARGEST_SYMBOL), 0))
        up, down = gains
        moves = ((up < 0) & (up <= down)).float() - ((down < 0) & (down < up)).float()
        lattice += moves
        return bool(moves.any())

    def _gain(
        self, row: int, column: int, shape: tuple[int, int], distances: torch.Tensor, bits: torch.Tensor
    ) -> torch.Tensor:
        """What the change of each latent of a lattice brings: what changed in the cells around them."""
        unit = 1 << self.level
        # Latents are in the contexts of some to their right and below, and to the left below.
        of_bits = _cells(bits, row, column - 1, APART, shape)
        middle = unit // 2 - APART * unit // 2
        of_distances = _cells(distances, row * unit + middle, column * unit + middle, APART * unit, shape)
        return of_distances.add_(of_bits, alpha=self.rate_weight)


def _cells(values: torch.Tensor, first_row: int, first_column: int, side: int, shape: tuple[int, int]) -> torch.Tensor:
    """Sums over squares side by side from a place on, which may be outside; beyond `values` there is nothing."""
    ends = first_row + side * shape[0], first_column + side * shape[1]
    padding = (-first_column, ends[1] - values.shape[1], -first_row, ends[0] - values.shape[0])
    return torch.nn.functional.pad(values, padding).unflatten(1, (-1, side)).sum(2).unflatten(0, (-1, side)).sum(1)

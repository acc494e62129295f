"""Greedy refinement of integers: a symbol goes one up or one down where picture and file are the better for it.

Coordinate descent on distance + lambda bits per pixel, over integers, from the nearest ones on. What each change would
bring is predicted for all symbols at once: by the gradient, by the curvature of the squared error (the diagonal of its
Gauss-Newton matrix, with which Optimal Brain Damage, LeCun et al., NIPS 1989, says what weights can go) and by the
rate. The most promising changes are tried together, and half as many where that fails. What is kept has been
measured.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from math import log2
from typing import Any

import numpy as np
import torch

from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.crops import tiling
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.fitting.step_search import MOST_CROPS, code_length, distance, laplace_ratio
from inrcodec.fitting.target import Parameters, Progress, Schedule, Target
from inrcodec.quantization.base import QuantizedTensor, largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.threads import ONE_TORCH_THREAD

FIRST_BATCH = 64
"""Changes that are tried together at first; twice as many after a success, half as many after a failure."""
PROBES = 16
"""Random signs of samples from which curvatures are estimated (Hutchinson's estimator)."""


@ONE_TORCH_THREAD
def refine(
    target: Target,
    parameters: dict[str, np.ndarray],
    depths: Depths,
    schedule: Schedule,
    on_progress: Callable[[Progress], None] = lambda _: None,
    checkpoint: Checkpoint | None = None,
) -> dict[str, QuantizedTensor]:
    """Round float parameters to the nearest symbols and move these by one while that helps.

    Args:
        schedule: its steps, each a batch of changes that is tried (fewer where none promises anything any more), its
            objective, `rate_weight` and seed.
        on_progress: called after every step, the loss being the distance.
        checkpoint: where to keep the search's state, every few seconds and at its end, and to go on from.

    Raises:
        ValueError: a parameter is not finite, or the rule's symbols have no order.
    """
    search = _Search(target, quantize(parameters, target.tensors, depths), schedule)
    if checkpoint and (saved := checkpoint.load()):
        search.restore(saved)
    for progress in search:
        if checkpoint and (checkpoint.due() or progress.share >= 1):
            checkpoint.save(search.state())
        on_progress(progress)
    return search.tensors(search.symbols)


class _Search:
    """The symbols of all tensors in one row; iterate for the Progress after every batch of changes."""

    def __init__(self, target: Target, start: dict[str, QuantizedTensor], schedule: Schedule) -> None:
        self.target, self.start, self.schedule = target, start, schedule
        self.symbols = _row(tensor.symbols for tensor in start.values())
        self.largest = _row(np.full(t.symbols.shape, largest_symbol(t.bits)) for t in start.values())
        self.curvatures = self._curvatures()
        self.refused = np.zeros(self.symbols.size, bool)
        self.batch, self.step, self.seconds = FIRST_BATCH, 0, 0.0

    def __iter__(self) -> Iterator[Progress]:
        started = time.perf_counter() - self.seconds
        cost, loss = self._cost(self.symbols)
        places, changes = self._promising()
        share = self.schedule.share(self.step, self.seconds)
        while share < 1:
            tried, there = places[: self.batch], changes[: self.batch]
            candidate = self.symbols.copy()
            candidate[tried] += there
            if len(tried) and (found := self._cost(candidate))[0] < cost:
                self.symbols, (cost, loss) = candidate, found
                self.batch *= 2
                places, changes = self._promising()
            elif len(tried) > 1:
                self.batch = len(tried) // 2
            else:
                self.refused[tried] = True
                places, changes = places[1:], changes[1:]
            self.step += 1
            self.seconds = time.perf_counter() - started
            share = self.schedule.share(self.step, self.seconds) if len(places) else 1.0
            yield Progress(self.step, self.seconds, share, loss)
            started = time.perf_counter() - self.seconds

    def tensors(self, symbols: np.ndarray) -> dict[str, QuantizedTensor]:
        """A row of symbols as tensors."""
        ends = np.cumsum([tensor.symbols.size for tensor in self.start.values()])
        parts = zip(self.start.items(), np.split(symbols, ends[:-1]), strict=True)
        return {name: replace(tensor, symbols=part.reshape(tensor.symbols.shape)) for (name, tensor), part in parts}

    def state(self) -> dict[str, Any]:
        """What `restore` needs to go on from here."""
        found = {"symbols": torch.from_numpy(self.symbols), "refused": torch.from_numpy(self.refused)}
        return found | {"batch": self.batch, "step": self.step, "seconds": self.seconds}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state of a search with the same arguments."""
        self.symbols, self.refused = state["symbols"].numpy(), state["refused"].numpy()
        self.batch, self.step, self.seconds = state["batch"], state["step"], state["seconds"]

    def _values(self, symbols: np.ndarray) -> Parameters:
        return {
            name: torch.from_numpy(tensor.values.astype(np.float32)).to(self.target.device)
            for name, tensor in self.tensors(symbols).items()
        }

    @torch.no_grad()
    def _cost(self, symbols: np.ndarray) -> tuple[float, float]:
        """Distance + lambda bits per pixel, and the distance alone."""
        away = distance(self.target, self._values(symbols), self.schedule.objective)
        bits = sum(code_length(tensor.symbols) for tensor in self.tensors(symbols).values())
        return away + self.schedule.rate_weight * bits / (self.target.width * self.target.height), away

    def _promising(self) -> tuple[np.ndarray, np.ndarray]:
        """Where a change should lower the cost, the best place first, and whether it is 1 or -1 there."""
        gradients, base = self._gradients(), _row(t.values for t in self.tensors(self.symbols).values())
        predicted = []
        for change in (1, -1):
            moved = _row(tensor.values for tensor in self.tensors(self.symbols + change).values()) - base
            gain = gradients * moved + self.curvatures * moved**2 / 2 + self._rates(change)
            predicted.append(np.where(np.abs(self.symbols + change) > self.largest, np.inf, gain))
        best = np.minimum(*predicted)
        order = np.argsort(np.where(self.refused, np.inf, best), kind="stable")
        order = order[: int(((best < 0) & ~self.refused).sum())]
        return order, np.where(predicted[0] <= predicted[1], 1, -1)[order]

    def _rates(self, change: int) -> np.ndarray:
        """Lambda times the bits per pixel that the change of each symbol costs."""
        rows = []
        for tensor in self.tensors(self.symbols).values():
            magnitudes = np.abs(tensor.symbols)
            ratio = laplace_ratio(max(float(magnitudes.mean()), 1 / magnitudes.size))
            rows.append((magnitudes - np.abs(tensor.symbols + change)) * log2(ratio))
        return self.schedule.rate_weight * _row(rows) / (self.target.width * self.target.height)

    def _gradients(self) -> np.ndarray:
        """Of the distance, by the symbols' values."""
        values, wanted = self._leaves(), OBJECTIVES[self.schedule.objective]
        total, pixels = np.zeros(self.symbols.size), 0
        for predicted, original in self._looks(values, wanted.window_px):
            count = original.shape[0] * original.shape[1]
            total += count * _gradient(wanted.distance(predicted, original), values)
            pixels += count
        return total / pixels

    def _curvatures(self) -> np.ndarray:
        """Of the mean squared error, by the symbols' values: what a change costs whatever the gradient says."""
        values, random = self._leaves(), torch.Generator().manual_seed(self.schedule.seed)
        total, samples = np.zeros(self.symbols.size), 0
        for predicted, original in self._looks(values, 1):
            for _ in range(PROBES):
                signs = torch.randint(2, original.shape, generator=random).to(original) * 2 - 1
                total += _gradient((predicted * signs).sum(), values, retain_graph=True) ** 2 / PROBES
            samples += original.numel()
        return 2 * total / samples

    def _leaves(self) -> Parameters:
        return {name: values.requires_grad_() for name, values in self._values(self.symbols).items()}

    def _looks(self, values: Parameters, smallest_px: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Predicted and original samples, crop by crop."""
        for rows, columns in tiling(self.target, MOST_CROPS):
            if min(rows.stop - rows.start, columns.stop - columns.start) >= smallest_px:
                predicted = self.target.predict(values, self.target.x[columns], self.target.y[rows])
                yield predicted, self.target.samples[rows, columns]


def _gradient(loss: torch.Tensor, values: Parameters, retain_graph: bool = False) -> np.ndarray:
    found = torch.autograd.grad(loss, list(values.values()), retain_graph=retain_graph)
    return _row(part.cpu().numpy() for part in found)


def _row(arrays: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate([array.ravel() for array in arrays])

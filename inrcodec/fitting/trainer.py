"""Overfitting a function to one picture."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import cos, pi
from typing import Any

import numpy as np
import torch

from inrcodec.allocator import keep_freed_memory
from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.first_guess import beginning
from inrcodec.fitting.latent_descent import LatentDescent
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.fitting.optimizers import Adam, Muon
from inrcodec.fitting.target import Parameters, Progress, Schedule, Target, to_numpy
from inrcodec.operations.fixed_point import PARAMETER_FRACTION_BITS
from inrcodec.threads import ONE_TORCH_THREAD, thread_count

WARM_UP = 0.02
"""Share of a fit in which the learning rate rises to its peak."""
WORK_PER_THREAD = 1 << 24
"""Multiply-adds of a step's forward pass that are worth a thread: with less, threads mostly wait for each other."""
MUON_SMALLEST_SIDE = 16
"""Muon equalises a matrix's singular values; a matrix with fewer has no spectrum worth it."""
FILM_LONG_SIDE_PX = 288
"""Films of smaller pictures are whole: spectra want every pixel."""


@dataclass
class Fit:
    """A fitted function: float32 parameters, and how it came about.

    `curve`: rows (step, seconds, loss, psnr_db); `frames`: pictures on the way, uint8 tensors (h, w, channels), with
    `frame_steps` and `frame_psnr_db`.
    """

    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    curve: list[tuple[int, float, float, float]] = field(default_factory=list)
    frames: list[torch.Tensor] = field(default_factory=list)
    frame_steps: list[int] = field(default_factory=list)
    frame_psnr_db: list[float] = field(default_factory=list)


@ONE_TORCH_THREAD
def fit(
    target: Target,
    schedule: Schedule,
    curve_points: int = 0,
    film_frames: int = 0,
    on_progress: Callable[[Progress], None] = lambda _: None,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Overfit `target`'s representation to its picture, from a seeded start.

    Args:
        curve_points, film_frames: how often to look at the whole picture on the way, at steps spaced evenly in
            their logarithm; both need `schedule.steps`. Looking does not count as fitting time.
        on_progress: called after every step.
        checkpoint: where to keep the fit's state every few seconds, and to go on from if it holds one.
    """
    parameters = beginning(target, schedule)
    record = Fit()
    looks = _spaced_steps(schedule.steps or 0, curve_points)
    frames = _spaced_steps(schedule.steps or 0, film_frames)
    descent = (LatentDescent if target.grids else Descent)(target, parameters, schedule)
    if checkpoint and (saved := checkpoint.load()):
        descent.restore(saved["descent"])
        record = Fit(**saved["record"])
    for progress in descent:
        if progress.step in looks | frames:
            shown = descent.result()
            psnr_db = target.psnr_db(shown)
            if progress.step in looks:
                record.curve.append((progress.step, progress.seconds, progress.loss, psnr_db))
            if progress.step in frames:
                _film(record, target, shown, progress.step, psnr_db)
        if checkpoint and checkpoint.due():
            checkpoint.save({"descent": descent.state(), "record": vars(record)})
        on_progress(progress)
    record.parameters = to_numpy(descent.result())
    return record


def _film(record: Fit, target: Target, parameters: Parameters, step: int, psnr_db: float) -> None:
    scale = min(1.0, FILM_LONG_SIDE_PX / max(target.width, target.height))
    width, height = (max(1, round(size * scale)) for size in (target.width, target.height))
    record.frames.append(target.render(parameters, width, height).byte().cpu())
    record.frame_steps.append(step)
    record.frame_psnr_db.append(psnr_db)


def _spaced_steps(steps: int, count: int) -> set[int]:
    """`count` steps from 1 to `steps`, evenly spaced in their logarithm (fewer where they coincide)."""
    return {round(step) for step in np.geomspace(1, steps, count)} if steps and count else set()


class Descent:
    """A descent on the schedule's objective, in place: iterate over it for its Progress after every step.

    Muon moves the hidden matrices, Adam the rest; both follow a warm-up and a cosine. `effective` turns the parameters
    into those that the forward pass uses. The time that the caller takes between steps is not counted. `state` and
    `restore` carry everything the next step depends on.
    """

    def __init__(
        self,
        target: Target,
        parameters: Parameters,
        schedule: Schedule,
        effective: Callable[[Parameters], Parameters] = lambda parameters: parameters,
        bits: Callable[[Parameters], torch.Tensor] | None = None,
    ) -> None:
        self.target, self.parameters, self.schedule, self.effective = target, parameters, schedule, effective
        for values in parameters.values():
            values.requires_grad_()
        self.objective, self.bits = OBJECTIVES[schedule.objective], bits
        self.objective.require_fits(target.width, target.height)
        self.optimizers = _optimizers(parameters, schedule)
        self.random = torch.Generator().manual_seed(schedule.seed)
        # Parts of a batch would have no windows across their borders.
        self.threads = _threads(target, parameters, schedule) if self.objective.window_px == 1 else 1
        self.step, self.seconds = 0, 0.0

    def __iter__(self) -> Iterator[Progress]:
        keep_freed_memory()
        started = time.perf_counter() - self.seconds
        with ThreadPoolExecutor(self.threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            while (share := self.schedule.share(self.step, time.perf_counter() - started)) < 1:
                loss = self._descend(share, pool.map if self.threads > 1 else map)
                self.step += 1
                self.seconds = time.perf_counter() - started
                yield Progress(self.step, self.seconds, self.schedule.share(self.step, self.seconds), loss)
                started = time.perf_counter() - self.seconds

    @property
    def share(self) -> float:
        """How much of the schedule is done."""
        return self.schedule.share(self.step, self.seconds)

    def _descend(self, share: float, run: Callable[..., Iterable]) -> float:
        columns, rows = self.target.batch(self.schedule.batch_px, self.random, self.objective.window_px)
        parts = rows.tensor_split(min(self.threads, len(rows)))
        losses, gradients = zip(
            *run(lambda part: self._gradient(columns, part, len(part) / len(rows)), parts), strict=True
        )
        for values, parts_of_gradient in zip(self.parameters.values(), zip(*gradients, strict=True), strict=True):
            values.grad = sum(parts_of_gradient[1:], start=parts_of_gradient[0])
        if self.schedule.magnitude_weight:
            self._shrink()
        for optimizer in self.optimizers:
            optimizer.step(_rate(share, self.schedule))
        for values in self.parameters.values():
            values.grad = None
        return sum(losses)

    @torch.no_grad()
    def _shrink(self) -> None:
        """Add the gradient of what magnitudes cost."""
        for name, values in self.parameters.items():
            base = self.target.tensors[name].base
            moved = (
                values if base is None else values - torch.from_numpy(base / (1 << PARAMETER_FRACTION_BITS)).to(values)
            )
            values.grad.add_(moved.sign(), alpha=self.schedule.magnitude_weight)

    def _gradient(
        self, columns: torch.Tensor, rows: torch.Tensor, weight: float
    ) -> tuple[float, tuple[torch.Tensor, ...]]:
        """Loss on some rows, and its gradient by parameter, both times `weight`."""
        predicted = self.target.predict(self.effective(self.parameters), self.target.x[columns], self.target.y[rows])
        loss = self.objective.distance(predicted, self.target.samples[rows][:, columns])
        if self.bits and self.schedule.rate_weight:
            pixels = self.target.width * self.target.height
            loss = loss + self.schedule.rate_weight * self.bits(self.parameters) / pixels
        loss = weight * loss
        return float(loss.detach()), torch.autograd.grad(loss, list(self.parameters.values()))

    def result(self) -> Parameters:
        """The parameters as they are."""
        return self.parameters

    def state(self) -> dict[str, Any]:
        """What `restore` needs to go on exactly from here."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "random": self.random.get_state(),
            "parameters": {name: values.detach() for name, values in self.parameters.items()},
            "optimizers": [optimizer.state() for optimizer in self.optimizers],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state of a descent with the same arguments."""
        self.step, self.seconds = state["step"], state["seconds"]
        self.random.set_state(state["random"])
        with torch.no_grad():
            for name, values in state["parameters"].items():
                self.parameters[name].copy_(values)
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.restore(saved)


def descend(descent: Descent, on_progress: Callable[[Progress], None], checkpoint: Checkpoint | None) -> None:
    """Go through a descent to its end, from where a checkpoint has it, if it does.

    Args:
        on_progress: called after every step.
        checkpoint: where to keep the state, every few seconds and at the end.
    """
    if checkpoint and (saved := checkpoint.load()):
        descent.restore(saved)
    for progress in descent:
        if checkpoint and (checkpoint.due() or progress.share >= 1):
            checkpoint.save(descent.state())
        on_progress(progress)


def _threads(target: Target, parameters: Parameters, schedule: Schedule) -> int:
    """How many threads share a step's rows; a GPU takes them all at once."""
    work = schedule.batch_px * sum(values.numel() for values in parameters.values())
    return 1 if target.device.type == "cuda" else max(1, min(thread_count(), work // WORK_PER_THREAD))


def _rate(share: float, schedule: Schedule) -> float:
    warm = min(1.0, share / WARM_UP + 1e-3)
    cosine = 0.5 + 0.5 * cos(pi * (share * schedule.restarts % 1))
    return warm * (schedule.last_rate + (schedule.first_rate - schedule.last_rate) * cosine)


def _optimizers(parameters: Parameters, schedule: Schedule) -> list[Muon | Adam]:
    matrices, others = [], []
    for name, values in parameters.items():
        hidden = name.startswith("weight") and min(values.shape) >= MUON_SMALLEST_SIDE
        (matrices if hidden and schedule.optimizer == "muon" else others).append(values)
    wanted = (Muon, matrices, schedule.matrix_rate), (Adam, others, schedule.vector_rate)
    return [kind(tensors, rate) for kind, tensors, rate in wanted if tensors]

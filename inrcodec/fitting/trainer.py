"""Overfitting a function to one picture."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import cos, pi, sqrt

import numpy as np
import torch

from inrcodec.allocator import keep_freed_memory
from inrcodec.arithmetic.differentiable import DifferentiableOperations
from inrcodec.arithmetic.fixed_point import FEATURE_FRACTION_BITS
from inrcodec.decoding.grid import axis_features
from inrcodec.representations import Representation

Parameters = dict[str, torch.Tensor]

WARM_UP = 0.02
"""Share of a fit in which the learning rate rises to its peak."""
MUON_SMALLEST_SIDE = 16
"""Muon equalises a matrix's singular values; a matrix with fewer has no spectrum worth it."""
NEWTON_SCHULZ_STEPS = 3
"""Of Muon's usual 5: no worse here (docs/results.md), and cheaper by 2 of 5."""
FILM_LONG_SIDE_PX = 192


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to descend; `steps` or `seconds`, whichever ends first (None: no such end).

    `matrix_rate`: Muon's step relative to a matrix's initial size; `vector_rate`: Adam's, absolute; both follow a
    cosine from `first_rate` to `last_rate` times that; `batch_px`: pixels per step; `seed` fixes initial parameters
    and batches.
    """

    steps: int | None
    seconds: float | None = None
    batch_px: int = 4096
    matrix_rate: float = 0.03
    vector_rate: float = 0.005
    first_rate: float = 1.0
    last_rate: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Progress:
    """Where a descent is: steps and seconds so far, share done (0 to 1), the last batch's mean squared error."""

    step: int
    seconds: float
    share: float
    loss: float


@dataclass
class Fit:
    """A fitted function: float32 parameters, and how it came about.

    `curve`: rows (step, seconds, loss, psnr_db); `frames`: pictures on the way, (h, w, channels) uint8, with
    `frame_steps` and `frame_psnr_db`.
    """

    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    curve: list[tuple[int, float, float, float]] = field(default_factory=list)
    frames: list[np.ndarray] = field(default_factory=list)
    frame_steps: list[int] = field(default_factory=list)
    frame_psnr_db: list[float] = field(default_factory=list)


class Target:
    """A picture and its coordinates' features on the fit's device.

    Args:
        picture: (height, width, channels) uint8 or uint16.
    """

    def __init__(self, picture: np.ndarray, representation: Representation, device: torch.device) -> None:
        self.representation = representation
        self.device = device
        self.samples = torch.from_numpy(picture / np.float32(np.iinfo(picture.dtype).max)).to(device)
        self.height, self.width, self.channels = picture.shape
        self.x, self.y = self.features(self.width), self.features(self.height)

    def features(self, size: int) -> torch.Tensor:
        """The features of one axis of `size` pixels, float32."""
        integers = axis_features(self.representation, size)
        return torch.from_numpy(integers / (1 << FEATURE_FRACTION_BITS)).to(self.device, torch.float32)

    def batches(self, batch_px: int, seed: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Endless random lattices: one random column per vertical stripe, one random row per horizontal one.

        Spread evenly, such a batch estimates the gradient better than independent pixels, and being a product of
        columns and rows it lets the first layer be computed once per column and once per row.
        """
        random = torch.Generator().manual_seed(seed)
        scale = min(1.0, sqrt(batch_px / (self.width * self.height)))
        counts = [max(1, round(size * scale)) for size in (self.width, self.height)]
        while True:
            columns, rows = (
                ((torch.arange(count) + torch.rand(count, generator=random)) * (size / count))
                .long()
                .clamp_(max=size - 1)
                for size, count in zip((self.width, self.height), counts, strict=True)
            )
            yield columns.to(self.device), rows.to(self.device)

    def predict(self, parameters: Parameters, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Samples in about 0..1, (len(y), len(x), channels)."""
        return self.representation.forward(DifferentiableOperations(parameters), x, y) + 0.5

    @torch.no_grad()
    def render(self, parameters: Parameters, width: int, height: int) -> torch.Tensor:
        """The picture at any size, (height, width, channels) float32 in 0..255, rounded."""
        x, y = self.features(width), self.features(height)
        rows = max(1, (1 << 15) // width)
        strips = [self.predict(parameters, x, y[top : top + rows]) for top in range(0, height, rows)]
        return (torch.cat(strips).clamp_(0, 1) * 255).round_()

    def psnr_db(self, parameters: Parameters) -> float:
        """PSNR of the rounded picture, without the decoder's arithmetic: for watching a fit, never a result."""
        error = self.render(parameters, self.width, self.height) - self.samples * 255
        return float(10 * torch.log10(255**2 / error.square().mean().clamp_(min=1e-12)))


def pick_device() -> torch.device:
    """CUDA when there is one, else the CPU; INRCODEC_DEVICE overrides."""
    chosen = os.environ.get("INRCODEC_DEVICE")
    return torch.device(chosen or ("cuda" if torch.cuda.is_available() else "cpu"))


def describe_device(device: torch.device) -> str:
    """One line for a log: which device, or how many threads."""
    if device.type == "cuda":
        return f"fitting on {torch.cuda.get_device_name(device)}"
    return f"fitting on the CPU, {torch.get_num_threads()} threads"


def fit(
    target: Target,
    schedule: Schedule,
    curve_points: int = 0,
    film_frames: int = 0,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Fit:
    """Overfit `target`'s representation to its picture, from a seeded start.

    Args:
        curve_points, film_frames: how often to look at the whole picture on the way, at steps spaced evenly in
            their logarithm; both need `schedule.steps`. Looking does not count as fitting time.
        on_progress: called after every step.
    """
    initial = target.representation.initial(target.channels, np.random.default_rng(schedule.seed))
    parameters = {name: torch.from_numpy(values).to(target.device).requires_grad_() for name, values in initial.items()}
    record = Fit()
    looks = _spaced_steps(schedule.steps or 0, curve_points)
    frames = _spaced_steps(schedule.steps or 0, film_frames)
    for progress in descend(target, parameters, schedule):
        if progress.step in looks | frames:
            psnr_db = target.psnr_db(parameters)
            if progress.step in looks:
                record.curve.append((progress.step, progress.seconds, progress.loss, psnr_db))
            if progress.step in frames:
                _film(record, target, parameters, progress.step, psnr_db)
        on_progress(progress)
    record.parameters = to_numpy(parameters)
    return record


def _film(record: Fit, target: Target, parameters: Parameters, step: int, psnr_db: float) -> None:
    scale = min(1.0, FILM_LONG_SIDE_PX / max(target.width, target.height))
    width, height = (max(1, round(size * scale)) for size in (target.width, target.height))
    record.frames.append(target.render(parameters, width, height).byte().cpu().numpy())
    record.frame_steps.append(step)
    record.frame_psnr_db.append(psnr_db)


def _spaced_steps(steps: int, count: int) -> set[int]:
    """`count` steps from 1 to `steps`, evenly spaced in their logarithm (fewer where they coincide)."""
    return {round(step) for step in np.geomspace(1, steps, count)} if steps and count else set()


def descend(
    target: Target,
    parameters: Parameters,
    schedule: Schedule,
    effective: Callable[[Parameters], Parameters] = lambda parameters: parameters,
) -> Iterator[Progress]:
    """Descend on the mean squared error in place, yielding after every step; the caller's time is not counted.

    Muon (Jordan et al., 2024) moves the hidden matrices, Adam (Kingma and Ba, ICLR 2015) the rest; both follow a
    warm-up and a cosine. `effective` turns the parameters into those that the forward pass uses.
    """
    keep_freed_memory()
    optimizers = _optimizers(parameters, schedule)
    batches = target.batches(schedule.batch_px, schedule.seed)
    step, spent, resumed = 0, 0.0, time.perf_counter()
    while (share := _share(step, spent + time.perf_counter() - resumed, schedule)) < 1:
        columns, rows = next(batches)
        predicted = target.predict(effective(parameters), target.x[columns], target.y[rows])
        loss = torch.nn.functional.mse_loss(predicted, target.samples[rows][:, columns])
        loss.backward()
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak_rate"] * _rate(share, schedule)
            optimizer.step()
            optimizer.zero_grad()
        step += 1
        spent += time.perf_counter() - resumed
        yield Progress(step, spent, _share(step, spent, schedule), float(loss.detach()))
        resumed = time.perf_counter()


def _share(step: int, seconds: float, schedule: Schedule) -> float:
    return max(
        step / schedule.steps if schedule.steps else 0.0,
        seconds / schedule.seconds if schedule.seconds else 0.0,
    )


def _rate(share: float, schedule: Schedule) -> float:
    warm = min(1.0, share / WARM_UP + 1e-3)
    cosine = 0.5 + 0.5 * cos(pi * share)
    return warm * (schedule.last_rate + (schedule.first_rate - schedule.last_rate) * cosine)


def _optimizers(parameters: Parameters, schedule: Schedule) -> list[torch.optim.Optimizer]:
    matrices, others = [], []
    for name, values in parameters.items():
        hidden = name.startswith("weight") and min(values.shape) >= MUON_SMALLEST_SIDE
        (matrices if hidden else others).append(values)
    adam = torch.optim.Adam(others, betas=(0.9, 0.99), eps=1e-10, foreach=True)
    adam.param_groups[0]["peak_rate"] = schedule.vector_rate
    if not matrices:
        return [adam]
    muon = torch.optim.Muon(
        [{"params": [matrix]} for matrix in matrices], weight_decay=0.0, ns_steps=NEWTON_SCHULZ_STEPS
    )
    for group, matrix in zip(muon.param_groups, matrices, strict=True):
        size = float(matrix.detach().norm()) / sqrt(min(matrix.shape))
        group["peak_rate"] = schedule.matrix_rate * size
    return [muon, adam]


def to_numpy(parameters: Parameters) -> dict[str, np.ndarray]:
    """Float32 copies on the CPU."""
    return {name: values.detach().cpu().numpy().copy() for name, values in parameters.items()}

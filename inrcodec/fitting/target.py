"""What a descent works on: a picture and its function's tensors, on the fit's device; how long and how fast it goes."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import torch
from torch.nn.functional import interpolate

from inrcodec.decoding.grid import axis_features
from inrcodec.operations.colour import Colour, to_samples
from inrcodec.operations.fixed_point import FEATURE_FRACTION_BITS
from inrcodec.operations.space import Real
from inrcodec.representations import Representation
from inrcodec.representations.base import frozen, travelling

Parameters = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to descend; `steps` or `seconds`, whichever ends first (None: no such end).

    `matrix_rate`: Muon's step relative to a matrix's initial size; `vector_rate`: Adam's, absolute; both follow a
    cosine from `first_rate` to `last_rate` times that; `batch_px`: pixels per step; `objective`: in OBJECTIVES;
    `rate_weight`: lambda of the rate-distortion loss, distance + lambda bits per pixel, where there is a rate to lower;
    `magnitude_weight`: of the sum of the parameters' magnitudes, or of their distance from a learnt start, in the loss
    (Strümpler et al., ECCV 2022), of fits without grids;
    `target_bpp`: the rate that `rate_weight` is steered to, of fits with grids of latents; None keeps it;
    `optimizer`: in OPTIMIZERS; `restarts`: how often the cosine is gone through (Loshchilov and Hutter, ICLR 2017);
    `seed` fixes initial parameters and batches.
    """

    steps: int | None
    seconds: float | None = None
    batch_px: int = 4096
    matrix_rate: float = 0.03
    vector_rate: float = 0.005
    objective: str = "l2"
    rate_weight: float = 0.0
    magnitude_weight: float = 0.0
    target_bpp: float | None = None
    optimizer: str = "muon"
    restarts: int = 1
    first_rate: float = 1.0
    last_rate: float = 0.0
    seed: int = 0

    def share(self, step: int, seconds: float) -> float:
        """How much of it is done."""
        return max(step / self.steps if self.steps else 0.0, seconds / self.seconds if self.seconds else 0.0)


@dataclass(frozen=True)
class Progress:
    """Where a descent is: steps and seconds so far, share done (0 to 1), the last batch's loss."""

    step: int
    seconds: float
    share: float
    loss: float


class Target:
    """A picture and its coordinates' features on the fit's device.

    Args:
        picture: (height, width, channels) uint8 or uint16.
        colour: what the function is to give, in `inrcodec.operations.colour.COLOURS`.
    """

    def __init__(
        self, picture: np.ndarray, representation: Representation, device: torch.device, colour: str = "rgb"
    ) -> None:
        self.representation = representation
        self.device = device
        self.colour = Colour.of(colour, picture)
        self.samples = torch.from_numpy(picture / np.float32(np.iinfo(picture.dtype).max)).to(device)
        self.height, self.width, self.channels = picture.shape
        self.maximum = int(np.iinfo(picture.dtype).max)
        self.x, self.y = self.features(self.width), self.features(self.height)
        declared = representation.tensors(self.channels, self.width, self.height)
        self.tensors = travelling(declared)
        self.grids = representation.grids(self.width, self.height)
        self.frozen = {
            name: torch.from_numpy(parameter.values).to(device, torch.float32)
            for name, parameter in frozen(declared).items()
        }

    def initial(self, seed: int) -> Parameters:
        """Where a fit begins: the representation's tensors, and grids of zeros."""
        tensors = self.representation.initial(self.tensors, np.random.default_rng(seed))
        parameters = {name: torch.from_numpy(values).to(self.device) for name, values in tensors.items()}
        return parameters | {name: torch.zeros(shape, device=self.device) for name, shape in self.grids.items()}

    def features(self, size: int) -> torch.Tensor:
        """The features of one axis of `size` pixels, float32."""
        integers = axis_features(self.representation, size)
        return torch.from_numpy(integers / (1 << FEATURE_FRACTION_BITS)).to(self.device, torch.float32)

    def batch(self, batch_px: int, random: torch.Generator, window_px: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
        """Columns and rows of a random lattice: one column per vertical stripe, one row per horizontal one.

        Spread evenly, such a batch estimates the gradient better than independent pixels, and being a product of
        columns and rows it lets the first layer be computed once per column and once per row. Where an objective looks
        at windows, a batch is a rectangle of neighbours, a window large at least.
        """
        scale = min(1.0, sqrt(batch_px / (self.width * self.height)))
        counts = ((size, max(window_px, round(size * scale))) for size in (self.width, self.height))
        pick = _one_per_stripe if window_px == 1 else _neighbours
        columns, rows = (pick(size, count, random) for size, count in counts)
        return columns.to(self.device), rows.to(self.device)

    def predict(
        self, parameters: Parameters, x: torch.Tensor, y: torch.Tensor, kept: dict[Any, Any] | None = None
    ) -> torch.Tensor:
        """Samples in about 0..1, (len(y), len(x), channels); `kept` as in `Real`."""
        space = Real(parameters | self.frozen, kept)
        return to_samples(space, self.colour, self.representation.forward(space, x, y))

    @torch.no_grad()
    def render(self, parameters: Parameters, width: int, height: int) -> torch.Tensor:
        """The picture at any size, (height, width, channels) float32 in 0..255, rounded.

        A picture of latents has nothing between its pixels: those of another size are means of its own.
        """
        if self.grids and (width, height) != (self.width, self.height):
            whole = self.render(parameters, self.width, self.height).movedim(2, 0)
            return interpolate(whole[None], (height, width), mode="area")[0].movedim(0, 2).round_()
        x, y = self.features(width), self.features(height)
        rows = max(1, (1 << 15) // width)
        strips = [self.predict(parameters, x, y[top : top + rows]) for top in range(0, height, rows)]
        return (torch.cat(strips).clamp_(0, 1) * 255).round_()

    def psnr_db(self, parameters: Parameters) -> float:
        """PSNR of the rounded picture, without the decoder's arithmetic: for watching a fit, never a result."""
        error = self.render(parameters, self.width, self.height) - self.samples * 255
        return float(10 * torch.log10(255**2 / error.square().mean().clamp_(min=1e-12)))


def _one_per_stripe(size: int, count: int, random: torch.Generator) -> torch.Tensor:
    stripes = torch.arange(count) + torch.rand(count, generator=random)
    return (stripes * (size / count)).long().clamp_(max=size - 1)


def _neighbours(size: int, count: int, random: torch.Generator) -> torch.Tensor:
    """About a random pixel, moved back where the border is near: else few would have the pixels there in them."""
    start = int(torch.randint(size, (), generator=random)) - count // 2
    return torch.arange(count) + min(max(start, 0), size - count)


def pick_device() -> torch.device:
    """CUDA when there is one that CUDA_VISIBLE_DEVICES lets see, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def to_numpy(parameters: Parameters) -> dict[str, np.ndarray]:
    """Float32 copies on the CPU."""
    return {name: values.detach().cpu().numpy().copy() for name, values in parameters.items()}

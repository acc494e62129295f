"""Gaussian Fourier features (Tancik et al., Fourier Features Let Networks Learn High Frequency Functions in Low
Dimensional Domains, NeurIPS 2020): sines and cosines of random projections of (x, y), into rectified layers.

The projections are frozen: they follow from an integer generator and do not travel in the file.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.operations.activations import RELU, SINE, activate
from inrcodec.operations.affine import first
from inrcodec.operations.space import Parameter
from inrcodec.representations import encodings, layers, seeded
from inrcodec.representations.base import Representation, Space, Tensor, decimal, integer

QUARTER_TURN = 1 << 18


@final
@dataclass(frozen=True)
class Fourier(Representation):
    """Rectified layers on sin and cos of 2 pi B (x, y), B normal with a standard deviation of `deviation` periods."""

    name: ClassVar[str] = "fourier"
    identifier: ClassVar[int] = 3

    hidden_features: int = integer(64, 1, 1024, "neurons per hidden layer")
    hidden_layers: int = integer(3, 1, 16, "hidden layers, without the random one")
    projections: int = integer(64, 1, 512, "random projections, each giving a sine and a cosine")
    deviation: float = decimal(10.0, 0.1, 100.0, 1, "standard deviation of their frequencies, periods per picture")
    projection_seed: int = integer(0, 0, 65535, "of the random projections")

    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        count = self.projections
        # u runs over two units per picture, so a period per picture is half a turn per unit: 2**19 in 2**-20 turns.
        normal = seeded.normal(self.projection_seed, 2 * count).reshape(count, 2)
        turns = (normal * round(10 * self.deviation) * 8) // 10
        weight = Parameter(np.concatenate([turns, turns]), 1)
        bias = Parameter(np.repeat(np.array([0, QUARTER_TURN]), count), 1)
        return {
            "projection": Tensor((2 * count, 2), "weight", weight),
            "phase": Tensor((2 * count,), "bias", bias),
            **layers.layers([2 * count, *[self.hidden_features] * self.hidden_layers, channels], start=1),
        }

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        return encodings.bare(numerators, denominator)

    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        return layers.initial(tensors, RELU, random)

    def forward(self, space: Space, x: Any, y: Any) -> Any:
        values = activate(space, SINE, first(space, "projection", "phase", x, y))
        return layers.hidden_and_output(space, RELU, values, self.hidden_layers + 1)

    @property
    def widest(self) -> int:
        return max(self.hidden_features, 2 * self.projections)

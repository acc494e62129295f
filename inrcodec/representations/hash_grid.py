"""A multi-resolution hash grid (Mueller et al., Instant Neural Graphics Primitives, SIGGRAPH 2022): grids of feature
vectors from coarse to fine, interpolated at (x, y) and joined, into a small rectified perceptron.

Fine grids share the rows of their table by a hash; collisions are left to the fit, as in the paper.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.activations import RELU
from inrcodec.operations.interpolation import concatenate, interpolate
from inrcodec.representations import layers
from inrcodec.representations.base import Representation, Space, Tensor, decimal, integer

INITIAL_BOUND = 0.1
"""Larger than the paper's 1e-4, which a quantizer's first steps could not tell from zero."""


@final
@dataclass(frozen=True)
class HashGrid(Representation):
    """`levels` grids of at most 2**`table_bits` rows, the first of `coarsest` cells, each `growth` times the last."""

    name: ClassVar[str] = "hash_grid"
    identifier: ClassVar[int] = 5

    hidden_features: int = integer(16, 1, 1024, "neurons per hidden layer")
    hidden_layers: int = integer(2, 1, 16, "hidden layers")
    levels: int = integer(6, 1, 16, "grids")
    table_bits: int = integer(9, 2, 16, "rows of a grid's table, as a power of two")
    table_features: int = integer(2, 1, 8, "numbers per row")
    coarsest: int = integer(4, 1, 1024, "cells of the coarsest grid along a side of the picture")
    growth: float = decimal(1.6, 1.1, 4.0, 1, "ratio of successive grids")

    def cells(self) -> list[int]:
        """Of every grid along a side, rounded down; at most 2**16."""
        ratio = round(10 * self.growth)
        return [min(self.coarsest * ratio**level // 10**level, 1 << 16) for level in range(self.levels)]

    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        rows = [min((cells + 1) ** 2, 1 << self.table_bits) for cells in self.cells()]
        grids = {f"table{level}": Tensor((count, self.table_features), "table") for level, count in enumerate(rows)}
        inputs = self.levels * self.table_features
        return grids | layers.layers([inputs, *[self.hidden_features] * self.hidden_layers, channels], start=1)

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        """Places in cells, one per level."""
        cells = np.array(self.cells(), dtype=np.int64)
        return (numerators[:, None] + denominator) * (cells[None, :] << (fp.FEATURE_FRACTION_BITS - 1)) // denominator

    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        perceptron = {name: tensor for name, tensor in tensors.items() if tensor.role != "table"}
        tables = {
            name: random.uniform(-INITIAL_BOUND, INITIAL_BOUND, tensor.shape).astype(np.float32)
            for name, tensor in tensors.items()
            if tensor.role == "table"
        }
        return tables | layers.initial(perceptron, RELU, random)

    def forward(self, space: Space, x: Any, y: Any) -> Any:
        values = concatenate(
            space,
            [
                interpolate(space, f"table{level}", x[:, level], y[:, level], cells + 1)
                for level, cells in enumerate(self.cells())
            ],
        )
        return layers.hidden_and_output(space, RELU, values, self.hidden_layers + 1)

    @property
    def widest(self) -> int:
        return max(self.hidden_features, self.levels * self.table_features)

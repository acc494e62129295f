"""Positional encoding -> perceptron: with sines the tutorial's network (Catania and Allegra, ICIP 2024), with
rectifiers NeRF's (Mildenhall et al., ECCV 2020).

The tutorial took its network from Strümpler et al. (Implicit Neural Representations for Image Compression, ECCV 2022):
sines behind 16 frequencies of base 1.4 are theirs. They fit it by Adam with a penalty on the weights' magnitudes for
25,000 steps, then choose the integers by rounding search, then by a short descent. Here those are a fit's `optimizer`
and `magnitude_weight`, and `fine_tune` with `search_steps`. What begins with their learnt start is `meta`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.operations.activations import ACTIVATIONS
from inrcodec.representations import encodings, layers
from inrcodec.representations.base import Representation, Space, Tensor, choice, decimal, integer


@final
@dataclass(frozen=True)
class Positional(Representation):
    """Layers on the positional encoding of (x, y)."""

    name: ClassVar[str] = "positional"
    identifier: ClassVar[int] = 2

    hidden_features: int = integer(64, 1, 1024, "neurons per hidden layer")
    hidden_layers: int = integer(3, 1, 16, "hidden layers")
    activation: str = choice("sine", list(ACTIVATIONS), "of the hidden layers")
    frequencies: int = integer(16, 1, 32, "frequencies of the positional encoding")
    base: float = decimal(1.4, 1.01, 2.0, 2, "ratio of successive frequencies")

    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        features = 2 * (1 + 2 * self.frequencies)
        return layers.layers([features, *[self.hidden_features] * self.hidden_layers, channels])

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        return encodings.positional(numerators, denominator, self.frequencies, round(100 * self.base))

    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        return layers.initial(tensors, ACTIVATIONS[self.activation], random)

    def forward(self, space: Space, x: Any, y: Any) -> Any:
        return layers.perceptron(space, ACTIVATIONS[self.activation], self.hidden_layers, x, y)

    @property
    def widest(self) -> int:
        return self.hidden_features

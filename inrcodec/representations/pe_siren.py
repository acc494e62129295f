"""Positional encoding -> SIREN: the tutorial's network (Catania and Allegra, ICIP 2024)."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.arithmetic.fixed_point import SINE_AMPLITUDE
from inrcodec.representations import encodings, mlp
from inrcodec.representations.base import Operations, Representation, hyperparameter
from inrcodec.representations.siren import initial_siren


@final
@dataclass(frozen=True)
class PeSiren(Representation):
    """Sine layers on the positional encoding of (x, y)."""

    name: ClassVar[str] = "pe_siren"
    identifier: ClassVar[int] = 1
    activation_maximum: ClassVar[int] = SINE_AMPLITUDE

    hidden_features: int = hyperparameter(64, 1, 1024, "neurons per hidden layer")
    hidden_layers: int = hyperparameter(3, 1, 16, "hidden layers")
    frequencies: int = hyperparameter(16, 1, 32, "frequencies of the positional encoding")
    base_percent: int = hyperparameter(140, 101, 200, "ratio of successive frequencies, in hundredths")

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        features = 2 * (1 + 2 * self.frequencies)
        return mlp.layer_shapes(features, self.hidden_features, self.hidden_layers, channels)

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        return encodings.positional(numerators, denominator, self.frequencies, self.base_percent)

    def initial(self, channels: int, random: np.random.Generator) -> dict[str, np.ndarray]:
        return initial_siren(self.shapes(channels), random)

    def forward(self, operations: Operations, x: Any, y: Any) -> Any:
        return mlp.forward(operations, x, y, self.hidden_layers, "sine")

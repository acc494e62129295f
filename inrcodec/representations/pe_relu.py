"""Positional encoding -> ReLU perceptron (NeRF's network for a picture: Mildenhall et al., ECCV 2020; Tancik et al.,
Fourier Features Let Networks Learn High Frequency Functions in Low Dimensional Domains, NeurIPS 2020)."""

from dataclasses import dataclass
from math import sqrt
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.arithmetic.fixed_point import RECTIFIED_MAXIMUM
from inrcodec.representations import encodings, mlp
from inrcodec.representations.base import Operations, Representation, hyperparameter


@final
@dataclass(frozen=True)
class PeRelu(Representation):
    """Rectified layers on the positional encoding of (x, y)."""

    name: ClassVar[str] = "pe_relu"
    identifier: ClassVar[int] = 2
    activation_maximum: ClassVar[int] = RECTIFIED_MAXIMUM

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
        """He et al. (ICCV 2015): N(0, 2/n) weights, zero biases."""
        parameters = {}
        for name, shape in self.shapes(channels).items():
            deviation = sqrt(2 / shape[1]) if name.startswith("weight") else 0.0
            parameters[name] = (deviation * random.standard_normal(shape)).astype(np.float32)
        return parameters

    def forward(self, operations: Operations, x: Any, y: Any) -> Any:
        return mlp.forward(operations, x, y, self.hidden_layers, "relu")

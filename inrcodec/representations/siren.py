"""SIREN on bare coordinates (Sitzmann et al., Implicit Neural Representations with Periodic Activation Functions,
NeurIPS 2020; for compression COIN, Dupont et al., 2021), and the waves proposed since in place of its sine.

With `relu` it is the plain network that all others are measured against. It draws blurs: a descent finds low
frequencies first (spectral bias, Rahaman et al., ICML 2019), and rectifiers on bare coordinates hardly get beyond them.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.operations.activations import ACTIVATIONS
from inrcodec.representations import encodings, layers
from inrcodec.representations.base import Representation, Space, Tensor, choice, integer


@final
@dataclass(frozen=True)
class Siren(Representation):
    """Layers straight on (x, y)."""

    name: ClassVar[str] = "siren"
    identifier: ClassVar[int] = 1

    hidden_features: int = integer(64, 1, 1024, "neurons per hidden layer")
    hidden_layers: int = integer(3, 1, 16, "hidden layers")
    activation: str = choice("sine", list(ACTIVATIONS), "of the hidden layers")

    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        return layers.layers([2, *[self.hidden_features] * self.hidden_layers, channels])

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        return encodings.bare(numerators, denominator)

    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        return layers.initial(tensors, ACTIVATIONS[self.activation], random)

    def forward(self, space: Space, x: Any, y: Any) -> Any:
        return layers.perceptron(space, ACTIVATIONS[self.activation], self.hidden_layers, x, y)

    @property
    def widest(self) -> int:
        return self.hidden_features

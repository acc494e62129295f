"""SIREN on bare coordinates (Sitzmann et al., Implicit Neural Representations with Periodic Activation Functions,
NeurIPS 2020; for compression COIN, Dupont et al., 2021)."""

from dataclasses import dataclass
from math import pi, sqrt
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.arithmetic.fixed_point import SINE_AMPLITUDE
from inrcodec.representations import encodings, mlp
from inrcodec.representations.base import Operations, Representation, hyperparameter

OMEGA_0 = 30


@final
@dataclass(frozen=True)
class Siren(Representation):
    """Sine layers straight on (x, y)."""

    name: ClassVar[str] = "siren"
    identifier: ClassVar[int] = 3
    activation_maximum: ClassVar[int] = SINE_AMPLITUDE

    hidden_features: int = hyperparameter(64, 1, 1024, "neurons per hidden layer")
    hidden_layers: int = hyperparameter(3, 1, 16, "hidden layers")

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        return mlp.layer_shapes(2, self.hidden_features, self.hidden_layers, channels)

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        return encodings.bare(numerators, denominator)

    def initial(self, channels: int, random: np.random.Generator) -> dict[str, np.ndarray]:
        return initial_siren(self.shapes(channels), random)

    def forward(self, operations: Operations, x: Any, y: Any) -> Any:
        return mlp.forward(operations, x, y, self.hidden_layers, "sine")


def initial_siren(shapes: dict[str, tuple], random: np.random.Generator) -> dict[str, np.ndarray]:
    """SIREN's initialization (section 3.2) with pre-activations in turns, so omega_0 / (2 pi) is in the weights.

    First layer U(+-1/n) omega_0 / (2 pi), other layers U(+-sqrt(6/n)) / (2 pi), phases anywhere in the turn of the
    first layer, small elsewhere; the linear output layer starts at zero bias.
    """
    parameters = {}
    last = len(shapes) // 2 - 1
    for name, shape in shapes.items():
        index = int(name.removeprefix("weight").removeprefix("bias"))
        inputs = shapes[f"weight{index}"][1]
        if name.startswith("weight"):
            bound = OMEGA_0 / (2 * pi * inputs) if index == 0 else sqrt(6 / inputs) / (2 * pi)
            bound *= 2 * pi / OMEGA_0 if index == last else 1
        else:
            bound = {0: 0.5, last: 0.0}.get(index, 1 / (2 * pi * sqrt(inputs)))
        parameters[name] = random.uniform(-bound, bound, shape).astype(np.float32)
    return parameters

"""NIF (Catania and Allegra, NIF: A Fast Implicit Image Compression with Bottleneck Layers and Modulated Sinusoidal
Activations, ACM Multimedia 2023) and what NIF25 made of it: layers that narrow towards the output, no biases, and sines
whose periods and phases differ from neuron to neuron but are not learnt.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.activations import SINE, activate, sine_of_phase
from inrcodec.operations.affine import affine, first
from inrcodec.operations.modulation import modulate
from inrcodec.operations.space import Parameter
from inrcodec.representations import encodings, layers
from inrcodec.representations.base import Representation, Space, Tensor, decimal, integer


@final
@dataclass(frozen=True)
class Nif(Representation):
    """Sine layers from `hidden_features` down to `last_features` neurons, on the positional encoding of (x, y).

    A layer's neurons have periods from 0.8 to 1.2, evenly, and phases of sin(2 pi p) / 2 turns, p from -5 to 5, evenly.
    """

    name: ClassVar[str] = "nif"
    identifier: ClassVar[int] = 4

    hidden_features: int = integer(64, 1, 1024, "neurons of the first hidden layer")
    last_features: int = integer(16, 1, 1024, "neurons of the last hidden layer")
    hidden_layers: int = integer(5, 1, 16, "hidden layers")
    exponent: float = decimal(2.0, 0.1, 9.9, 1, "how late the layers narrow: 1 evenly, more late")
    frequencies: int = integer(16, 1, 32, "frequencies of the positional encoding")
    base: float = decimal(1.4, 1.01, 2.0, 2, "ratio of successive frequencies")

    def widths(self) -> list[int]:
        """Of the hidden layers, by integers: w_i = first + (last - first) (i / (L - 1))**exponent, rounded down."""
        steps = max(self.hidden_layers - 1, 1)
        shares = [_power(index, steps, round(10 * self.exponent)) for index in range(self.hidden_layers)]
        return [
            self.hidden_features + ((self.last_features - self.hidden_features) * share + (1 << 15) >> 16)
            for share in shares
        ]

    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        widths = self.widths()
        tensors = layers.layers([2 * (1 + 2 * self.frequencies), *widths, channels], biases=False)
        for index, count in enumerate(widths):
            tensors[f"period{index}"] = Tensor((count,), "period", Parameter(_periods(count), 1))
            tensors[f"phase{index}"] = Tensor((count,), "bias", Parameter(_phases(count), 1))
        return tensors

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        return encodings.positional(numerators, denominator, self.frequencies, round(100 * self.base))

    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        return layers.initial(tensors, SINE, random)

    def forward(self, space: Space, x: Any, y: Any) -> Any:
        preactivation = first(space, "weight0", None, x, y)
        for index in range(self.hidden_layers):
            values = activate(space, SINE, modulate(space, f"period{index}", f"phase{index}", preactivation))
            preactivation = affine(space, f"weight{index + 1}", None, values)
        return preactivation

    @property
    def widest(self) -> int:
        return max(self.hidden_features, self.last_features)


def _power(index: int, steps: int, tenths: int) -> int:
    """(index / steps)**(tenths / 10) in 2**-16, rounded down, in integers: the tenth root by bisection."""
    target, low, high = index**tenths << 160, 0, 1 << 16
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**10 * steps**tenths <= target else (low, middle - 1)
    return low


def _even(count: int, low: int, high: int) -> np.ndarray:
    """`count` integers from low to high, evenly, rounded down."""
    return low + (high - low) * np.arange(count, dtype=np.int64) // max(count - 1, 1)


def _periods(count: int) -> np.ndarray:
    """0.8 to 1.2 in whole 2**-8, as 2**-20."""
    return _even(count, 205, 307) << (fp.PARAMETER_FRACTION_BITS - 8)


def _phases(count: int) -> np.ndarray:
    """pi sin(2 pi p), p from -5 to 5, as turns in 2**-20."""
    places = _even(count, -5 << fp.PHASE_BITS, 5 << fp.PHASE_BITS)
    return sine_of_phase(places) << (fp.PARAMETER_FRACTION_BITS - fp.ACTIVATION_FRACTION_BITS - 1)

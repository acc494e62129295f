"""What perceptrons share: the tensors of their layers, how they begin, and layers applied in order."""

from collections.abc import Sequence
from itertools import pairwise
from math import pi, sqrt
from typing import Any

import numpy as np

from inrcodec.operations.activations import Activation, activate
from inrcodec.operations.affine import affine, first
from inrcodec.representations.base import Space, Tensor

OMEGA_0 = 30
"""SIREN's frequency: of its first layer, in the weights here, since pre-activations are in turns."""


def layers(widths: Sequence[int], biases: bool = True, start: int = 0) -> dict[str, Tensor]:
    """`weight0, bias0, weight1, ...` for widths inputs, hidden ..., outputs; counted from `start`."""
    tensors = {}
    for index, (inputs, outputs) in enumerate(pairwise(widths), start):
        tensors[f"weight{index}"] = Tensor((outputs, inputs), "weight")
        if biases:
            tensors[f"bias{index}"] = Tensor((outputs,), "bias")
    return tensors


def initial(
    tensors: dict[str, Tensor], activation: Activation, random: np.random.Generator, omega: float = OMEGA_0
) -> dict[str, np.ndarray]:
    """Weights and biases to begin with: He et al. (ICCV 2015) for rectifiers, SIREN (section 3.2) for waves.

    SIREN: first layer U(+-1/n) omega / (2 pi), others U(+-sqrt(6/n)) / (2 pi), since pre-activations are in turns;
    phases anywhere in the turn of the first layer, small elsewhere; the linear output layer starts at zero bias.
    """
    names = [name for name in tensors if name.startswith("weight")]
    parameters = {}
    for name, tensor in tensors.items():
        weight = name.replace("bias", "weight")
        inputs = tensors[weight].shape[1]
        is_first, is_last = weight == names[0] == "weight0", weight == names[-1]
        if activation.weight_scale == 1:
            deviation = sqrt(2 / inputs) if name == weight else 0.0
            parameters[name] = (deviation * random.standard_normal(tensor.shape)).astype(np.float32)
            continue
        if name == weight:
            bound = omega / (2 * pi * inputs) if is_first else sqrt(6 / inputs) / (2 * pi)
            bound *= 2 * pi / omega if is_last else 1
        else:
            bound = 0.5 if is_first else 0.0 if is_last else 1 / (2 * pi * sqrt(inputs))
        parameters[name] = random.uniform(-bound, bound, tensor.shape).astype(np.float32)
    return parameters


def perceptron(space: Space, activation: Activation, hidden: int, x: Any, y: Any) -> Any:
    """All of `layers` on every pair of a column's features x and a row's features y: the output's pre-activation."""
    values = activate(space, activation, first(space, "weight0", "bias0", x, y))
    return hidden_and_output(space, activation, values, hidden)


def hidden_and_output(space: Space, activation: Activation, values: Any, last: int) -> Any:
    """Layers 1 to `last` on activations, each but the last followed by the activation: the last's pre-activation."""
    for index in range(1, last):
        values = activate(space, activation, affine(space, f"weight{index}", f"bias{index}", values))
    return affine(space, f"weight{last}", f"bias{last}", values)

"""What the multilayer perceptrons of this folder share: shapes, and layers applied in order."""

from itertools import pairwise
from typing import Any

from inrcodec.representations.base import Operations


def layer_shapes(features: int, hidden_features: int, hidden_layers: int, channels: int) -> dict[str, tuple]:
    """Shapes of `weight0, bias0, ...`: `features` inputs, `hidden_layers` hidden layers, `channels` outputs."""
    widths = [features] + [hidden_features] * hidden_layers + [channels]
    shapes: dict[str, tuple] = {}
    for index, (inputs, outputs) in enumerate(pairwise(widths)):
        shapes[f"weight{index}"] = (outputs, inputs)
        shapes[f"bias{index}"] = (outputs,)
    return shapes


def forward(operations: Operations, x: Any, y: Any, hidden_layers: int, activation: str) -> Any:
    """The first layer on both axes' features, hidden layers, output layer."""
    activate = getattr(operations, activation)
    hidden = activate(operations.first(x, y))
    for index in range(1, hidden_layers):
        hidden = activate(operations.affine(index, hidden))
    return operations.affine(hidden_layers, hidden)

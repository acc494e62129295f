"""What every representation of a picture says of itself."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol

import numpy as np

from inrcodec.files import InputError


class Operations(Protocol):
    """What a forward pass is made of; `arithmetic.exact` and `arithmetic.differentiable` implement it."""

    def first(self, x: Any, y: Any) -> Any: ...
    def affine(self, index: int, activations: Any) -> Any: ...
    def sine(self, preactivation: Any) -> Any: ...
    def relu(self, preactivation: Any) -> Any: ...


def hyperparameter(default: int, low: int, high: int, meaning: str) -> Any:
    """A dataclass field that the file's header stores as one integer in low..high."""
    return field(default=default, metadata={"low": low, "high": high, "meaning": meaning})


@dataclass(frozen=True)
class Representation(ABC):
    """A function family: coordinates in (-1, 1)**2 to samples, fixed but for its parameters.

    Subclasses are final, carry a `name` (configuration), an `identifier` (files, never reused) and integer fields
    made by `hyperparameter`; they know how to encode coordinates, how to begin, and the forward pass, which is
    written once and runs on any `Operations`.

    Raises:
        InputError: a hyperparameter is out of its range.
    """

    name: ClassVar[str]
    identifier: ClassVar[int]
    activation_maximum: ClassVar[int]

    def __post_init__(self) -> None:
        for item in fields(self):
            value, low, high = getattr(self, item.name), item.metadata["low"], item.metadata["high"]
            if not (isinstance(value, int) and low <= value <= high):
                raise InputError(f"{self.name}: {item.name} is {value!r}, accepted are integers {low} to {high}")

    @abstractmethod
    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        """Tensor shapes by name, in file order."""

    @abstractmethod
    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        """Encode the coordinates numerators / denominator of one axis.

        Args:
            numerators: (n,) int64, within +-denominator.
            denominator: a positive integer.

        Returns:
            (n, features) int64 in units of 2**-20.
        """

    @abstractmethod
    def initial(self, channels: int, random: np.random.Generator) -> dict[str, np.ndarray]:
        """Float32 parameters to start a fit from."""

    @abstractmethod
    def forward(self, operations: Operations, x: Any, y: Any) -> Any:
        """The output layer's pre-activation on every pair of a column's features x and a row's features y."""

"""What every representation of a picture says of itself."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from math import prod
from typing import Any, ClassVar

import numpy as np

from inrcodec.files import InputError
from inrcodec.operations.context import ExactContext
from inrcodec.operations.space import Exact, Parameter, Real

Space = Exact | Real


@dataclass(frozen=True)
class Hyperparameter:
    """One setting of a representation: what it may be, what it means, and how a header holds it.

    A text has up to `longest` bytes of UTF-8, held behind their number; an enumerated one has `choices`, held as their
    place, counted from 0; a decimal one has `decimals` digits behind its point, held as an integer of that unit.
    """

    low: int
    high: int
    meaning: str
    choices: tuple[str, ...] = ()
    decimals: int = 0
    longest: int = 0

    @property
    def accepted(self) -> str:
        """The accepted values in words."""
        if self.choices:
            return ", ".join(self.choices)
        if self.longest:
            return f"texts of up to {self.longest} bytes"
        if self.decimals:
            unit = 10**self.decimals
            return f"decimals {self.low / unit:.{self.decimals}f} to {self.high / unit:.{self.decimals}f}"
        return f"integers {self.low} to {self.high}"

    def stored(self, value: Any) -> int | bytes | None:
        """The integer, or a text's bytes, that a header holds; None for a value that is not accepted."""
        if self.longest:
            return self._encoded(value)
        if self.choices:
            return self.choices.index(value) if value in self.choices else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        scaled = value * 10**self.decimals
        whole = round(scaled) if scaled == scaled and abs(scaled) < 1e15 else None
        exact = whole is not None and abs(scaled - whole) < 1e-6 and (self.decimals or isinstance(value, int))
        return whole if exact and self.low <= whole <= self.high else None

    def _encoded(self, value: Any) -> bytes | None:
        try:
            data = value.encode() if isinstance(value, str) else b""
        except UnicodeEncodeError:
            return None
        return data if 0 < len(data) <= self.longest else None

    def value(self, stored: int) -> Any:
        """The value that a stored integer stands for."""
        if self.choices:
            return self.choices[stored]
        return stored / 10**self.decimals if self.decimals else stored


def integer(default: int, low: int, high: int, meaning: str) -> Any:
    """A dataclass field: an integer hyperparameter in low..high."""
    return field(default=default, metadata={"hyperparameter": Hyperparameter(low, high, meaning)})


def choice(default: str, choices: Sequence[str], meaning: str) -> Any:
    """A dataclass field: an enumerated hyperparameter; choices keep their places for ever, since files count them."""
    declared = Hyperparameter(0, len(choices) - 1, meaning, choices=tuple(choices))
    return field(default=default, metadata={"hyperparameter": declared})


def decimal(default: float, low: float, high: float, decimals: int, meaning: str) -> Any:
    """A dataclass field: a hyperparameter with so many exact decimals, low..high."""
    unit = 10**decimals
    declared = Hyperparameter(round(low * unit), round(high * unit), meaning, decimals=decimals)
    return field(default=default, metadata={"hyperparameter": declared})


def text(longest: int, meaning: str) -> Any:
    """A dataclass field: a text of up to so many bytes, which has no default that would be accepted."""
    return field(default="", metadata={"hyperparameter": Hyperparameter(1, longest, meaning, longest=longest)})


@dataclass(frozen=True)
class Tensor:
    """A tensor of a representation: its shape, its role, and for one that does not travel in the file, what it is.

    `base`: int64 of its shape, in 2**-20: what its parameters are differences to, where that is not 0.

    Roles: `weight` (outputs, inputs) of an affine map, `bias` (outputs,), `table` (entries, features) of a grid.
    """

    shape: tuple[int, ...]
    role: str
    frozen: Parameter | None = None
    base: np.ndarray | None = None

    @property
    def multiply_adds(self) -> int:
        """What a sample takes: of a table four rows, of all others every number once."""
        return 4 * self.shape[1] if self.role == "table" else prod(self.shape)


@dataclass(frozen=True)
class Representation(ABC):
    """A function family: coordinates in (-1, 1)**2 to samples, fixed but for its parameters.

    Subclasses are final, carry a `name` (configuration) and an `identifier` (files, never reused), and declare
    hyperparameters as fields made by `integer`, `choice` and `decimal`; they know their tensors, how a fit begins, and
    the forward pass, which is written once, on operations.

    Raises:
        InputError: a hyperparameter is out of its range.
    """

    name: ClassVar[str]
    identifier: ClassVar[int]
    portable: ClassVar[bool] = True
    """Whether its files decode anywhere, exactly."""
    has_grids: ClassVar[bool] = False
    """Whether it has grids of latents, whose rate is part of a fit's loss."""

    def __post_init__(self) -> None:
        for key, declared in self.hyperparameters().items():
            value = getattr(self, key)
            if declared.stored(value) is None:
                raise InputError(f"{self.name}: {key} is {value!r}, accepted are {declared.accepted}")

    @classmethod
    def hyperparameters(cls) -> dict[str, Hyperparameter]:
        """The declared settings by name, in the header's order."""
        declared = {item.name: item.metadata.get("hyperparameter") for item in fields(cls)}
        return {name: hyperparameter for name, hyperparameter in declared.items() if hyperparameter}

    @abstractmethod
    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        """The tensors of a picture's function by name, in file order; sizes in pixels."""

    def grids(self, width: int, height: int) -> dict[str, tuple[int, int]]:
        """Shapes of grids of latents by name, in file order: integers that the file codes under `context`; mostly none.

        The forward pass finds them among its parameters.
        """
        return {}

    def context(self, parameters: dict[str, Parameter]) -> ExactContext:
        """The network under which grids are coded.

        Raises:
            ValueError: it leaves the range of exact arithmetic.
        """
        raise NotImplementedError

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
    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        """Float32 parameters to start a fit from, of the tensors that travel in the file."""

    @abstractmethod
    def forward(self, space: Space, x: Any, y: Any) -> Any:
        """The output layer's pre-activation on every pair of a column's features x and a row's features y."""

    @property
    @abstractmethod
    def widest(self) -> int:
        """Numbers per sample in the widest layer: what a tile's memory follows from."""


def travelling(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Those that the file holds."""
    return {name: tensor for name, tensor in tensors.items() if tensor.frozen is None}


def frozen(tensors: dict[str, Tensor]) -> dict[str, Parameter]:
    """Those that the file does not hold."""
    return {name: tensor.frozen for name, tensor in tensors.items() if tensor.frozen is not None}

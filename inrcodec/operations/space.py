"""Where a forward pass runs: on integers, exactly, or on floating-point numbers with gradients.

An operation is one place with two forms, `Operation(exact, real)`. A forward pass calls operations with the space that
it is given and never asks which one that is.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from inrcodec.operations import fixed_point as fp


class Parameter(NamedTuple):
    """A tensor that a file says: `integers * units` in 2**-20.

    `integers`: int64 of any shape, int16 of latents; `units`: int, or int64 (rows,), one per first index.
    """

    integers: np.ndarray
    units: int | np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.integers.shape

    @property
    def values(self) -> np.ndarray:
        """The same as numbers, float64."""
        units = self.units
        if isinstance(units, np.ndarray):
            units = units.reshape(-1, *[1] * (self.integers.ndim - 1))
        return np.multiply(self.integers, units, dtype=np.int64) / (1 << fp.PARAMETER_FRACTION_BITS)


class Values(NamedTuple):
    """Activations (..., features) in 2**-12, float32 integers, none beyond +-`maximum`."""

    array: Any
    maximum: int


class Preactivation(NamedTuple):
    """`sums * scale + bias`, in 2**-32: kept apart because each activation finishes it in its own cheapest way."""

    sums: Any
    scale: Any
    bias: Any


class Exact:
    """Integers only, so that every machine computes the same.

    They travel as float32 or float64 into matrix products, where BLAS is fast and their sums are exact (see
    `fixed_point`), and as integers everywhere else.

    Args:
        parameters: the function's tensors by name.
        xp: an array namespace; NumPy, or torch through `array_api_compat`.
    """

    def __init__(self, parameters: dict[str, Parameter], xp: Any = np) -> None:
        self.parameters, self.xp = parameters, xp
        self._kept: dict[Any, Any] = {}

    def keep(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once: tiles share what depends on parameters alone."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def integers(self, preactivation: Preactivation) -> Any:
        """A pre-activation as int64 in 2**-32."""
        sums, scale, bias = preactivation
        return self.xp.astype(sums, self.xp.int64) * scale + bias


class Real:
    """Torch tensors in float32, with gradients.

    Rounding of activations to 2**-12 is not simulated: it costs less quality than it is worth (docs/results.md).
    """

    def __init__(self, parameters: dict[str, Any], kept: dict[Any, Any] | None = None) -> None:
        self.parameters, self._kept = parameters, kept

    def keep(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives; where somebody gave `kept`, what is there: they know which parameters do not change."""
        if self._kept is None:
            return make()
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


class Operation:
    """One operation in its two forms, which take the same arguments after the space."""

    def __init__(self, exact: Callable[..., Any], real: Callable[..., Any]) -> None:
        self.exact, self.real = exact, real

    def __call__(self, space: Exact | Real, *arguments: Any) -> Any:
        return (self.exact if isinstance(space, Exact) else self.real)(space, *arguments)

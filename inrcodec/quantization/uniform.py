"""Uniform symmetric quantization: one step per tensor, or one per row (per output channel, as Jacob et al., CVPR 2018,
call it)."""

from typing import Any, ClassVar, final

import numpy as np

from inrcodec.bitstream.fields import Field
from inrcodec.operations import fixed_point as fp
from inrcodec.operations.fixed_point import Step
from inrcodec.operations.space import Parameter
from inrcodec.quantization.base import MANTISSA, Rule, Settings, by_row, largest_symbol


@final
class Uniform(Rule):
    """Symbol times step."""

    name: ClassVar[str] = "uniform"
    identifier: ClassVar[int] = 0
    fields: ClassVar[tuple[Field, ...]] = (MANTISSA,)

    def settings(self, values: np.ndarray, bits: int) -> Settings:
        step = Step.at_least(float(np.abs(values).max()) / largest_symbol(bits))
        return {"shift": step.shift, "mantissa": step.mantissa}

    def place(self, xp: Any, values: Any, settings: Settings, bits: int) -> Any:
        return values / _step(settings).value

    def value(self, xp: Any, symbols: Any, settings: Settings, bits: int) -> Any:
        return symbols * _step(settings).value

    def parameter(self, symbols: np.ndarray, settings: Settings, bits: int) -> Parameter:
        return Parameter(symbols, _step(settings).units)


def _step(settings: Settings) -> Step:
    return Step(settings["mantissa"], settings["shift"])


@final
class PerRow(Rule):
    """Symbol times its row's step."""

    name: ClassVar[str] = "per_row"
    identifier: ClassVar[int] = 1
    fields: ClassVar[tuple[Field, ...]] = (MANTISSA,)
    per_row: ClassVar[frozenset[str]] = frozenset({"mantissa"})

    def settings(self, values: np.ndarray, bits: int) -> Settings:
        largest = np.abs(values).reshape(len(values), -1).max(axis=1) / largest_symbol(bits)
        shift = Step.at_least(float(largest.max())).shift
        unit = (1 << shift) / (1 << fp.PARAMETER_FRACTION_BITS)
        return {"shift": shift, "mantissa": tuple(max(1, int(np.ceil(step / unit))) for step in largest)}

    def place(self, xp: Any, values: Any, settings: Settings, bits: int) -> Any:
        return values / self._steps(xp, values, settings)

    def value(self, xp: Any, symbols: Any, settings: Settings, bits: int) -> Any:
        return symbols * self._steps(xp, symbols, settings)

    def _steps(self, xp: Any, like: Any, settings: Settings) -> Any:
        unit = (1 << settings["shift"]) / (1 << fp.PARAMETER_FRACTION_BITS)
        return by_row(settings["mantissa"], like, xp) * unit

    def parameter(self, symbols: np.ndarray, settings: Settings, bits: int) -> Parameter:
        return Parameter(symbols, np.array(settings["mantissa"], dtype=np.int64) << settings["shift"])

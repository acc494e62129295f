"""Companded quantization: steps that grow with the magnitude, so that the many small parameters are told apart."""

from typing import Any, ClassVar, final

import numpy as np

from inrcodec.bitstream.fields import Field
from inrcodec.operations.fixed_point import Step
from inrcodec.operations.space import Parameter
from inrcodec.quantization.base import MANTISSA, Rule, Settings, largest_symbol

CURVES = 16


@final
class Companded(Rule):
    """s ((16 - c) M + c |s|) / (16 M) steps, M being the largest symbol: uniform for c = 0, quadratic for 16.

    NIF25 compands by a power; a quadratic comes near it and is exact in integers.
    """

    name: ClassVar[str] = "companded"
    identifier: ClassVar[int] = 2
    fields: ClassVar[tuple[Field, ...]] = (MANTISSA, Field("curve", 0, CURVES, "how much steps grow, 0 not at all"))

    def settings(self, values: np.ndarray, bits: int) -> Settings:
        step = Step.at_least(float(np.abs(values).max()) / largest_symbol(bits))
        # How peaked the values are decides: even ones want no curve, those of a Laplace distribution nearly half of it.
        spread = float(np.abs(values).mean() / max(np.abs(values).max(), 1e-12))
        curve = int(np.clip(round(CURVES * (1 - 2 * spread)), 0, CURVES - 1))
        return {"shift": step.shift, "mantissa": step.mantissa, "curve": curve}

    def place(self, xp: Any, values: Any, settings: Settings, bits: int) -> Any:
        largest = largest_symbol(bits)
        share = settings["curve"] / CURVES
        steps = xp.abs(values) / Step(settings["mantissa"], settings["shift"]).value
        if share:
            # Half way between two symbols' values lies this much beyond the value of what is half way between them.
            steps = xp.clip(steps - share / (4 * largest), 0, None)
            linear = (1 - share) * largest
            steps = (xp.sqrt(linear * linear + 4 * share * largest * steps) - linear) / (2 * share)
        return xp.sign(values) * steps

    def value(self, xp: Any, symbols: Any, settings: Settings, bits: int) -> Any:
        largest, share = largest_symbol(bits), settings["curve"] / CURVES
        bent = symbols * ((1 - share) + share / largest * xp.abs(symbols))
        return bent * Step(settings["mantissa"], settings["shift"]).value

    def parameter(self, symbols: np.ndarray, settings: Settings, bits: int) -> Parameter:
        largest, curve = largest_symbol(bits), settings["curve"]
        step = Step(settings["mantissa"], settings["shift"])
        # To nearest, halves upwards; what the mantissa multiplies stays small: the shift is the unit.
        numerator = symbols * ((CURVES - curve) * largest + curve * np.abs(symbols)) * step.mantissa
        divisor = CURVES * largest
        return Parameter((2 * numerator + divisor) // (2 * divisor), 1 << step.shift)

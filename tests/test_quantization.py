"""Rules from symbols to parameters, whatever is in RULES, and which of them a tensor has."""

import numpy as np
import pytest
import torch

from inrcodec.operations.fixed_point import MAXIMUM_SHIFT
from inrcodec.quantization import RULES
from inrcodec.quantization.base import QuantizedTensor, Rule, Settings, largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize, rounded
from inrcodec.representations.base import Tensor

UNIT = 2.0**-20
SHAPES = [(12, 7), (9,), (1, 1)]
SPREADS = (1e-5, 0.03, 2.0, 90.0)

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def depth(rule: Rule, bits: int) -> int:
    return rule.fixed_bits or bits


def values_of(shape: tuple[int, ...], spread: float) -> np.ndarray:
    return np.random.default_rng(3).laplace(0, spread, shape).astype(np.float32)


def any_settings(rule: Rule, rows: int) -> list[Settings]:
    """Every field of the rule at its lowest, highest and between."""
    found = []
    for share in (0.0, 0.4, 1.0):
        settings: Settings = {"shift": round(MAXIMUM_SHIFT * share)} if rule.fields else {}
        for field in rule.fields:
            value = round(field.low + share * (field.high - field.low))
            settings[field.name] = (value,) * rows if field.name in rule.per_row else value
        found.append(settings)
    return found


@every_rule
@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bits", [2, 5, 8, 16])
def test_no_value_is_clipped_and_each_gets_the_nearest_symbol(rule, spread, shape, bits):
    bits, values = depth(rule, bits), values_of(shape, spread)
    settings = rule.settings(values, bits)
    tensor = rounded(values, QuantizedTensor(np.zeros(shape, np.int64), rule, bits, settings))
    assert tensor.symbols.shape == shape and np.abs(tensor.symbols).max() <= largest_symbol(bits)

    def distance(symbols: np.ndarray) -> np.ndarray:
        return np.abs(rule.value(np, symbols.astype(np.float64), settings, bits) - values)

    for other in (tensor.symbols - 1, tensor.symbols + 1):
        # Beyond the last symbol too: none would have come nearer.
        assert (distance(tensor.symbols) <= distance(other) * (1 + 1e-5) + UNIT).all()


@every_rule
@pytest.mark.parametrize("bits", [2, 8, 16, 20])
def test_what_the_descent_sees_is_what_the_decoder_sees(rule, bits):
    """Whatever the settings: to the units of parameters, of which one is 2**-20 times the shift."""
    bits = depth(rule, bits)
    symbols = np.random.default_rng(0).integers(-largest_symbol(bits), largest_symbol(bits), (6, 5), endpoint=True)
    if rule.fixed_bits:
        symbols = np.sign(symbols) * np.minimum(np.abs(symbols), 31743)  # the last number before infinity
    symbols[0, :3] = 0, 1, -1
    for settings in any_settings(rule, 6):
        exact = rule.parameter(symbols, settings, bits).values
        unit = 2.0 ** (settings.get("shift", 0) - 20)
        seen = rule.value(np, symbols.astype(np.float64), settings, bits)
        assert np.abs(seen - exact).max() <= unit / 2 * (1 + 1e-9)
        assert np.array_equal(exact, -rule.parameter(-symbols, settings, bits).values) or rule.name == "companded"


@every_rule
@pytest.mark.parametrize("spread", SPREADS)
def test_both_namespaces_agree(rule, spread):
    bits, values = depth(rule, 6), values_of((8, 5), spread)
    settings = rule.settings(values, bits)
    expected = rule.round(np, values.astype(np.float64), settings, bits)
    found = rule.round(torch, torch.from_numpy(values).double(), settings, bits)
    assert np.array_equal(found.numpy(), expected)
    # In float32, as in a descent, what is rounded is near one of two symbols at most.
    single = rule.round(torch, torch.from_numpy(values), settings, bits)
    assert single.dtype == torch.float32 and np.abs(single.numpy() - expected).max() <= 1
    meant = rule.value(torch, single, settings, bits)
    assert meant.dtype == torch.float32
    assert np.allclose(meant.numpy(), rule.value(np, single.numpy().astype(np.float64), settings, bits), rtol=1e-5)


@every_rule
def test_symbols_mean_what_rounds_to_them(rule):
    """Every symbol of 6 bits, or as many of 16."""
    bits = depth(rule, 6)
    symbols = np.linspace(-1, 1, 64).reshape(4, 16) * min(largest_symbol(bits), 31743)
    symbols = np.rint(symbols)
    for settings in any_settings(rule, 4):
        values = rule.value(np, symbols, settings, bits)
        assert np.array_equal(rule.round(np, values, settings, bits), symbols)


@every_rule
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_values_that_no_rule_can_say_are_refused(rule, value):
    values = np.zeros((3, 2), np.float32)
    values[1, 1] = value
    with pytest.raises(ValueError, match=r"no quantizer step|beyond"):
        rule.settings(values, depth(rule, 8))


@every_rule
def test_nothing_but_zeros_stays_zero(rule):
    for shape in SHAPES:
        tensors = {"w": Tensor(shape, "weight")}
        exceptions = {"w": (rule.name, depth(rule, 8))}
        found = quantize({"w": np.zeros(shape, np.float32)}, tensors, Depths(exceptions=exceptions))["w"]
        assert not found.symbols.any() and not found.values.any()


def test_half_precision_is_numpys():
    """But for what lies between two numbers of 2**-20."""
    symbols = np.arange(31744)
    expected = symbols.astype(np.uint16).view(np.float16).astype(np.float64)
    assert np.abs(RULES["half"].parameter(symbols, {}, 16).values - expected).max() <= UNIT / 2


def test_depths_of_tensors():
    def said(depths: Depths, name: str, role: str) -> tuple[str, int]:
        rule, bits = depths.of(name, role)
        return rule.name, bits

    for name in RULES:
        depths = Depths(name, 6, {"special": ("per_row", 9)})
        fixed = RULES[name].fixed_bits
        assert said(depths, "w", "weight") == (name, fixed or 6)
        assert said(depths, "b", "bias") == ((name, fixed) if fixed else ("uniform", 10))
        assert said(depths, "special", "bias") == ("per_row", 9)

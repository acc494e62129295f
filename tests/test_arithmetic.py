"""The decoder's integers against real numbers, and against themselves on other kernels."""

import numpy as np
import pytest

from inrcodec.arithmetic import fixed_point as fp
from inrcodec.arithmetic.exact import ExactOperations
from inrcodec.quantization.uniform import quantize
from inrcodec.representations import REPRESENTATIONS, encodings


def test_sine_table_entries_do_not_depend_on_the_sine_function():
    exact = fp.SINE_AMPLITUDE * np.sin(2 * np.pi * np.arange(1 << fp.SINE_TABLE_BITS) / (1 << fp.SINE_TABLE_BITS))
    distance_to_boundary = np.abs(np.abs(exact - np.floor(exact)) - 0.5)
    assert distance_to_boundary.min() > 1e-6
    assert fp.sine_table()[[0, 1 << 12, 1 << 13, 3 << 12]].tolist() == [0, 4096, 0, -4096]


@pytest.mark.parametrize("turns", [0.0, 0.1, 0.25, 0.777, -0.3, 5.125])
def test_table_sine_is_a_sine(turns):
    phase = np.array([round(turns * 2**32)])
    assert fp.table_sine(phase)[0] / 4096 == pytest.approx(np.sin(2 * np.pi * turns), abs=4e-4)


@pytest.mark.parametrize("value", [1e-9, 2.0**-20, 0.001, 0.3, 1.0, 77.7, 4000.0])
def test_steps_are_the_smallest_that_reach(value):
    step = fp.Step.at_least(value)
    assert value <= step.value <= max(value * (1 + 1 / 127), 2.0**-20)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e9])
def test_no_step_for_values_out_of_range(value):
    with pytest.raises(ValueError, match="no quantizer step"):
        fp.Step.at_least(value)


def test_positional_encoding_is_the_formula():
    size, frequencies, base = 37, 16, 1.4
    numerators = 2 * np.arange(size) + 1 - size
    encoded = encodings.positional(numerators, size, frequencies, 140) / 2**20
    u = numerators / size
    angles = np.pi * base ** np.arange(frequencies) * u[:, None]
    expected = np.concatenate([u[:, None], np.sin(angles), np.cos(angles)], axis=1)
    # Frequencies are rounded down to 2**-16, sines to the table's 2**-12 and its phases to 2**-14 turns.
    assert np.abs(encoded - expected).max() < 6e-4


def test_largest_frequencies_and_sizes_do_not_overflow():
    size = 1 << 20
    numerators = np.array([1 - size, 1, size - 1])
    encoded = encodings.positional(numerators, size, 32, 200)
    # Python's integers drop whole turns without loss: 2**k u pi is (2**k numerator mod 2 size) / size pi.
    turns = [[(2**k * int(n)) % (2 * size) / (2 * size) for k in range(32)] for n in numerators]
    assert np.abs(encoded[:, 1:33] / 2**20 - np.sin(2 * np.pi * np.array(turns))).max() < 6e-4


def real_forward(representation, tensors, x, y):
    """The network in float64, without any rounding of activations."""
    values = {name: tensor.values for name, tensor in tensors.items()}
    pairs = np.concatenate([np.tile(x, (len(y), 1)), np.repeat(y, len(x), axis=0)], axis=1) / 2**20
    for index in range(representation.hidden_layers + 1):
        pairs = pairs @ values[f"weight{index}"].T + values[f"bias{index}"]
        if index < representation.hidden_layers:
            relu = np.clip(pairs, 0, 32767 / 4096)
            pairs = relu if representation.name == "pe_relu" else np.sin(2 * np.pi * pairs)
    return np.clip(np.rint((pairs + 0.5) * 255), 0, 255).reshape(len(y), len(x), -1)


def network(name, seed=0, bits=8):
    representation = REPRESENTATIONS[name](hidden_features=24, hidden_layers=2)
    parameters = representation.initial(3, np.random.default_rng(seed))
    # An output layer as strong as a fitted one's: an untouched one would leave every picture grey.
    parameters["weight2"] = parameters["weight2"] * 3
    return representation, quantize(parameters, bits)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("name", list(REPRESENTATIONS))
def test_exact_decoding_is_the_network_up_to_rounding(name, bits):
    representation, tensors = network(name, bits=bits)
    x, y = (representation.features(2 * np.arange(n) + 1 - n, n) for n in (19, 11))
    operations = ExactOperations(tensors, representation.activation_maximum)
    decoded = operations.samples(representation.forward(operations, x, y), 255)
    expected = real_forward(representation, tensors, x, y)
    assert decoded.std() > 5
    assert np.abs(decoded - expected).max() <= 1


def test_parameters_beyond_exact_arithmetic_are_refused():
    representation, tensors = network("pe_siren")
    huge = type(tensors["weight1"])(tensors["weight1"].symbols, fp.Step(255, 24), 8)
    with pytest.raises(ValueError, match="exact arithmetic"):
        ExactOperations(tensors | {"weight1": huge}, representation.activation_maximum)

"""Operations: the decoder's integers against real numbers, and against themselves on other machines."""

import zlib

import array_api_compat.torch
import numpy as np
import pytest
import torch
from variants import colour, functions, picture, variants

from inrcodec.bitstream import container
from inrcodec.decoding.grid import axis_features
from inrcodec.operations import fixed_point as fp
from inrcodec.operations.activations import ACTIVATIONS, UNIT, activate, sine_of_phase
from inrcodec.operations.affine import first
from inrcodec.operations.colour import COLOURS, Colour, quantized_samples, to_samples
from inrcodec.operations.space import Exact, Parameter, Preactivation, Real
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.representations import encodings, seeded
from inrcodec.representations.base import frozen

VARIANTS = variants(width=19, height=11)

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)


@every_activation
def test_table_entries_do_not_depend_on_who_computes_them(activation):
    """Each is rounded once, and none lies so near a half that an error of the last place moves it."""
    values = UNIT * activation.formula(np, activation.arguments())
    assert np.abs(values - np.floor(values) - 0.5).min() > 1e-5
    assert np.abs(activation.table()).max() <= 32767
    assert len(activation.table()) == len(activation.arguments()) and not activation.table().flags.writeable
    if activation.periodic:
        assert (activation.low, activation.high) == (0, 1) and activation.entries == 1 << activation.index_bits


TABLES = {"sine": 0x7F8F3A56, "relu": 0x60E7D93A, "finer": 0xB1073DDD, "gabor": 0x32F5C411}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_the_format(name):
    """Bytes are API: these tables never change."""
    assert zlib.crc32(ACTIVATIONS[name].table().astype("<i8").tobytes()) == TABLES[name]


def arguments(activation, count=4001) -> np.ndarray:
    """Pre-activations in 2**-32 over the range, beyond it, and at its ends."""
    width = activation.high - activation.low
    inside = np.random.default_rng(0).uniform(activation.low - width / 4, activation.high + width / 4, count)
    ends = [activation.low, activation.high, 0, -(2.0**20), 2.0**20]
    return np.concatenate([np.rint(inside * 2**32), np.multiply(ends, 2**32)]).astype(np.int64)


@every_activation
def test_both_forms_of_an_activation_agree(activation):
    preactivations = arguments(activation)
    exact = activate(Exact({}), activation, Preactivation(preactivations, 1, 0))
    real = activate(Real({}), activation, torch.from_numpy(preactivations / 2**32)).numpy()
    # Half a table's entry to either side, and its rounding.
    table = activation.table()
    allowed = np.abs(np.diff(table)).max() / 2 + 0.5 + 1e-3
    assert np.abs(exact.array - UNIT * real).max() <= allowed
    assert exact.array.dtype == np.float32 and np.abs(exact.array).max() <= exact.maximum == np.abs(table).max()


@every_activation
@pytest.mark.parametrize(("scale", "dtype"), [(1, np.float32), (3 << 20, np.float32), (255 << 24, np.float64)])
def test_activations_do_not_depend_on_the_namespace(activation, scale, dtype):
    random = np.random.default_rng(1)
    sums = random.integers(-(2**20), 2**20, (50, 7)).astype(dtype)
    bias = random.integers(-(2**36), 2**36, 7)
    for scales in (scale, np.full(7, scale)):
        expected = activate(Exact({}), activation, Preactivation(sums, scales, bias)).array
        asarray = torch.asarray
        there = Preactivation(
            asarray(sums), asarray(scales) if isinstance(scales, np.ndarray) else scales, asarray(bias)
        )
        found = activate(Exact({}, array_api_compat.torch), activation, there).array
        assert np.array_equal(found.numpy(), expected)
        whole = sums.astype(np.int64) * scale + bias
        assert np.array_equal(activate(Exact({}), activation, Preactivation(whole, 1, 0)).array, expected)


@every_activation
def test_gradients_of_activations_are_right(activation):
    inside = torch.linspace(activation.low + 0.013, activation.high - 0.011, 12, dtype=torch.float64)
    for values in (inside, inside * 0.04 + 0.003):
        assert torch.autograd.gradcheck(lambda t: activate(Real({}), activation, t), values.clone().requires_grad_())


@pytest.mark.parametrize("turns", [0.0, 0.1, 0.25, 0.777, -0.3, 5.125])
def test_table_sine_is_a_sine(turns):
    phase = np.array([round(turns * 2**32)])
    assert sine_of_phase(phase)[0] / 4096 == pytest.approx(np.sin(2 * np.pi * turns), abs=4e-4)


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


@pytest.mark.parametrize("name", VARIANTS)
def test_exact_decoding_is_the_function_up_to_rounding(name):
    """The forward pass in float64, without any rounding of activations."""
    picture = VARIANTS[name]
    x, y = (axis_features(picture.representation, size) for size in (picture.width, picture.height))
    space = Exact(picture.parameters)
    samples = to_samples(space, picture.colour, picture.representation.forward(space, x, y))
    decoded = quantized_samples(np, samples, 255)
    real = Real({name: torch.from_numpy(parameter.values) for name, parameter in picture.parameters.items()})
    places = (torch.from_numpy(axis / 2**20) for axis in (x, y))
    expected = 255 * to_samples(real, picture.colour, picture.representation.forward(real, *places)).clip(0, 1).numpy()
    assert decoded.std() > 10
    assert np.abs(decoded - expected).max() <= 2 and np.abs(decoded - expected).mean() < 0.4


@pytest.mark.parametrize("name", functions())
def test_parameters_beyond_exact_arithmetic_are_refused(name):
    """Whichever matrix or table it is."""
    whole = container.read(container.write(picture(functions(hidden_layers=2)[name])))
    x, y = (axis_features(whole.representation, size) for size in (9, 7))
    declared = whole.representation.tensors(3, whole.width, whole.height)
    for key, tensor in whole.tensors.items():
        if declared[key].role == "bias":
            continue
        symbols = np.full_like(tensor.symbols, 32767)
        huge = QuantizedTensor(symbols, tensor.rule, 16, {"shift": 24, "mantissa": 255})
        space = Exact(whole.parameters | {key: huge.parameter})
        with pytest.raises(ValueError, match=f"{key} leaves the range of exact arithmetic"):
            if whole.grids:
                whole.representation.context(space.parameters)
            whole.representation.forward(space, x, y)


@pytest.mark.parametrize("magnitude", [1 << 20, (1 << 32) - (1 << 24)])
def test_the_first_layer_is_exact_up_to_the_last_weights_that_are_accepted(magnitude):
    """16-bit floating point has weights whose products with features float64 cannot hold."""
    random = np.random.default_rng(0)
    weights = random.choice([-magnitude, magnitude, 1 - magnitude, 1], (5, 2))
    x, y = (random.integers(-(2**20), 2**20, (n, 1)) for n in (6, 4))
    space = Exact({"w": Parameter(weights, 1), "b": Parameter(np.arange(5), 7)})
    found = space.integers(first(space, "w", "b", x, y))
    for row, column, neuron in np.ndindex(found.shape):
        parts = [int(weights[neuron, axis]) * int(place) for axis, place in enumerate((x[column, 0], y[row, 0]))]
        assert found[row, column, neuron] == sum(part + 128 >> 8 for part in parts) + (7 * neuron << 12)
    with pytest.raises(ValueError, match="w leaves the range of exact arithmetic"):
        first(Exact({"w": Parameter(np.full((5, 2), 1 << 32), 1), "b": Parameter(np.arange(5), 7)}), "w", "b", x, y)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("name", COLOURS)
def test_both_forms_of_a_colour_agree(name, channels):
    about = colour(name, channels)
    outputs = np.random.default_rng(0).uniform(-0.7, 0.7, (20, 20, channels))
    exact = Preactivation(np.rint(outputs * 2**32).astype(np.int64), 1, 0)
    expected = to_samples(Real({}), about, torch.from_numpy(exact.sums / 2**32)).numpy()
    for xp in (np, array_api_compat.torch):
        there = Preactivation(xp.asarray(exact.sums), 1, 0)
        found = to_samples(Exact({}, xp), about, there)
        assert np.abs(np.asarray(found) - 2**32 * expected).max() < 0.51
        for maximum in (255, 65535):
            samples = np.asarray(quantized_samples(xp, found, maximum))
            assert np.abs(samples - maximum * expected.clip(0, 1)).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("name", COLOURS)
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_outputs_of_no_size_are_the_mean_colour(photograph, name, channels):
    """To 1/256, which is how means are held; with no means, middle grey."""
    shown = np.concatenate([photograph, photograph[..., :1]], axis=2)[..., :channels]
    about = Colour.of(name, shown)
    middle = to_samples(Exact({}), about, Preactivation(np.zeros((1, channels), np.int64), 1, 0)) / 2**32
    expected = shown.mean(axis=(0, 1)) / 255 if name.endswith("_mean") else 0.5
    assert np.abs(middle - expected).max() < 0.006
    assert about.name == (name if channels > 2 else name.replace("ycbcr", "rgb"))


def test_ycbcr_is_pillows(photograph):
    """Which is JPEG's, rounded to 8 bits."""
    from PIL import Image

    coded = np.asarray(Image.fromarray(photograph).convert("YCbCr")).astype(np.int64)
    outputs = Preactivation((coded * 2**32 // 255) - 2**31, 1, 0)
    about = Colour("ycbcr", (128,) * 3)
    found = quantized_samples(np, to_samples(Exact({}), about, outputs), 255)
    assert np.abs(found - photograph).max() <= 2


FROZEN = {"fourier": 0x07C881B9, "nif": 0x967C46F3}


@pytest.mark.parametrize("name", FROZEN)
def test_tensors_that_do_not_travel_are_the_format(name):
    """Bytes are API: these numbers never change."""
    digest = 0
    for tensor in frozen(functions()[name].tensors(3, 40, 30)).values():
        digest = zlib.crc32((tensor.integers * tensor.units).astype("<i8").tobytes(), digest)
    assert digest == FROZEN[name]


def test_seeded_numbers_are_splitmix():
    """The first words of seed 1234567, as its authors' program prints them."""
    words = (6457827717110365317, 3203168211198807973, 9817491932198370423)
    assert seeded.uniform(1234567, 3).tolist() == [word >> 48 for word in words]
    assert seeded.normal(3, 4000).std() == pytest.approx(65536, rel=0.05)
    assert abs(seeded.normal(3, 4000).mean()) < 4000

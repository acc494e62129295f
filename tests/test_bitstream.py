"""Files: what is written is read, and nothing else is."""

import pickle
import zlib
from dataclasses import replace

import numpy as np
import pytest
from fuzz.fuzz_decode import field_spans
from variants import latents

from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import decode
from inrcodec.entropy import CHOICES, MODELS
from inrcodec.operations.colour import COLOURS, Colour
from inrcodec.quantization import RULES
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.representations import REPRESENTATIONS
from inrcodec.representations.base import travelling

SIX_BITS = Depths(bits=6)
EXCEPTIONS = {"bias1": ("per_row", 5), "weight1": ("half", 16)}
"""Of tensors that some representations have and others do not."""


def example(name="positional", depths=SIX_BITS, width=21, height=13, colour="rgb", entropy="cheapest"):
    kind = REPRESENTATIONS[name]
    defaults = {key: getattr(kind(), key) for key in kind.hyperparameters()}
    representation = kind(
        **{key: min(value, 6) if isinstance(value, int) else value for key, value in defaults.items()}
    )
    tensors = travelling(representation.tensors(3, width, height))
    depths = replace(depths, exceptions={key: each for key, each in depths.exceptions.items() if key in tensors})
    random = np.random.default_rng(3)
    parameters = representation.initial(tensors, random)
    parameters = {key: values * random.standard_normal(values.shape) for key, values in parameters.items()}
    means = (77, 128, 150) if colour.endswith("_mean") else (128,) * 3
    quantized = quantize(parameters, tensors, depths)
    grids, colour = latents(representation, width, height, random), Colour(colour, means)
    return ImplicitPicture(width, height, 3, 8, colour, representation, depths, quantized, entropy, grids)


def assert_reads_back(picture):
    read = container.read(container.write(picture))
    for item in ("width", "height", "channels", "sample_bits", "colour", "representation", "depths"):
        assert getattr(read, item) == getattr(picture, item)
    assert list(read.tensors) == list(picture.tensors)
    for name, tensor in picture.tensors.items():
        assert np.array_equal(read.tensors[name].symbols, tensor.symbols)
        assert np.array_equal(read.tensors[name].values, tensor.values)
    assert list(read.grids) == list(picture.grids)
    assert all(np.array_equal(read.grids[name], grid) for name, grid in picture.grids.items())


def resealed(data: bytes) -> bytes:
    """The same bytes with a checksum that is right again."""
    return data[:-4] + zlib.crc32(data[:-4]).to_bytes(4, "little")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", REPRESENTATIONS)
def test_what_is_written_is_read(name, rule):
    assert_reads_back(example(name, Depths(rule, 6, EXCEPTIONS)))


@pytest.mark.parametrize("entropy", CHOICES)
@pytest.mark.parametrize("bits", [2, 8, 12])
def test_under_any_entropy_model(entropy, bits):
    picture = example("siren", Depths(bits=bits), entropy=entropy)
    assert_reads_back(picture)
    names = {tensor.model.name for tensor in container.parse(container.write(picture)).tensors.values()}
    assert names == {entropy} if entropy in MODELS else names <= set(MODELS)


@pytest.mark.parametrize("colour", COLOURS)
def test_in_any_colour(colour):
    assert_reads_back(example(colour=colour))


def test_the_cheapest_model_is_no_dearer_than_any():
    sizes = {entropy: len(container.write(example(entropy=entropy))) for entropy in CHOICES}
    # Whole 32-bit words are written, of an ideal code length.
    assert sizes["cheapest"] <= min(sizes.values()) + 4


def test_tensors_in_any_order_give_the_same_file():
    picture = example(depths=Depths(bits=6, exceptions=EXCEPTIONS))
    shuffled = dict(sorted(picture.tensors.items()))
    depths = replace(picture.depths, exceptions=dict(reversed(picture.depths.exceptions.items())))
    assert list(shuffled) != list(picture.tensors)
    assert container.write(replace(picture, tensors=shuffled, depths=depths)) == container.write(picture)


@pytest.mark.parametrize("name", REPRESENTATIONS)
def test_overhead_is_small(name):
    picture = example(name, entropy="laplace")
    layout = container.parse(container.write(picture))
    assert layout.file_bytes - len(layout.payload) <= 32 + 3 * len(picture.tensors)


def test_a_tensor_unlike_the_file_says_is_not_written():
    picture = example()
    with pytest.raises(ValueError, match="weight0 is uniform of 6 bits, which the file does not say of it"):
        container.write(replace(picture, depths=Depths(bits=7)))


def test_every_flipped_bit_is_noticed():
    data = container.write(example())
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 1 << position % 8
        with pytest.raises(BitstreamError):
            decode(bytes(damaged))


def test_every_truncation_is_noticed():
    data = container.write(example())
    for length in range(len(data)):
        with pytest.raises(BitstreamError):
            decode(data[:length])


def test_exceptions_of_no_tensor_are_refused_in_writing():
    picture = replace(example(), depths=Depths(bits=6, exceptions={"weight9": ("half", 16)}))
    with pytest.raises(ValueError, match="exceptions of weight9, tensors are weight0"):
        container.write(picture)


@pytest.mark.parametrize(
    ("field", "value", "section"),
    [
        ("version", 2, "header"),
        ("width", 0, "header"),
        ("colour", 4, "header"),
        ("rule", 99, "header"),
        ("representation", 0, "header"),
        ("hidden_features", 0, "hyperparameters"),
        ("exceptions", 3, "exceptions"),
        ("tensor", 99, "exceptions"),
        ("coding", 25, "tensor weight0"),
    ],
)
def test_errors_say_where(field, value, section):
    data = bytearray(container.write(example(depths=Depths(bits=6, exceptions=EXCEPTIONS))))
    position = next(start for found, start, _ in field_spans(bytes(data[:-4])) if found.name == field)
    data[position] = value
    with pytest.raises(BitstreamError) as caught:
        container.read(resealed(bytes(data)))
    assert caught.value.section == section
    if field != "exceptions":  # one more than there are takes what follows for one
        assert caught.value.offset == position


def test_another_first_byte_is_another_file():
    with pytest.raises(BitstreamError) as caught:
        decode(b"\x88" + container.write(example())[1:])
    assert (caught.value.section, caught.value.offset) == ("magic", 0)


def test_errors_cross_processes():
    error = pickle.loads(pickle.dumps(BitstreamError("header", 7, "1..4", "9")))
    assert str(error) == "header at byte 7: expected 1..4, found 9" and error.offset == 7


@pytest.mark.parametrize("name", REPRESENTATIONS)
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 400), (3, 2)])
def test_any_size_decodes(name, width, height):
    pixels = decode(container.write(example(name, width=width, height=height)))
    assert pixels.shape == (height, width, 3)
    assert pixels.dtype == np.uint8

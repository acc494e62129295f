"""Files: what is written is read, and nothing else is."""

import pickle
import zlib

import numpy as np
import pytest

from inrcodec.bitstream import container
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import decode
from inrcodec.quantization.uniform import quantize
from inrcodec.representations import REPRESENTATIONS


def example(name="pe_siren", bits=6, width=21, height=13):
    representation = REPRESENTATIONS[name](hidden_features=12, hidden_layers=2)
    parameters = representation.initial(3, np.random.default_rng(3))
    return container.ImplicitPicture(width, height, 3, 8, representation, bits, quantize(parameters, bits))


def resealed(data: bytes) -> bytes:
    """The same bytes with a checksum that is right again."""
    return data[:-4] + zlib.crc32(data[:-4]).to_bytes(4, "little")


@pytest.mark.parametrize("bits", [2, 6, 16])
@pytest.mark.parametrize("name", list(REPRESENTATIONS))
def test_what_is_written_is_read(name, bits):
    picture = example(name, bits)
    read = container.read(container.write(picture))
    assert (read.width, read.height, read.channels, read.bits) == (21, 13, 3, bits)
    assert read.representation == picture.representation
    for tensor_name, tensor in picture.tensors.items():
        assert np.array_equal(read.tensors[tensor_name].symbols, tensor.symbols)
        assert read.tensors[tensor_name].step == tensor.step


def test_tensors_in_any_order_give_the_same_file():
    picture = example()
    shuffled = dict(sorted(picture.tensors.items()))
    assert list(shuffled) != list(picture.tensors)
    other = container.ImplicitPicture(21, 13, 3, 8, picture.representation, 6, shuffled)
    assert container.write(other) == container.write(picture)


def test_overhead_is_small():
    picture = example()
    layout = container.parse(container.write(picture))
    assert layout.file_bytes - len(layout.payload) <= 48 + 3 * len(picture.tensors)


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


@pytest.mark.parametrize(
    ("position", "value", "section"),
    [
        (0, 0x88, "magic"),
        (4, 2, "header"),
        (5, 0, "header"),
        (9, 99, "header"),
        (10, 0, "header"),
        (11, 0, "hyperparameters"),
    ],
)
def test_errors_say_where(position, value, section):
    data = bytearray(container.write(example()))
    data[position] = value
    with pytest.raises(BitstreamError) as caught:
        container.read(resealed(bytes(data)))
    assert caught.value.section == section
    assert caught.value.offset == (0 if section == "magic" else position)


def test_errors_cross_processes():
    error = pickle.loads(pickle.dumps(BitstreamError("header", 7, "1..4", "9")))
    assert str(error) == "header at byte 7: expected 1..4, found 9" and error.offset == 7


@pytest.mark.parametrize("name", list(REPRESENTATIONS))
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 400), (3, 2)])
def test_any_size_decodes(name, width, height):
    pixels = decode(container.write(example(name, width=width, height=height)))
    assert pixels.shape == (height, width, 3)
    assert pixels.dtype == np.uint8

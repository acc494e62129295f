"""Hostile files are harmless: a picture as declared or a BitstreamError, soon and in little memory."""

import random

import numpy as np
import pytest
from fuzz.fuzz_decode import CORPUS, mutated, outcome, resealed
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inrcodec.arithmetic.fixed_point import MAXIMUM_MANTISSA, MAXIMUM_SHIFT, Step
from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.bitstream.header import MAGIC
from inrcodec.decoding.decoder import decode
from inrcodec.quantization.symbols import QuantizedTensor, largest_symbol
from inrcodec.quantization.uniform import tensor_bits
from inrcodec.representations import REPRESENTATIONS

SAMPLES = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
OUTCOMES = {"decoded", "magic", "checksum", "header", "hyperparameters", "tensor", "payload", "limits", "tensors"}

repeatable = settings(derandomize=True, database=None, deadline=None)


@settings(repeatable, max_examples=300)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused(data):
    for file in (data, MAGIC + data):
        with pytest.raises(BitstreamError):
            decode(file)


@settings(repeatable, max_examples=300)
@given(st.binary(min_size=4, max_size=300))
def test_arbitrary_bytes_under_a_right_checksum(data):
    assert outcome(resealed(MAGIC + data)) in OUTCOMES


@settings(repeatable, max_examples=500)
@given(st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_mutated_files(data, other, seed):
    assert outcome(mutated(data, other, random.Random(seed))) in OUTCOMES


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_corpus(path):
    """Every file of the corpus is named after what becomes of it."""
    assert outcome(path.read_bytes()) == path.name.split("-")[0]


@st.composite
def pictures(draw) -> ImplicitPicture:
    """Any small picture that the format can hold."""
    kind = draw(st.sampled_from(list(REPRESENTATIONS.values())))
    hidden = {"hidden_features": draw(st.integers(1, 9)), "hidden_layers": draw(st.integers(1, 4))}
    if kind.name != "siren":
        hidden |= {"frequencies": draw(st.integers(1, 32)), "base_percent": draw(st.integers(101, 200))}
    channels, bits = draw(st.integers(1, 4)), draw(st.integers(2, 12))
    symbols = np.random.default_rng(draw(st.integers(0, 2**32)))
    tensors = {}
    for name, shape in kind(**hidden).shapes(channels).items():
        depth = tensor_bits(name, bits)
        largest = draw(st.sampled_from([0, 1, largest_symbol(depth)]))
        step = Step(draw(st.integers(1, MAXIMUM_MANTISSA)), draw(st.integers(0, MAXIMUM_SHIFT)))
        tensors[name] = QuantizedTensor(symbols.integers(-largest, largest, shape, endpoint=True), step, depth)
    return ImplicitPicture(
        width=draw(st.integers(1, 1 << 20)),
        height=draw(st.integers(1, 1 << 20)),
        channels=channels,
        sample_bits=draw(st.sampled_from([8, 16])),
        representation=kind(**hidden),
        bits=bits,
        tensors=tensors,
    )


def uniform(largest: bool, step: Step, bits: int, **hidden: int) -> ImplicitPicture:
    """A picture whose symbols are all 0 or all as large as can be."""
    function = REPRESENTATIONS["siren"](**hidden)
    tensors = {}
    for name, shape in function.shapes(3).items():
        depth = tensor_bits(name, bits)
        symbols = np.full(shape, largest_symbol(depth) if largest else 0, dtype=np.int64)
        tensors[name] = QuantizedTensor(symbols, step, depth)
    return ImplicitPicture(5, 3, 3, 8, function, bits, tensors)


LARGEST = uniform(True, Step(MAXIMUM_MANTISSA, MAXIMUM_SHIFT), 16, hidden_features=2, hidden_layers=1)


@settings(repeatable, max_examples=60)
@given(pictures())
@example(LARGEST)
def test_what_is_written_is_read(picture):
    data = container.write(picture)
    read = container.read(data)
    for field in ("width", "height", "channels", "sample_bits", "bits", "representation"):
        assert getattr(read, field) == getattr(picture, field)
    assert list(read.tensors) == list(picture.tensors)
    for name, tensor in picture.tensors.items():
        assert np.array_equal(read.tensors[name].symbols, tensor.symbols)
        assert (read.tensors[name].step, read.tensors[name].bits) == (tensor.step, tensor.bits)
    assert container.write(read) == data

"""Hostile files are harmless: a picture as declared or a BitstreamError, soon and in little memory."""

import json
import random
import sys

import numpy as np
import pytest
from fuzz.fuzz_decode import CORPUS, mutated, outcome, resealed
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from plain_decoder import decode as plain_decode

from inrcodec.arithmetic.fixed_point import MAXIMUM_MANTISSA, MAXIMUM_SHIFT, Step
from inrcodec.bitstream import container, header
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import Limits, decode
from inrcodec.quantization.symbols import QuantizedTensor, largest_symbol
from inrcodec.quantization.uniform import tensor_bits
from inrcodec.representations import REPRESENTATIONS

SAMPLES = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
OUTCOMES = {"decoded", "magic", "checksum", "header", "hyperparameters", "tensor", "payload", "limits", "tensors"}

repeatable = settings(derandomize=True, database=None, deadline=None)


@settings(repeatable, max_examples=300)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused(data):
    for file in (data, header.MAGIC + data):
        with pytest.raises(BitstreamError):
            decode(file)


@settings(repeatable, max_examples=300)
@given(st.binary(min_size=4, max_size=300))
def test_arbitrary_bytes_under_a_right_checksum(data):
    assert outcome(resealed(header.MAGIC + data)) in OUTCOMES


@settings(repeatable, max_examples=500)
@given(st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_mutated_files(data, other, seed):
    assert outcome(mutated(data, other, random.Random(seed))) in OUTCOMES


@settings(repeatable, max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_mutated_files_decode_alike_by_the_page(data, other, seed):
    """The other decoder's integers are of any size: ours would differ where theirs overflow."""
    data = mutated(data, other, random.Random(seed))
    try:
        layout = container.parse(data)
        assume(layout.bits < 9 and layout.parameters < 1000 and layout.width * layout.height < 400)
        ours = decode(data)
    except BitstreamError:
        with pytest.raises(ValueError):
            plain_decode(data)
    else:
        assert plain_decode(data)[4] == ours.ravel().tolist()


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


def largest_symbols(step: Step) -> ImplicitPicture:
    """A picture whose symbols are all as large as can be."""
    function = REPRESENTATIONS["siren"](hidden_features=2, hidden_layers=1)
    tensors = {}
    for name, shape in function.shapes(3).items():
        depth = tensor_bits(name, 16)
        tensors[name] = QuantizedTensor(np.full(shape, largest_symbol(depth), dtype=np.int64), step, depth)
    return ImplicitPicture(5, 3, 3, 8, function, 16, tensors)


LARGEST = largest_symbols(Step(MAXIMUM_MANTISSA, MAXIMUM_SHIFT))


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


def test_largest_steps_and_symbols_are_refused():
    with pytest.raises(BitstreamError, match="range of exact arithmetic"):
        decode(container.write(LARGEST))


@pytest.mark.parametrize("units_shift", range(MAXIMUM_SHIFT + 1))
def test_up_to_the_last_exact_step_nothing_overflows(units_shift):
    data = container.write(largest_symbols(Step(MAXIMUM_MANTISSA, units_shift)))
    try:
        ours = decode(data).ravel().tolist()
    except BitstreamError:
        with pytest.raises(ValueError, match="exact"):
            plain_decode(data)
    else:
        assert plain_decode(data)[4] == ours


def headed(name: str, channels: int = 1, scales: range = range(1), **values: int) -> bytes:
    """A header with a right checksum and no payload: words beyond the end are 0, all symbols the lowest."""
    kind = REPRESENTATIONS[name]
    values = {"version": 1, "width": 1, "height": 1, "channels": channels, "sample_bits": 8, "bits": 8} | values
    fields = header.hyperparameter_fields(kind)
    data = header.MAGIC + header.write_fields(header.PICTURE_FIELDS, values | {"representation": kind.identifier})
    data += header.write_fields(fields, values)
    for index, _ in enumerate(kind(**{field.name: values[field.name] for field in fields}).shapes(channels)):
        step = {"mantissa": 1, "shift": 0, "scale": scales[index % len(scales)]}
        data += header.write_fields(header.TENSOR_FIELDS, step)
    return resealed(data + bytes(header.CHECKSUM_BYTES))


SMALL = {"hidden_features": 1, "hidden_layers": 1}
ENCODED = SMALL | {"frequencies": 32, "base_percent": 200}
MIDDLE = {"hidden_features": 16, "hidden_layers": 1}
DEEP = {"hidden_features": 1, "hidden_layers": 16}
LARGE = {"hidden_features": 1024, "hidden_layers": 16, "frequencies": 32, "base_percent": 200}
HOSTILE = {
    # file, size asked for, what comes of it, MiB and seconds at most
    "2**40 pixels": (headed("siren", width=1 << 20, height=1 << 20, **SMALL), None, "limits", 50, 1),
    "one long row": (headed("pe_siren", width=1 << 20, **ENCODED), None, [1, 1 << 20, 1], 100, 20),
    "one long column": (headed("pe_siren", height=1 << 20, **ENCODED), None, [1 << 20, 1, 1], 100, 20),
    "all in one pixel": (headed("siren", width=1000, height=1000, **MIDDLE), (1, 1), [1, 1, 1], 50, 20),
    "one column less": (headed("siren", width=10000, **SMALL), (9999, 1), [1, 9999, 1], 50, 20),
    "most parameters": (headed("pe_siren", 4, **LARGE), None, [1, 1, 4], 500, 20),
    "most parameters, many pixels": (headed("pe_siren", 4, width=10000, height=1000, **LARGE), None, "limits", 50, 1),
    "largest alphabets": (headed("siren", scales=range(222, 256), bits=16, **DEEP), None, [1, 1, 1], 400, 20),
}
MEASURE = """
import json, sys, time
from pathlib import Path
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import Limits, decode

def peak_mib():  # resource's count begins with the parent's
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024

data, size = Path(sys.argv[1]).read_bytes(), json.loads(sys.argv[2])
before, started = peak_mib(), time.perf_counter()
try:
    found = decode(data, size).shape
except BitstreamError as error:
    found = error.section
print(json.dumps([found, peak_mib() - before, time.perf_counter() - started]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
@pytest.mark.parametrize("case", HOSTILE)
def test_a_small_file_takes_little_time_and_memory(run, tmp_path, case):
    data, size, expected, mib, seconds = HOSTILE[case]
    assert len(data) < 200
    path = tmp_path / "hostile.inr"
    path.write_bytes(data)
    result = run(sys.executable, "-c", MEASURE, path, json.dumps(size))
    assert result.returncode == 0, result.stderr
    found, grown, took = json.loads(result.stdout)
    assert found == expected
    assert grown < mib and took < seconds


def test_limits_bound_parameters_too():
    """The limit comes before the parameters are decoded, for one pixel as well."""
    with pytest.raises(BitstreamError, match="multiply-adds"):
        decode(headed("pe_siren", 4, **LARGE), limits=Limits(multiply_adds=1 << 20))

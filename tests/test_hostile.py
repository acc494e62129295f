"""Hostile files are harmless: a picture as declared or a BitstreamError, soon and in little memory."""

import json
import random
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fuzz.fuzz_decode import CORPUS, mutated, outcome, resealed
from hypothesis import HealthCheck, assume, example, given, reject, settings
from hypothesis import strategies as st
from javascript_decoder import RefusedError
from javascript_decoder import decode as javascript_decode
from variants import MEANS, function, latents, random_function

from inrcodec import entropy
from inrcodec.bitstream import container, header
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.bitstream.fields import write_field, write_fields
from inrcodec.decoding.decoder import Limits, decode
from inrcodec.entropy import MODELS
from inrcodec.operations.colour import COLOURS, Colour
from inrcodec.operations.fixed_point import MAXIMUM_SHIFT
from inrcodec.quantization import RULES
from inrcodec.quantization.base import QuantizedTensor, Rule, Settings, largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.representations import REPRESENTATIONS
from inrcodec.representations.base import travelling

SAMPLES = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
OUTCOMES = {"decoded", "magic", "checksum", "header", "hyperparameters", "exceptions"}
OUTCOMES |= {"tensor", "payload", "limits", "tensors", "representation"}

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
    """Neither overflows where the other does not, and what one refuses the other does, for the same reason."""
    data = mutated(data, other, random.Random(seed))
    try:
        layout = container.parse(data)
        assume(layout.parameters < 20_000 and layout.width * layout.height < 4000)
        ours = decode(data)
    except BitstreamError as error:
        with pytest.raises(RefusedError) as other:
            javascript_decode(data)
        if other.value.section != "representation":  # of files that are not portable it reads no more than the names
            facts = ("section", "offset", "expected")
            assert all(getattr(other.value, name) == getattr(error, name) for name in facts)
    else:
        assert np.array_equal(javascript_decode(data), ours)


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_corpus(path):
    """Every file of the corpus is named after what becomes of it."""
    assert outcome(path.read_bytes()) == path.name.split("-")[0]


@st.composite
def rule_settings(draw, rule: Rule, rows: int) -> Settings:
    """Any that a header can hold."""
    found: Settings = {"shift": draw(st.integers(0, MAXIMUM_SHIFT))} if rule.fields else {}
    for field in rule.fields:
        numbers = st.integers(field.low, field.high)
        per_row = field.name in rule.per_row
        found[field.name] = draw(st.tuples(*[numbers] * rows)) if per_row else draw(numbers)
    return found


@st.composite
def pictures(draw) -> ImplicitPicture:
    """Any picture that the format can hold, with integers of its function near the least of theirs."""
    kind = draw(st.sampled_from(list(REPRESENTATIONS.values())))
    representation = random_function(kind, random.Random(draw(st.integers(0, 2**32))), largest=6)
    # Latents are as many as pixels.
    sides = st.integers(1, 40 if kind.has_grids else 1 << 20)
    channels, width, height = draw(st.integers(1, 4)), draw(sides), draw(sides)
    colour = draw(st.sampled_from(COLOURS if channels > 2 else [name for name in COLOURS if "ycbcr" not in name]))
    means = MEANS[:channels] if colour.endswith("_mean") else (128,) * channels
    declared = travelling(representation.tensors(channels, width, height))
    one = st.tuples(st.sampled_from(list(RULES)), st.integers(2, 10))
    rule, bits = draw(one)
    exceptions = draw(st.dictionaries(st.sampled_from(list(declared)[:256]), one, max_size=4))
    exceptions = {name: (rule, RULES[rule].fixed_bits or bits) for name, (rule, bits) in exceptions.items()}
    depths = Depths(rule, bits, {name: exceptions[name] for name in declared if name in exceptions})
    symbols = np.random.default_rng(draw(st.integers(0, 2**32)))
    tensors = {}
    for name, tensor in declared.items():
        rule, bits = depths.of(name, tensor.role)
        largest = draw(st.sampled_from([0, 1, largest_symbol(bits)]))
        drawn = symbols.integers(-largest, largest, tensor.shape, endpoint=True)
        tensors[name] = QuantizedTensor(drawn, rule, bits, draw(rule_settings(rule, tensor.shape[0])), tensor.base)
    # Searching the best scale of 2**16 symbols takes a second.
    models = entropy.CHOICES if max(tensor.bits for tensor in tensors.values()) < 15 else ["raw"]
    sample_bits, model = draw(st.sampled_from([8, 16])), draw(st.sampled_from(models))
    shown, grids = Colour(colour, means), latents(representation, width, height, symbols)
    picture = ImplicitPicture(
        width, height, channels, sample_bits, shown, representation, depths, tensors, model, grids
    )
    if grids:
        try:
            representation.context(picture.parameters)
        except ValueError:
            reject()
    return picture


def largest_symbols(rule: str, shift: int, name: str = "siren") -> ImplicitPicture:
    """A picture whose symbols are all as large as can be, but for those under which others are coded."""
    representation = function(name, hidden_features=2, hidden_layers=1, projections=2, frequencies=2, levels=2)
    declared = travelling(representation.tensors(3, 5, 3))
    bits = RULES[rule].fixed_bits or 16
    tensors = {}
    for key, tensor in declared.items():
        settings: Settings = {"shift": shift} if RULES[rule].fields else {}
        for field in RULES[rule].fields:
            settings[field.name] = (field.high,) * tensor.shape[0] if field.name in RULES[rule].per_row else field.high
        symbols = np.full(tensor.shape, 0 if key == "context" else largest_symbol(bits), dtype=np.int64)
        tensors[key] = QuantizedTensor(symbols, RULES[rule], bits, settings, tensor.base)
    depths, grids = Depths(exceptions=dict.fromkeys(declared, (rule, bits))), representation.grids(5, 3)
    latents = {
        key: np.arange(height * width, dtype=np.int16).reshape(height, width) for key, (height, width) in grids.items()
    }
    return ImplicitPicture(5, 3, 3, 8, Colour("rgb", (128,) * 3), representation, depths, tensors, "raw", latents)


@settings(repeatable, max_examples=60)
@given(pictures())
@example(largest_symbols("uniform", MAXIMUM_SHIFT))
def test_what_is_written_is_read(picture):
    data = container.write(picture)
    read = container.read(data)
    for field in ("width", "height", "channels", "sample_bits", "colour", "representation", "depths"):
        assert getattr(read, field) == getattr(picture, field)
    assert list(read.tensors) == list(picture.tensors)
    for name, tensor in picture.tensors.items():
        found = read.tensors[name]
        assert np.array_equal(found.symbols, tensor.symbols)
        assert (found.rule, found.bits, found.settings) == (tensor.rule, tensor.bits, tensor.settings)
    assert list(read.grids) == list(picture.grids)
    assert all(np.array_equal(read.grids[name], grid) for name, grid in picture.grids.items())
    assert container.write(replace(read, entropy=picture.entropy)) == data


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", REPRESENTATIONS)
def test_largest_steps_and_symbols_are_refused(name, rule):
    with pytest.raises(BitstreamError, match="range of exact arithmetic"):
        decode(container.write(largest_symbols(rule, MAXIMUM_SHIFT, name)))


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.fields])
@pytest.mark.parametrize("name", REPRESENTATIONS)
def test_up_to_the_last_exact_step_nothing_overflows(name, rule):
    """Doubles in one decoder; in the other one, sums modulo 2**32 of digits, and doubles in another order."""
    outcomes = set()
    for shift in range(MAXIMUM_SHIFT + 1):
        data = container.write(largest_symbols(rule, shift, name))
        try:
            ours = decode(data)
            outcomes.add("decoded")
        except BitstreamError:
            outcomes.add("refused")
            with pytest.raises(RefusedError, match="exact"):
                javascript_decode(data)
        else:
            assert all(np.array_equal(javascript_decode(data, web_assembly=on), ours) for on in (True, False))
    assert outcomes == {"decoded", "refused"}


def headed(name: str, channels: int = 1, scales: range = range(1), bits: int = 8, **values: Any) -> bytes:
    """A header with a right checksum and no payload: words beyond the end are 0, all symbols the lowest.

    `values`: the picture's `width` and `height`, the function's settings, and `rule` and `model` of all tensors.
    """
    representation = function(name, **values)
    rule, model = RULES[values.get("rule", "uniform")], MODELS[values.get("model", "laplace")]
    about = {"version": 1, "width": 1, "height": 1, "channels": channels, "sample_bits": 8, "colour": 0}
    about |= {key: values[key] for key in about if key in values}
    about |= {"rule": rule.identifier, "bits": bits, "representation": representation.identifier}
    data = header.MAGIC + write_fields(header.PICTURE_FIELDS, about) + write_fields(header.FUNCTION_FIELDS, about)
    for field in header.hyperparameter_fields(type(representation)):
        declared = representation.hyperparameters()[field.name]
        data += write_field(field, declared.stored(getattr(representation, field.name)))
    data += write_field(header.EXCEPTIONS_FIELD, 0)
    depths = Depths(rule.name, bits)
    for index, (key, tensor) in enumerate(travelling(representation.tensors(channels, 1, 1)).items()):
        said, depth = depths.of(key, tensor.role)
        data += write_field(header.CODING_FIELD, model.identifier << header.SHIFT_BITS)
        for field in said.fields:
            data += write_field(field, field.low) * (tensor.shape[0] if field.name in said.per_row else 1)
        model_settings = model.settings(np.zeros(1, np.int64), largest_symbol(depth))
        if "scale" in model_settings:
            model_settings["scale"] = scales[index % len(scales)]
        data += model.write(model_settings, largest_symbol(depth))
    return resealed(data + bytes(header.CHECKSUM_BYTES))


SMALL = {"hidden_features": 1, "hidden_layers": 1}
ENCODED = SMALL | {"frequencies": 32, "base": 2.0}
MIDDLE = {"hidden_features": 16, "hidden_layers": 1}
DEEP = {"hidden_features": 1, "hidden_layers": 16}
LARGE = {"hidden_features": 1024, "hidden_layers": 16, "frequencies": 32, "base": 2.0}
GRIDS = SMALL | {"levels": 16, "table_bits": 16, "table_features": 8, "coarsest": 1024, "growth": 4.0}
PROJECTED = SMALL | {"projections": 512, "deviation": 100.0, "seed": 65535}
NIF = LARGE | {"last_features": 1024}
LATENTS = {"levels": 12, "neighbours": 16, "context_features": 64, "synthesis_features": 128}
HOSTILE = {
    # file, size asked for, what comes of it, MiB and seconds at most
    "2**40 pixels": (headed("siren", width=1 << 20, height=1 << 20, **SMALL), None, "limits", 50, 1),
    "one long row": (headed("positional", width=1 << 20, **ENCODED), None, [1, 1 << 20, 1], 100, 20),
    "one long column": (headed("positional", height=1 << 20, **ENCODED), None, [1 << 20, 1, 1], 100, 20),
    "all in one pixel": (headed("siren", width=1000, height=1000, **MIDDLE), (1, 1), [1, 1, 1], 50, 20),
    "one column less": (headed("siren", width=10000, **SMALL), (9999, 1), [1, 9999, 1], 50, 20),
    "most parameters": (headed("positional", 4, **LARGE), None, [1, 1, 4], 500, 20),
    "most parameters, many pixels": (headed("positional", 4, width=10000, height=1000, **LARGE), None, "limits", 50, 1),
    "largest alphabets": (headed("siren", scales=range(222, 256), bits=16, **DEEP), None, [1, 1, 1], 400, 20),
    "largest bells": (
        headed("siren", scales=range(222, 256), bits=16, model="gaussian", **DEEP),
        None,
        [1, 1, 1],
        400,
        20,
    ),
    "16 bits of anything": (headed("siren", bits=16, model="raw", **DEEP), None, [1, 1, 1], 400, 20),
    "largest tables": (headed("hash_grid", **GRIDS), None, [1, 1, 1], 500, 20),
    "largest tables, one long row": (headed("hash_grid", width=1 << 16, **GRIDS), None, [1, 1 << 16, 1], 500, 30),
    "finest grids, many pixels": (
        headed("hash_grid", width=13000, height=13000, hidden_features=1024, hidden_layers=16, levels=16),
        None,
        "limits",
        50,
        1,
    ),
    "many projections": (headed("fourier", width=1 << 16, **PROJECTED), None, [1, 1 << 16, 1], 100, 20),
    "most projections, many pixels": (
        headed("fourier", width=13000, height=13000, hidden_features=64, hidden_layers=1, projections=512),
        None,
        "limits",
        50,
        1,
    ),
    "most neurons": (headed("nif", 4, **NIF), None, [1, 1, 4], 500, 20),
    "most neurons, many pixels": (headed("nif", 4, width=1000, height=1000, **NIF), None, "limits", 50, 1),
    "rows without numbers": (resealed(headed("hash_grid", rule="per_row", **GRIDS)[:60]), None, "tensor table0", 50, 1),
    "2**40 latents": (headed("pyramid", width=1 << 20, height=1 << 20), None, "limits", 50, 1),
    "latents of one long row": (headed("pyramid", width=1 << 15, levels=1), None, [1, 1 << 15, 1], 50, 20),
    "latents of one long column": (headed("pyramid", height=1 << 15, levels=1), None, [1 << 15, 1, 1], 50, 20),
    "latents of many pixels": (headed("pyramid", width=1000, height=1000), (1, 1), [1, 1, 1], 100, 30),
    "largest context": (headed("pyramid", rule="half", **LATENTS), None, "payload", 50, 1),
    "one symbol 2**24 times": (headed("positional", 4, bits=16, model="histogram", **LARGE), None, [1, 1, 4], 500, 20),
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
    assert len(data) < 300
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
        decode(headed("positional", 4, **LARGE), limits=Limits(multiply_adds=1 << 20))
    with pytest.raises(BitstreamError, match="multiply-adds"):
        decode(headed("hash_grid", **GRIDS), limits=Limits(multiply_adds=1 << 20))

"""The decoder in JavaScript: with its kernel and without, views, facts, other integers, refusals, priors.

tests/test_golden.py, test_hostile.py, test_latents.py and test_priors.py decode by it too.
"""

import base64
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import wasmtime
from fuzz.fuzz_decode import field_spans, resealed
from javascript_decoder import RefusedError, call, decode
from test_golden import DECODED, DIGESTS, FOLDER, REFUSED, sha256
from variants import function, functions, picture

import inrcodec
from inrcodec import priors
from inrcodec.bitstream import container, latents
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import Limits
from inrcodec.decoding.decoder import decode as python_decode
from inrcodec.entropy.scaled import SCALES, gaussian_frequencies, laplace_frequencies
from inrcodec.representations import REPRESENTATIONS, Meta, Pyramid
from inrcodec.viewer import prior_script

VIEWER = Path(inrcodec.__file__).parent / "viewer"
SCRIPT = (VIEWER / "decoder.js").read_text()
SIZE = (70, 45)
SMALL = {"hidden_features": 9, "hidden_layers": 2, "projections": 6, "levels": 4, "frequencies": 5}
FUNCTIONS = functions(with_grids=False, **SMALL)
both_ways = pytest.mark.parametrize("web_assembly", [True, False], ids=["kernel", "plain"])


def file_of(representation, **settings) -> bytes:
    return container.write(picture(representation, **settings))


def view(left: int, top: int, width: int, height: int, virtual_width: int, virtual_height: int) -> dict[str, int]:
    return {
        "left": left,
        "top": top,
        "width": width,
        "height": height,
        "virtualWidth": virtual_width,
        "virtualHeight": virtual_height,
    }


# The kernel.


def test_the_kernel_is_that_of_its_text():
    literal = re.search(r"const KERNEL =(.*?);\n", SCRIPT, flags=re.DOTALL).group(1)
    embedded = base64.b64decode("".join(re.findall(r'"([^"]*)"', literal)))
    assert embedded == bytes(wasmtime.wat2wasm((VIEWER / "kernel.wat").read_text()))


def test_the_kernel_is_used_where_it_is_wanted():
    function = """(data, kernel) => {
      const Instance = WebAssembly.Instance;
      let count = 0;
      WebAssembly.Instance = class extends Instance { constructor(...all) { super(...all); count++; } };
      inr.useWebAssembly(kernel);
      inr.parse(data).samples();
      WebAssembly.Instance = Instance;
      return count;
    }"""
    data = (FOLDER / "siren_uniform.inr").read_bytes()
    assert [call(function, data, kernel) for kernel in (True, False)] == [1, 0]


def test_where_there_is_no_web_assembly_all_is_plain():
    function = """(data) => {
      const fresh = {};
      new Function("globalThis", "WebAssembly", inr.source)(fresh, undefined);
      return fresh.inr.parse(data).samples();
    }"""
    data = (FOLDER / "siren_uniform.inr").read_bytes()
    assert np.array_equal(call(function, data), python_decode(data).ravel())


@pytest.mark.parametrize("name", DECODED)
@both_ways
def test_golden_files(name, web_assembly):
    samples = decode((FOLDER / name).read_bytes(), web_assembly=web_assembly)
    assert sha256(samples.tobytes()) == DIGESTS[name]["samples_sha256"]


@pytest.mark.parametrize("rule", ["uniform", "half"])
@pytest.mark.parametrize("name", [*REPRESENTATIONS, "siren-relu"])
@both_ways
def test_wide_layers(name, rule, web_assembly):
    """More neurons than are taken together, weights of more than one digit, more pixels than a batch."""
    name, _, activation = name.partition("-")
    settings = {"activation": activation} if activation else {}
    wide = function(name, hidden_features=77, projections=70, levels=5, **settings)
    data = file_of(wide, rule=rule, bits=13, sample_bits=16)
    assert np.array_equal(decode(data, web_assembly=web_assembly), python_decode(data))


def test_sums_beyond_32_bits_where_no_turn_hides_them():
    """Rectified activations, all as large as can be, times weights of one sign."""
    about = function("siren", hidden_features=77, hidden_layers=2, activation="relu")
    said = picture(about, bits=16)
    tensors = said.tensors | {
        "weight0": replace(said.tensors["weight0"], symbols=np.zeros((77, 2), np.int64)),
        "bias0": replace(
            said.tensors["bias0"], symbols=np.full(77, (1 << 19) - 1), settings={"mantissa": 255, "shift": 4}
        ),
        "weight1": replace(
            said.tensors["weight1"],
            symbols=1000 - np.arange(77 * 77).reshape(77, 77) % 3,
            settings={"mantissa": 33, "shift": 0},
        ),
        "bias1": replace(said.tensors["bias1"], symbols=-np.arange(77) * 6000, settings={"mantissa": 38, "shift": 3}),
    }
    data = container.write(replace(said, tensors=tensors, sample_bits=16))
    expected = python_decode(data)
    assert all(np.array_equal(decode(data, web_assembly=on), expected) for on in (True, False))
    assert 0 < expected[..., 0].max() < 65535


# Symbols.


@pytest.mark.parametrize("model", ["laplace", "gaussian"])
def test_frequencies_of_every_scale(model):
    known = {"laplace": laplace_frequencies, "gaussian": gaussian_frequencies}[model]
    for scale in range(0, SCALES, 5):
        for largest in (1, 127, 2047):
            coded = {"model": model, "scale": scale, "largest": largest}
            table = call("(coded) => inr.operations.frequencies(coded).table", coded)
            assert np.array_equal(np.diff(table), known(scale, largest)), (scale, largest)


def test_the_range_decoder_tells_the_last_point_of_a_symbol_from_the_first_one_of_the_next():
    """States of 64 bits, which doubles round."""
    function = """(states) => states.map(([distanceHigh, distanceLow, rangeHigh, rangeLow, second]) => {
      const coder = new inr.operations.RangeDecoder(new Uint8Array(0));
      Object.assign(coder, { high: distanceHigh, low: distanceLow, rangeHigh, rangeLow });
      return coder.symbol(Int32Array.of(0, second, 2 ** 24));
    })"""
    random, states, expected = np.random.default_rng(0), [], []
    for seed in range(20_000):
        # Just above a power of two the rounding of a distance is the coarsest, just below one that of a quotient.
        second = (1 << 24) - 1 - int(random.integers(1 << 16)) if seed % 2 else int(random.integers(1, 1 << 24))
        scale = (1 << int(random.integers(32, 40))) + int(random.integers(1 << 32))
        for distance, symbol in ((scale * second, 1), (scale * second - 1, 0)):
            whole = scale << 24
            states.append([*divmod(distance, 1 << 20), *divmod(whole, 1 << 20), second])
            expected.append(symbol)
    assert call(function, states) == expected


# Views.


@pytest.mark.parametrize("name", [*FUNCTIONS, "pyramid"])
@both_ways
def test_areas_are_crops_of_the_whole(name, web_assembly):
    data = file_of(FUNCTIONS.get(name) or Pyramid(), channels=3)
    whole = decode(data, web_assembly=web_assembly)
    for left, top, width, height in ((0, 0, 70, 45), (13, 7, 31, 20), (69, 44, 1, 1), (0, 44, 70, 1)):
        part = decode(data, view(left, top, width, height, *SIZE), web_assembly)
        assert np.array_equal(part, whole[top : top + height, left : left + width])


def test_areas_of_a_pyramid_meet():
    """Larger than what is synthesized together."""
    data = file_of(Pyramid(levels=5), width=600, height=270)
    whole = python_decode(data)
    assert np.array_equal(decode(data), whole)
    function = "(data, view) => { const picture = inr.parse(data); return [picture.samples(view), picture.samples()]; }"
    part, all_of_it = call(function, data, view(300, 250, 210, 15, 600, 270))
    assert np.array_equal(part, whole[250:265, 300:510].ravel())
    assert np.array_equal(all_of_it, whole.ravel())


@pytest.mark.parametrize("size", [(9, 6), (70, 6), (1, 1), (500, 300), (999_983, 1_048_576)])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_evaluated_at_the_centres_of_any_pixels(name, size):
    """As the same function of a picture that has so many."""
    said = picture(FUNCTIONS[name], sample_bits=16)
    left, top = size[0] // 3, size[1] // 4
    part = left, top, min(40, size[0] - left), min(30, size[1] - top)
    larger = container.write(replace(said, width=size[0], height=size[1]))
    found = decode(container.write(said), view(*part, *size))
    assert np.array_equal(found, python_decode(larger, region=part))


@pytest.mark.parametrize("name", ["positional-sine", "hash_grid"])
def test_a_function_is_smooth_at_any_depth(name):
    """Far beyond the sizes that files have, a view of one pixel's middle is its sample."""
    data, depth = file_of(FUNCTIONS[name]), 3**19
    width, height = 70 * depth, 45 * depth
    middle = decode(data, view(12 * depth + depth // 2 - 4, 34 * depth + depth // 2 - 4, 9, 9, width, height))
    assert (middle == decode(data)[34, 12]).all()


@pytest.mark.parametrize("size", [(70, 200), (211, 45), (71, 46), (1000, 777)])
@pytest.mark.parametrize("sample_bits", [8, 16])
def test_a_pyramid_is_enlarged_as_the_page_says(size, sample_bits):
    data = file_of(Pyramid(), sample_bits=sample_bits, bits=10)
    for part in ((0, 0, min(70, size[0]), 40), (size[0] - 30, size[1] - 20, 30, 20)):
        assert np.array_equal(decode(data, view(*part, *size)), python_decode(data, size=size, region=part))


def test_a_pyramid_is_shrunk_to_samples_of_its_own():
    data = file_of(Pyramid(), width=72, height=45)
    assert np.array_equal(decode(data, view(0, 0, 24, 15, 24, 15)), python_decode(data)[1::3, 1::3])


@pytest.mark.parametrize("sample_bits", [8, 16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_canvas_gets_what_it_takes(channels, sample_bits):
    data = file_of(FUNCTIONS["siren-sine"], channels=channels, sample_bits=sample_bits)
    found = call("(data) => inr.parse(data).rgba()", data).reshape(45, 70, 4)
    samples = np.rint(python_decode(data) / (1 if sample_bits == 8 else 257)).astype(np.uint8)
    colour = samples if channels > 2 else samples[..., [0, 0, 0]]
    assert np.array_equal(found[..., :3], colour[..., :3])
    assert np.array_equal(found[..., 3], samples[..., -1] if channels % 2 == 0 else np.full((45, 70), 255))


@pytest.mark.parametrize(
    "wrong", [(0, 0, 71, 45, 70, 45), (-1, 0, 5, 5, 70, 45), (0, 0, 0, 5, 70, 45), (0, 0, 5, 5.5, 70, 45)]
)
def test_a_view_is_inside_the_picture(wrong):
    with pytest.raises(RefusedError, match=r"^the view is empty or outside the picture$"):
        decode(file_of(FUNCTIONS["siren-sine"]), view(*wrong))


# Facts.


@pytest.mark.parametrize("name", [*FUNCTIONS, "pyramid"])
def test_what_a_file_says_of_itself(name):
    data = file_of(FUNCTIONS.get(name) or Pyramid(), colours="ycbcr_mean")
    layout, info, said = container.parse(data), inrcodec.info(data), container.read(data)
    found = call("(data) => inr.parse(data)", data)
    assert found["hyperparameters"] == {key: info[key] for key in type(said.representation).hyperparameters()}
    names = ("width", "height", "channels", "colour", "rule", "bits", "representation")
    assert {key: found[key] for key in names} == {key: info[key] for key in names}
    assert (found["sampleBits"], found["bytes"]) == (8, len(data))
    assert found["macsPerPixel"] == layout.multiply_adds
    ends = [0, *np.cumsum([section["bytes"] for section in found["sections"]]).tolist()]
    assert [section["offset"] for section in found["sections"]] == ends[:-1] and ends[-1] == len(data)
    sections = ["header", *(f"tensor {tensor}" for tensor in layout.tensors), "payload", "checksum"]
    assert [section["name"] for section in found["sections"]] == sections
    assert found["sections"][-2]["offset"] == layout.header_bytes
    for tensor, (key, coded) in zip(found["tensors"], layout.tensors.items(), strict=True):
        symbols = said.tensors[key].symbols
        assert (tensor["name"], tensor["shape"], tensor["rule"]) == (key, list(symbols.shape), coded.rule.name)
        assert (tensor["bits"], tensor["model"]) == (coded.bits, coded.model.name)
        assert np.array_equal(tensor["symbols"], symbols.ravel())
        assert tensor["codedBits"] == pytest.approx(coded.code_bits(symbols))


LOOK_AT_GRIDS = "(picture) => picture.grids.map((g) => ({ ...g, bits: g.bitsPerLatent, codedBits: g.codedBits }))"


def test_what_latents_cost():
    data = file_of(Pyramid(levels=4), width=97, height=65)
    said = container.read(data)
    grids = call(f"(data) => ({LOOK_AT_GRIDS})(inr.parse(data))", data)
    costs = latents.costs(list(said.grids.values()), said.representation.context(said.parameters))
    assert [grid["level"] for grid in grids] == [0, 1, 2, 3]
    for grid, (name, expected), cost in zip(reversed(grids), said.grids.items(), costs, strict=True):
        assert f"latent{grid['level']}" == name and (grid["height"], grid["width"]) == expected.shape
        assert np.array_equal(grid["latents"], expected.ravel())
        assert grid["bits"] == pytest.approx(cost.ravel(), rel=1e-5)
        assert grid["codedBits"] == pytest.approx(cost.sum(), rel=1e-5)


# Other integers.


@pytest.mark.parametrize("name", ["positional-sine", "hash_grid", "pyramid"])
def test_other_symbols_are_the_file_that_has_them(name):
    said = container.read(file_of(FUNCTIONS.get(name) or Pyramid()))
    index, key = len(said.tensors) - 1 - (name == "pyramid"), list(said.tensors)[-1 - (name == "pyramid")]
    other = said.tensors[key].symbols.copy()
    other.flat[:3] = 5, -7, 0
    changed = replace(said, tensors=said.tensors | {key: replace(said.tensors[key], symbols=other)})
    function = """(data, index, symbols) => {
      const before = inr.parse(data), first = before.samples();
      const after = before.withSymbols(index, symbols).samples();
      return [first, after, before.samples()];
    }"""
    first, after, again = call(function, container.write(said), index, other.ravel().astype(np.int32))
    assert np.array_equal(after, python_decode(container.write(changed)).ravel())
    assert np.array_equal(first, again) and not np.array_equal(first, after)


def test_other_latents_are_the_file_that_has_them():
    said = container.read(file_of(Pyramid(levels=4)))
    other = np.zeros_like(said.grids["latent2"])
    other.flat[[3, 50]] = 40, -1000
    changed = replace(said, grids=said.grids | {"latent2": other})
    function = f"""(data, latents) => {{
      const picture = inr.parse(data).withLatents(2, latents);
      return [picture.samples(), ({LOOK_AT_GRIDS})(picture)];
    }}"""
    samples, grids = call(function, container.write(said), other.ravel())
    assert np.array_equal(samples, python_decode(container.write(changed)).ravel())
    costs = latents.costs(list(changed.grids.values()), changed.representation.context(changed.parameters))
    assert [grid["codedBits"] for grid in reversed(grids)] == pytest.approx([cost.sum() for cost in costs], rel=1e-5)


def test_as_many_integers_are_wanted_as_there_were():
    data = file_of(Pyramid(levels=4))
    for change in ("withSymbols(0, [1])", "withLatents(0, [1])"):
        with pytest.raises(RefusedError, match=r"^\d+ integers are wanted, not 1$"):
            call(f"(data) => inr.parse(data).{change}", data)


# Refusals.


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_are_in_the_same_words(name):
    data = (FOLDER / name).read_bytes()
    with pytest.raises(BitstreamError) as ours:
        python_decode(data)
    with pytest.raises(RefusedError) as other:
        decode(data)
    words = str(ours.value)
    # What the library of the range coder says is its own.
    assert str(other.value) == re.sub(r"\(Tried to decode .*\)", "(a target of 2**24 or more)", words)


def test_limits_are_on_what_is_asked_for_and_on_all_latents():
    for data, area in ((file_of(Pyramid()), (0, 0, 1, 1)), (file_of(FUNCTIONS["siren-sine"]), (0, 0, 70, 45))):
        with pytest.raises(BitstreamError) as ours:
            python_decode(data, region=area, limits=Limits(pixels=100))
        with pytest.raises(RefusedError) as other:
            call("(data, view) => inr.parse(data, { maxPixels: 100 }).samples(view)", data, view(*area, *SIZE))
        assert str(other.value) == str(ours.value)


def test_a_file_that_is_not_portable_is_refused_by_the_class_it_wants():
    data = (FOLDER / "siren_uniform.inr").read_bytes()
    (place,) = [start for field, start, _ in field_spans(data[:-4]) if field.name == "representation"]
    texts = [b"mine:Net", b"{}", b'{"w": [3]}']
    described = b"".join(bytes([len(text)]) + text for text in texts)
    tensors = bytes.fromhex("00 00 01 01 00 00 00 00")  # no exceptions; uniform, laplace; the checksum
    data = resealed(data[:place] + b"\xff\x03" + described + tensors)
    with pytest.raises(BitstreamError) as ours:
        python_decode(data)
    with pytest.raises(RefusedError) as caught:
        decode(data)
    assert str(ours.value) == str(caught.value)
    words = "representation at byte 0: expected the class mine:Net, for this file is not portable, found none given"
    assert str(caught.value) == words


# Priors.

FRESH = 'const fresh = {}; new Function("globalThis", inr.source)(fresh); const { inr: own } = fresh;'


@pytest.mark.parametrize("number", [3, 6])
def test_scripts_of_priors_make_their_files_decode(number):
    about = Meta(**priors.STARTS[6], prior=6) if number == 6 else Pyramid(prior=3, **priors.NETWORKS)
    data = file_of(about)
    function = f"(data, script) => {{ {FRESH} new Function('inr', script)(own); return own.parse(data).samples(); }}"
    assert np.array_equal(call(function, data, prior_script(number)), python_decode(data).ravel())
    with pytest.raises(RefusedError, match=f"prior {number} is not installed") as caught:
        call(f"(data) => {{ {FRESH} return own.parse(data); }}", data)
    assert caught.value.prior == number


def test_a_prior_with_another_number_in_it_is_not_the_files():
    data = file_of(Meta(**priors.STARTS[6], prior=6))
    script = re.sub(r'"values":\[(-?\d+)', lambda found: f'"values":[{int(found[1]) + 1}', prior_script(6), count=1)
    with pytest.raises(RefusedError, match="prior 6 has digest") as caught:
        call(f"(data, script) => {{ {FRESH} new Function('inr', script)(own); own.parse(data); }}", data, script)
    assert caught.value.prior is None


def test_a_prior_script_is_one_statement_of_json():
    found = re.fullmatch(r"inr\.addPrior\(6, (.*)\);\n", prior_script(6))
    arrays = json.loads(found[1])
    assert {name: array["shape"] for name, array in arrays.items()} == {
        name: list(array.shape) for name, array in priors.load(6).items()
    }


def test_the_script_is_small():
    assert len(gzip.compress(SCRIPT.encode(), 9)) < 24 << 10

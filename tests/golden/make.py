"""Write the golden files beside this script: `python tests/golden/make.py`.

Pictures of random parameters over all lists, files made by hand, and files that a decoder must refuse. A change in any
of them is a change of the format. A new representation, activation, rule, entropy model or colour gets its own.
"""

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from inrcodec.bitstream import container
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.bitstream.fields import Field, Reader
from inrcodec.bitstream.header import CHECKSUM_BYTES, MAGIC
from inrcodec.decoding.decoder import decode
from inrcodec.entropy import CHEAPEST, MODELS
from inrcodec.entropy.scaled import laplace_frequencies
from inrcodec.operations.activations import ACTIVATIONS, UNIT
from inrcodec.operations.colour import COLOURS, Colour
from inrcodec.operations.fixed_point import Step
from inrcodec.quantization import RULES
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.representations import REPRESENTATIONS, Representation
from inrcodec.representations.base import travelling

FOLDER = Path(__file__).parent
SMALL = 4
"""Integer hyperparameters are at most this."""
MEANS = (96, 140, 118, 200)
SIX_BITS, ELEVEN_BITS = Depths(bits=6), Depths(bits=11)


class Golden(NamedTuple):
    """A file and what it tests; for those to refuse, the rule in `plain_decoder`'s words."""

    what: str
    data: bytes
    rule: str = ""


def small(name: str, **settings: Any) -> Representation:
    """A representation of few parameters."""
    kind = REPRESENTATIONS[name]
    defaults = {key: getattr(kind(), key) for key in kind.hyperparameters()}
    limited = {key: min(value, SMALL) for key, value in defaults.items() if isinstance(value, int)}
    return kind(**defaults | limited | settings)


def colour(name: str, channels: int) -> Colour:
    has_means = Colour(name, ()).has_means
    return Colour(name, MEANS[:channels] if has_means else (128,) * channels)


def picture(
    name: str,
    size: tuple[int, int] = (17, 13),
    channels: int = 3,
    sample_bits: int = 8,
    depths: Depths = SIX_BITS,
    contrast: float = 5,
    colours: str = "rgb",
    entropy: str = "laplace",
    **settings: Any,
) -> bytes:
    """A file of random parameters, tables and the last weights times `contrast`."""
    representation = small(name, **settings)
    tensors = travelling(representation.tensors(channels, *size))
    # The old generator, because NumPy promises that its numbers never change.
    random = np.random.RandomState(7)
    parameters = representation.initial(tensors, random)
    last = [key for key, tensor in tensors.items() if tensor.role == "weight"][-1]
    for key, tensor in tensors.items():
        larger = contrast if key == last or tensor.role == "table" else 1
        # Symbols as those of a fit: many small ones, few large ones.
        parameters[key] *= larger * random.standard_normal(tensor.shape)
    quantized = quantize(parameters, tensors, depths)
    picture = container.ImplicitPicture(
        *size, channels, sample_bits, colour(colours, channels), representation, depths, quantized, entropy
    )
    return container.write(picture)


def handmade(
    name: str,
    values: dict[str, tuple[list[int], dict[str, Any]]],
    depths: Depths = ELEVEN_BITS,
    size: tuple[int, int] = (5, 3),
    channels: int = 1,
    colours: str = "rgb",
    **settings: Any,
) -> bytes:
    """A file of two hidden layers, all else the least; `values`: symbols and settings, else 0 and the least."""
    declared = REPRESENTATIONS[name].hyperparameters()
    least = {key: one.value(one.low) for key, one in declared.items()} | {"hidden_layers": 2}
    representation = REPRESENTATIONS[name](**least | settings)
    tensors = {}
    for key, tensor in travelling(representation.tensors(channels, *size)).items():
        rule, bits = depths.of(key, tensor.role)
        symbols, given = values.get(key, ([], {}))
        array = np.zeros(tensor.shape, dtype=np.int64)
        array.flat[: len(symbols)] = symbols
        rows = {item.name: (item.low,) * tensor.shape[0] for item in rule.fields if item.name in rule.per_row}
        lowest = ({"shift": 0} if rule.fields else {}) | {item.name: item.low for item in rule.fields} | rows
        tensors[key] = QuantizedTensor(array, rule, bits, lowest | given)
    picture = container.ImplicitPicture(
        *size, channels, 8, colour(colours, channels), representation, depths, tensors, "raw"
    )
    return container.write(picture)


def step(mantissa: int, shift: int) -> dict[str, int]:
    return {"mantissa": mantissa, "shift": shift}


def sealed(body: bytes) -> bytes:
    """The bytes and their checksum."""
    return body + zlib.crc32(body).to_bytes(4, "little")


def varint(value: int) -> bytes:
    data = b""
    while value > 0x7F:
        data, value = data + bytes([value & 0x7F | 0x80]), value >> 7
    return data + bytes([value])


def with_payload(data: bytes, payload: bytes) -> bytes:
    """The file with another payload."""
    return sealed(data[: container.parse(data).header_bytes] + payload)


def place(data: bytes, field: str, which: int = 0) -> tuple[int, int]:
    """From where to where a field of that name lies."""
    return [(start, stop) for found, start, stop in fields(data) if found.name == field][which]


def fields(data: bytes) -> list[tuple[Field, int, int]]:
    """The fields of a header, and from where to where each lies."""
    spans: list[tuple[Field, int, int]] = []
    container.read_layout(Reader(data, len(MAGIC), len(data) - CHECKSUM_BYTES, spans))
    return spans


def patched(data: bytes, **fields: bytes) -> bytes:
    """The file with other bytes for the first fields of these names."""
    body = data[:-4]
    for (start, stop), new in sorted(((place(data, name), new) for name, new in fields.items()), reverse=True):
        body = body[:start] + new + body[stop:]
    return sealed(body)


def with_model(data: bytes, model: str, settings: bytes) -> bytes:
    """The file, whose first tensor is uniform and raw, with another entropy model for it and the same payload."""
    (coding, _), (_, end) = place(data, "coding"), place(data, "mantissa")
    identifier = MODELS[model].identifier << 5 | data[coding] & 31
    return patched(data, coding=bytes([identifier]), mantissa=data[end - 1 : end] + settings)


def with_histogram(data: bytes, lowest: int, counts: list[int]) -> bytes:
    """As `with_model`."""
    return with_model(data, "histogram", b"".join(map(varint, [lowest, len(counts), *counts])))


def with_exceptions(data: bytes, *exceptions: tuple[int, int, int]) -> bytes:
    """The file with these exceptions (tensor, rule, bits) in place of none; its tensors' fields stay as they are."""
    return patched(data, exceptions=bytes([len(exceptions), *(byte for each in exceptions for byte in each)]))


def over_lists() -> dict[str, Golden]:
    """Files to decode, by name: one for every member of every list."""
    files = {}
    for name, kind in REPRESENTATIONS.items():
        for rule in RULES:
            files[f"{name}_{rule}"] = Golden(f"{name} under {rule}", picture(name, depths=Depths(rule, 6)))
        lowest = {}
        for key, declared in kind.hyperparameters().items():
            for value in declared.choices:
                files[f"{name}_{value}"] = Golden(f"{name} with {key} {value}", picture(name, **{key: value}))
            if declared.decimals:
                for stored in (declared.low, declared.high):
                    value = declared.value(stored)
                    files[f"{name}_{key}_{stored}"] = Golden(f"{key} {value}", picture(name, **{key: value}))
            lowest[key] = declared.value(declared.low)
        files[f"{name}_lowest"] = Golden("the lowest of every hyperparameter", picture(name, **lowest))
    for activation in ACTIVATIONS:
        files[f"limits_{activation}"] = Golden(f"{activation} on both sides of its range", beyond(activation))
    for name in (*MODELS, CHEAPEST):
        files[name] = Golden(f"entropy model {name}", picture("siren", depths=Depths(bits=4), entropy=name))
    for channels in (1, 2, 3, 4):
        for name in COLOURS:
            if channels >= 3 or not colour(name, channels).is_ycbcr:
                data = picture("positional", (7, 4), channels=channels, colours=name)
                files[f"{name}_{channels}"] = Golden(f"{name} of {channels} channels, odd by even size", data)
        data = picture("siren", (9, 11), channels=channels, sample_bits=16)
        files[f"deep_{channels}"] = Golden(f"{channels} channels of 16 bits", data)
    return files


def beyond(name: str) -> bytes:
    """Pre-activations of one layer from beyond the low end of an activation's range to beyond its high one."""
    activation = ACTIVATIONS[name]
    reach = 2 * max(abs(activation.low), activation.high)
    steep, amplitude = Step.at_least(reach / 1000), np.abs(activation.table()).max() / UNIT
    output = Step.at_least(0.4 / amplitude)
    values = {"weight0": ([1000, 27], vars(steep)), "bias0": ([3], vars(steep)), "weight1": ([1], vars(output))}
    return handmade("siren", values, size=(61, 3), hidden_layers=1, activation=name)


# At row 2 and column 3 the two axes' shares of the first pre-activation end in a half each, and rounding both takes
# the phase from the sine's entry 0 to entry 1; the other layers turn that into the largest contrast.
HALVES = {
    "weight0": ([960, 384], step(1, 0)),
    "bias0": ([-608], step(1, 0)),
    "weight1": ([1], step(32, 24)),
    "weight2": ([1], step(1, 19)),
}
QUARTER_TURN = ([1], step(1, 18))
# Parameters of 8/16 and -8/16 of 2**-20, which become 1 and 0, and take rectifiers from 0 to 1 and from 1 not to 0.
HALF_HALVES = {
    "bias0": ([0x3C00, 0x3C00], {}),
    "weight1": ([127 * 16, 0, 128 * 16, 0], {}),
    "bias1": ([8, -8], {}),
    "weight2": ([0x6800, 0, 0, 0x6800], {}),
}
# The one feature that is 1 in the middle row, to an activation of 3, to a pre-activation of 163680 before its period.
PERIODS = {
    "weight0": ([0, 0, 0, 0, 0, 1], step(160, 0)),
    "weight1": ([341], step(160, 0)),
    "weight2": ([1], step(128, 23)),
}


def at_limit(bias: int, shift: int) -> bytes:
    """A function whose layers' sums reach 2**53 - 2**43 and the bias."""
    weights = {"weight0": ([1023], step(128, 16)), "weight1": ([1023], step(128, 24)), "weight2": ([1], step(1, 19))}
    biases = {"bias0": ([bias], step(1, shift)), "bias1": ([-bias], step(1, shift))}
    depths = Depths(bits=11, exceptions=dict.fromkeys(biases, ("uniform", 20)))
    return handmade("siren", weights | biases, depths)


def nif_at_limit() -> bytes:
    """Sums of 2**53 - 2**43 in every layer but the last, times the largest period."""
    # Of the features of 2 axes, 3 each, the second cosine is 1 in the middle row.
    rows = {"weight0": ([0, 0, 0, 0, 0, 1023, 0, 0, 0, 0, 0, 1000], step(128, 16))}
    rows |= {"weight1": ([0, 1023, 1, 1022], step(128, 24)), "weight2": ([1, 1], step(1, 18))}
    return handmade("nif", rows, hidden_features=2, last_features=2)


def grid(table: list[int], mantissa: int, shift: int) -> bytes:
    """One cell, its four vertices into one rectifier."""
    values = {"table0": (table, step(mantissa, shift)), "weight1": ([1], step(1, 20)), "weight2": ([1], step(1, 16))}
    return handmade("hash_grid", values, hidden_layers=1, size=(9, 7))


def by_hand() -> dict[str, Golden]:
    """Files to decode, by name: the edges."""
    siren, encoded = picture("siren"), picture("positional")
    payload = container.parse(encoded).payload
    coarse = picture("siren", depths=Depths(bits=4), entropy="raw")
    depths = Depths(bits=16, exceptions={"weight0": ("uniform", 20)})
    finest = picture("siren", depths=depths, entropy="raw")
    narrowing = {"hidden_features": 20, "last_features": 3, "hidden_layers": 6}
    yellow = {"bias2": ([30000, -9245, 100], step(128, 0))}
    wide = Depths(bits=11, exceptions={"bias2": ("uniform", 18)})
    return {
        "one_pixel": Golden("size 1x1: both coordinates are 0", picture("positional", (1, 1))),
        "one_column": Golden("size 1x40", picture("positional", (1, 40), channels=1)),
        "one_row": Golden("size 16385x1: a width of three bytes", picture("siren", (16385, 1), 1)),
        "one_pixel_grid": Golden("size 1x1 in the middle of cells", picture("hash_grid", (1, 1))),
        "bits_2": Golden("symbols -1, 0 and 1", picture("positional", depths=Depths(bits=2))),
        "bits_8": Golden("weights of 8 bits", picture("siren", depths=Depths(bits=8))),
        "bits_16": Golden("2**16 - 1 and 2**20 - 1 symbols", finest),
        "bits_20_laplace": Golden("a table of 2**20 - 1 symbols", with_model(finest, "laplace", bytes([231]))),
        "bits_20_gaussian": Golden("a table of 2**20 - 1 symbols", with_model(finest, "gaussian", bytes([107]))),
        "exceptions": Golden(
            "a rule and bit depth of their own for three tensors",
            picture(
                "siren",
                depths=Depths(
                    bits=6, exceptions={"weight0": ("companded", 9), "bias1": ("per_row", 5), "weight2": ("half", 2)}
                ),
            ),
        ),
        "half_bits": Golden(
            "half has 16 bits whatever the file says",
            picture("siren", depths=Depths("half", 2, {"bias0": ("half", 20), "weight1": ("uniform", 2)})),
        ),
        "one_hidden_layer": Golden("no layer between the first and the last", picture("siren", hidden_layers=1)),
        "sixteen_layers": Golden("the most hidden layers", picture("siren", hidden_features=3, hidden_layers=16)),
        "many_features": Golden(
            "hidden_features of two bytes",
            picture("siren", (5, 5), depths=Depths(bits=4), hidden_features=130, hidden_layers=1),
        ),
        "many_frequencies": Golden("angles of very many turns", picture("positional", base=2.0, frequencies=32)),
        "large_seed": Golden("a seed of three bytes", picture("fourier", projection_seed=65535)),
        "widening": Golden(
            "layers that widen towards the last", picture("nif", hidden_features=2, last_features=30, hidden_layers=5)
        ),
        "narrow_early": Golden("layers narrow at once", picture("nif", **narrowing, exponent=0.1)),
        "narrow_late": Golden("layers narrow at the end", picture("nif", **narrowing, exponent=1.7)),
        "one_nif_layer": Golden("widths without a last one to narrow to", picture("nif", hidden_layers=1)),
        "mixed_grids": Golden("tables by place and by hash", picture("hash_grid", table_bits=6)),
        "finest_grids": Golden(
            "grids of 2**16 cells and hashes of large numbers", picture("hash_grid", coarsest=1024, growth=4.0)
        ),
        "saturated": Golden("samples cut at both ends", picture("positional", activation="relu", contrast=1000)),
        "no_payload": Golden(
            "words beyond the payload's end are 0: all symbols are the lowest", with_payload(siren, b"")
        ),
        "cut_payload": Golden(
            "half of the payload: the rest is decoded from zeros",
            with_payload(encoded, payload[: len(payload) // 8 * 4]),
        ),
        "surplus_words": Golden("words that nothing reads", with_payload(encoded, payload + b"surplus!")),
        "histogram_one": Golden("a table of one symbol takes no bits", with_histogram(coarse, 9, [5])),
        "histogram_none": Golden("counts that are all 0", with_histogram(coarse, 5, [0] * 5)),
        "histogram_tie": Golden(
            "two largest counts: the first is the peak", with_histogram(coarse, 4, [3, 7, 7, 0, 1])
        ),
        "histogram_all": Golden("all symbols, counts of two bytes", with_histogram(coarse, 0, [16383, 128] + [1] * 13)),
        "rounding": Golden("halves of both axes round upwards, to a sine's next entry", handmade("siren", HALVES)),
        "companded_rounding": Golden(
            "parameters of 2.5 and -2.5 become 3 and -2",
            handmade(
                "siren",
                {"bias0": QUARTER_TURN, "weight1": ([1, -1], step(3, 17) | {"curve": 4})},
                Depths("companded", 3),
                channels=2,
                hidden_layers=1,
            ),
        ),
        "half_rounding": Golden(
            "parameters of 0.5 and -0.5 become 1 and 0",
            handmade("siren", HALF_HALVES, Depths("half", 2), channels=2, hidden_features=2, activation="relu"),
        ),
        "period_rounding": Golden("163680 205 / 256 becomes 2**17, a sine's next entry", handmade("nif", PERIODS)),
        "half_exponent": Golden(
            "the exponent of infinities is one like the others",
            handmade(
                "siren",
                {"bias0": ([0x2C00], {}), "weight1": ([0x7FFF], {}), "weight2": ([0x3800], {})},
                Depths("half", 2),
            ),
        ),
        "colour_limit": Golden(
            "outputs beyond +-2 are cut before the colour's matrix",
            handmade("siren", yellow, wide, channels=3, colours="ycbcr"),
        ),
        "grid_limit": Golden("numbers of a table just under 2**40, cut to +-32767", grid([511, -511, 5, 0], 128, 24)),
        "exact_limit": Golden("S A + B = 2**53 - 2**24", at_limit(2**19 - 1, 12)),
        "exact_limit_nif": Golden("S A = 2**53 - 2**43 and modulated", nif_at_limit()),
    }


def refused(bases: dict[str, Golden]) -> dict[str, Golden]:
    """Files to refuse, by name; the checksum is right in all that are not about it."""
    siren = bases["siren_uniform"].data
    layout = container.parse(siren)
    coarse = picture("siren", depths=Depths(bits=4), entropy="raw")
    grey = picture("siren", channels=1)

    def field(what: str, name: str, new: str, rule: str, data: bytes = siren) -> Golden:
        return Golden(what, patched(data, **{name: bytes.fromhex(new)}), rule)

    def payload(what: str, words: bytes, rule: str) -> Golden:
        return Golden(what, with_payload(siren, words), rule)

    def inexact(what: str, data: bytes) -> Golden:
        return Golden(what, data, "beyond exact arithmetic")

    def exceptions(what: str, rule: str, *each: tuple[int, int, int]) -> Golden:
        return Golden(what, with_exceptions(siren, *each), rule)

    # The last point of the first symbol's interval, which rounding leaves outside all intervals of the second.
    scale, largest = layout.tensors["weight0"].model_settings["scale"], (1 << layout.bits - 1) - 1
    gap = (2**40 - 1) * int(laplace_frequencies(scale, largest)[0]) - 1
    target = "range decoder's target"
    rows = bases["siren_per_row"].data
    most = {"hidden_features": varint(1024), "hidden_layers": varint(16), "projections": varint(512)}
    return {
        "empty": Golden("no bytes", b"", "magic"),
        "magic": Golden("a wrong magic", sealed(b"\x88" + siren[1:-4]), "magic"),
        "no_checksum": Golden("7 bytes", siren[:7], "checksum"),
        "checksum": Golden("a flipped bit", siren[:-5] + bytes([siren[-5] ^ 1]) + siren[-4:], "checksum"),
        "truncated": Golden("the last byte is cut off", siren[:-1], "checksum"),
        "cut_varint": Golden(
            "the file ends within width", sealed(siren[: place(siren, "width")[0]] + b"\x91"), "width is missing"
        ),
        "padded_varint": field("width 17 in two bytes", "width", "91 00", "width is padded"),
        "long_varint": field("width in four bytes", "width", "91 80 80 01", "width is too long"),
        "long_small_varint": field("hidden_layers in two bytes", "hidden_layers", "81 01", "hidden_layers is too long"),
        "sample_bits_12": field("12 bits per sample", "sample_bits", "0c", "sample_bits"),
        "unknown_representation": field(
            "the number of no representation", "representation", f"{len(REPRESENTATIONS) + 1:02x}", "representation"
        ),
        "grey_ycbcr": field("ycbcr of one channel", "colour", "01", "colour", grey),
        "grey_ycbcr_mean": field("ycbcr_mean of one channel", "colour", "03", "colour", grey),
        "parameters": Golden("more than 2**24 numbers", patched(picture("fourier"), **most), "more than 2**24 numbers"),
        "exceptions_order": exceptions("exceptions out of order", "tensor", (2, 0, 6), (1, 0, 6)),
        "exceptions_twice": exceptions("two exceptions for a tensor", "tensor", (2, 0, 6), (2, 1, 6)),
        "exceptions_rule": exceptions("an exception with an unknown rule", "rule", (2, len(RULES), 6)),
        "exceptions_cut": Golden(
            "fewer exceptions than said", sealed(siren[: place(siren, "exceptions")[0]] + b"\1"), "tensor is missing"
        ),
        "shift_25": field("a shift of 25", "coding", "19", "coding"),
        "half_shift": field("a shift without a step", "coding", "01", "coding", bases["siren_half"].data),
        "per_row_cut": Golden(
            "fewer mantissas than rows", sealed(rows[: place(rows, "mantissa", 1)[0]]), "mantissa is missing"
        ),
        "histogram_beyond": Golden(
            "a histogram beyond the largest symbol", with_histogram(coarse, 10, [1] * 6), "symbols"
        ),
        "histogram_count": Golden("a count of three bytes", with_histogram(coarse, 10, [16384]), "count is too long"),
        "odd_payload": payload("a payload of words and a byte", layout.payload + b"\0", "payload is not whole words"),
        "first_target": payload("a target of 2**24 at the first symbol", b"\xff" * 8, target),
        "second_target": payload(
            "a target of 2**24 at the second symbol",
            (gap >> 32).to_bytes(4, "little") + (gap & 2**32 - 1).to_bytes(4, "little"),
            target,
        ),
        "inexact_sum": inexact("S A + B = 2**53", at_limit(2**18, 13)),
        "inexact_first": inexact(
            "S A = 2**53 for features, though not for activations",
            handmade("siren", {"weight0": ([-512, 512], step(128, 16))}),
        ),
        "inexact_relu": inexact(
            "S A = 2**51 for sine, but A is larger for relu",
            handmade("siren", {"weight1": ([256], step(128, 24))}, activation="relu"),
        ),
        "inexact_half": inexact(
            "a weight of 8192 in a first layer, in plain 16 bits",
            handmade("siren", {"weight0": ([0x7000], {})}, Depths("half")),
        ),
        "inexact_wrapping": inexact(
            "S A = 2**64 in a first layer",
            handmade(
                "positional",
                {"weight0": ([0x7C00 + 2017 - 1024] * 129 + [0x7C00 + 1951 - 1024], {})},
                Depths("half"),
                frequencies=32,
            ),
        ),
        "inexact_bias": inexact(
            "B >= 2**53 for the last layer", handmade("siren", {"bias2": ([-1024], step(128, 24))})
        ),
        "inexact_table": inexact("a table's number of 2**40", grid([512], 128, 24)),
    }


def out_of_range(bases: dict[str, Golden]) -> dict[str, Golden]:
    """Files to refuse, by name: without and beyond both ends of every field that any of `bases` has."""
    files, seen = {}, set()
    for name, golden in bases.items():
        spans = fields(golden.data)
        tensors = [index for index, (field, *_) in enumerate(spans) if field.name == "coding"]
        for field, start, stop in spans[: tensors[1]]:  # the first tensor stands for all
            if (field.name, field.low, field.high) in seen:
                continue
            seen.add((field.name, field.low, field.high))
            cut = sealed(golden.data[:start])
            files[f"{name}_no_{field.name}"] = Golden(
                f"the file ends before {field.name}", cut, f"{field.name} is missing"
            )
            for value in (field.low - 1, field.high + 1):
                if 0 <= value < 256 or (field.varint and value > 0):
                    new = varint(value) if field.varint else bytes([value])
                    rule = field.name if len(new) <= field.bytes_at_most else f"{field.name} is too long"
                    data = sealed(golden.data[:start] + new + golden.data[stop:-4])
                    files[f"{name}_{field.name}_{value}"] = Golden(f"{field.name} {value}", data, rule)
    return files


def contents() -> dict[str, bytes]:
    """All files of this folder that this script writes, by name."""
    lists, edges = over_lists(), by_hand()
    rejected = refused(lists) | out_of_range(lists | {"exceptions": edges["exceptions"]})
    files = {f"{name}.inr": golden for name, golden in (lists | edges).items()}
    files |= {f"reject_{name}.inr": golden for name, golden in rejected.items()}
    digests = {name: refusal(golden) if golden.rule else digest(golden.data) for name, golden in files.items()}
    lines = [f"| `{name}` | {golden.what} |" for name, golden in files.items()]
    return {name: golden.data for name, golden in files.items()} | {
        "digests.json": (json.dumps(digests, indent=2) + "\n").encode(),
        "README.md": "\n".join([README, *lines, ""]).encode(),
    }


README = """\
# Golden files

Written by `make.py`, which writes this page too; `digests.json` says what they decode to (the digests are of row-major
samples, little-endian) or why they are refused. A change in any of them is a change of the
[format](../../docs/format.md). Most follow from the library's lists of representations, activations, rules, entropy
models and colours, and from the fields of their files: what is new there has files here once `make.py` has run.

| file | what it tests |
| --- | --- |"""


def digest(data: bytes) -> dict:
    """What a file decodes to."""
    layout, samples = container.parse(data), decode(data)
    little_endian = samples.astype(samples.dtype.newbyteorder("<"))
    return {
        "width": layout.width,
        "height": layout.height,
        "channels": layout.channels,
        "sample_bits": layout.sample_bits,
        "samples_sha256": hashlib.sha256(little_endian.tobytes()).hexdigest(),
        "file_sha256": hashlib.sha256(data).hexdigest(),
    }


def refusal(golden: Golden) -> dict:
    """Why a file is refused."""
    try:
        decode(golden.data)
    except BitstreamError as error:
        return {
            "section": error.section,
            "rule": golden.rule,
            "file_sha256": hashlib.sha256(golden.data).hexdigest(),
        }
    raise AssertionError(f"{golden.what}: the file is not refused")


if __name__ == "__main__":
    new = contents()
    for path in FOLDER.glob("*.inr"):
        if path.name not in new:
            path.unlink()
    for name, data in new.items():
        (FOLDER / name).write_bytes(data)

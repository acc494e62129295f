"""Write the golden files beside this script: `python tests/golden/make.py`.

Pictures of random parameters, and files that a decoder must refuse. A change in any of them is a change of the format.
"""

import hashlib
import json
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inrcodec.arithmetic.fixed_point import Step
from inrcodec.bitstream import container
from inrcodec.decoding.decoder import decode
from inrcodec.entropy.laplace import frequencies
from inrcodec.quantization.symbols import QuantizedTensor
from inrcodec.quantization.uniform import quantize, tensor_bits
from inrcodec.representations import REPRESENTATIONS

FOLDER = Path(__file__).parent
SMALL = {"hidden_features": 8, "hidden_layers": 2}
ENCODED = SMALL | {"frequencies": 4}
# Where the fields of a small siren lie, all of them one byte long; then its tensors.
VERSION, WIDTH, HEIGHT, CHANNELS, SAMPLE_BITS, BITS, REPRESENTATION, HIDDEN_FEATURES, HIDDEN_LAYERS, TENSORS = range(
    4, 14
)
FREQUENCIES, BASE_PERCENT = 13, 14

# At row 2 and column 3 the two axes' shares of the first pre-activation end in a half each, and rounding both takes
# the phase from the sine's entry 0 to entry 1; the other layers turn that into the largest contrast.
HALVES = {
    "weight0": ([960, 384], 1, 0),
    "bias0": ([-608], 1, 0),
    "weight1": ([1], 32, 24),
    "weight2": ([1], 1, 19),
}
OVER_LIMIT = {"bias0": ([625], 1, 14), "weight1": ([1], 1, 18), "weight2": ([1], 1, 17)}


class Golden(NamedTuple):
    """A file and what it tests; for those to refuse, the error's section and the rule in `plain_decoder`'s words."""

    what: str
    data: bytes
    section: str = ""
    rule: str = ""


def picture(
    name: str,
    size: tuple[int, int] = (17, 13),
    channels: int = 3,
    sample_bits: int = 8,
    bits: int = 6,
    contrast: float = 5,
    **hyperparameters: int,
) -> bytes:
    """A file of random parameters, the last weights times `contrast`."""
    representation = REPRESENTATIONS[name](**hyperparameters)
    # The old generator, because NumPy promises that its numbers never change.
    parameters = representation.initial(channels, np.random.RandomState(7))
    parameters[f"weight{representation.hidden_layers}"] *= contrast
    tensors = quantize(parameters, bits)
    return container.write(container.ImplicitPicture(*size, channels, sample_bits, representation, bits, tensors))


def handmade(name: str, values: dict[str, tuple[list, int, int]]) -> bytes:
    """A grey 5x3 file of two hidden layers of one feature; `values`: symbols, mantissa and shift, else 0, 1 and 0."""
    hyperparameters = {"frequencies": 1} if name != "siren" else {}
    representation = REPRESENTATIONS[name](hidden_features=1, hidden_layers=2, **hyperparameters)
    tensors = {}
    for tensor, shape in representation.shapes(1).items():
        symbols, mantissa, shift = values.get(tensor, ([], 1, 0))
        array = np.zeros(shape, dtype=np.int64)
        array.flat[: len(symbols)] = symbols
        tensors[tensor] = QuantizedTensor(array, Step(mantissa, shift), tensor_bits(tensor, 16))
    return container.write(container.ImplicitPicture(5, 3, 1, 8, representation, 16, tensors))


def sealed(body: bytes) -> bytes:
    """The bytes and their checksum."""
    return body + zlib.crc32(body).to_bytes(4, "little")


def with_payload(data: bytes, payload: bytes) -> bytes:
    """The file with another payload."""
    return sealed(data[: container.parse(data).header_bytes] + payload)


def accepted() -> dict[str, Golden]:
    """Files to decode, by name."""
    siren, encoded = picture("siren", **SMALL), picture("pe_siren", **ENCODED)
    payload = container.parse(encoded).payload
    return {
        "pe_siren": Golden("representation 1", encoded),
        "pe_relu": Golden("representation 2", picture("pe_relu", **ENCODED)),
        "siren": Golden("representation 3", siren),
        "grey": Golden("1 channel, odd by even size", picture("pe_siren", (7, 4), channels=1, **ENCODED)),
        "grey_alpha": Golden("2 channels", picture("pe_relu", (8, 5), channels=2, **ENCODED)),
        "rgb_alpha": Golden("4 channels", picture("siren", (9, 11), channels=4, **SMALL)),
        "grey_16": Golden("1 channel of 16 bits", picture("siren", channels=1, sample_bits=16, **SMALL)),
        "rgb_16": Golden("3 channels of 16 bits", picture("pe_relu", (6, 6), sample_bits=16, **ENCODED)),
        "rgb_alpha_16": Golden("4 channels of 16 bits", picture("pe_siren", channels=4, sample_bits=16, **ENCODED)),
        "one_pixel": Golden("size 1x1: both coordinates are 0", picture("pe_siren", (1, 1), **ENCODED)),
        "one_column": Golden("size 1x40", picture("pe_siren", (1, 40), channels=1, **ENCODED)),
        "one_row": Golden("size 16385x1: a width of three bytes", picture("siren", (16385, 1), 1, **SMALL)),
        "bits_2": Golden("symbols -1, 0 and 1", picture("pe_siren", bits=2, **ENCODED)),
        "bits_8": Golden("weights of 8 bits", picture("siren", bits=8, **SMALL)),
        "bits_16": Golden("tables of 2**16 - 1 and 2**20 - 1 symbols", picture("pe_relu", bits=16, **ENCODED)),
        "one_hidden_layer": Golden(
            "no layer between the first and the last", picture("siren", **SMALL | {"hidden_layers": 1})
        ),
        "sixteen_layers": Golden("the most hidden layers", picture("siren", hidden_features=3, hidden_layers=16)),
        "many_features": Golden(
            "hidden_features of two bytes", picture("siren", (5, 5), bits=4, hidden_features=130, hidden_layers=1)
        ),
        "base_101": Golden("the smallest base", picture("pe_siren", base_percent=101, **ENCODED)),
        "base_200": Golden(
            "the largest base and the most frequencies: angles of very many turns",
            picture("pe_siren", base_percent=200, **SMALL | {"frequencies": 32}),
        ),
        "saturated": Golden("samples cut at both ends", picture("pe_relu", contrast=1000, **ENCODED)),
        "no_payload": Golden(
            "words beyond the payload's end are 0: all symbols are the lowest", with_payload(siren, b"")
        ),
        "cut_payload": Golden(
            "half of the payload: the rest is decoded from zeros",
            with_payload(encoded, payload[: len(payload) // 8 * 4]),
        ),
        "surplus_words": Golden("words that nothing reads", with_payload(encoded, payload + b"surplus!")),
        "rounding": Golden("halves of both axes round upwards, to a sine's next entry", handmade("siren", HALVES)),
        "relu_limit": Golden("an activation of 40000, cut to 32767", handmade("pe_relu", OVER_LIMIT)),
        "exact_limit": Golden("S A step + B = 2**53 - 2**24", at_limit(2**19 - 1, 12)),
    }


def at_limit(bias: int, shift: int) -> bytes:
    """A siren whose layers' sums reach 2**53 - 2**43 and the bias."""
    largest = ([1023], 128, 24)
    values = {"weight0": largest, "bias0": ([bias], 1, shift), "weight1": largest, "bias1": ([-bias], 1, shift)}
    return handmade("siren", values | {"weight2": ([1], 1, 19)})


def refused() -> dict[str, Golden]:
    """Files to refuse, by name; the checksum is right in all that are not about it."""
    siren, encoded = picture("siren", **SMALL), picture("pe_siren", **ENCODED)
    layout = container.parse(siren)

    def patched(position: int, new: str, length: int = 1, data: bytes = siren) -> bytes:
        return sealed(data[:position] + bytes.fromhex(new) + data[position + length : -4])

    def field(what: str, position: int, new: str, rule: str, section: str = "header", **more) -> Golden:
        return Golden(what, patched(position, new, **more), section, rule)

    def hyperparameter(what: str, position: int, new: str, rule: str, **more) -> Golden:
        return field(what, position, new, rule, "hyperparameters", **more)

    def missing(what: str, end: int, rule: str, section: str) -> Golden:
        return Golden(what, sealed(siren[:end]), section, rule)

    def payload(what: str, words: bytes, rule: str) -> Golden:
        return Golden(what, with_payload(siren, words), "payload", rule)

    def inexact(what: str, data: bytes) -> Golden:
        return Golden(what, data, "tensors", "beyond exact arithmetic")

    # The last point of the first symbol's interval, which rounding leaves outside all intervals of the second.
    scale, largest = layout.tensor_fields["weight0"]["scale"], (1 << layout.bits - 1) - 1
    gap = (2**40 - 1) * int(frequencies(scale, largest)[0]) - 1
    target = "range decoder's target"
    return {
        "empty": Golden("no bytes", b"", "magic", "magic"),
        "magic": field("a wrong magic", 0, "88", "magic", section="magic"),
        "no_checksum": Golden("7 bytes", siren[:7], "checksum", "checksum"),
        "checksum": Golden("a flipped bit", siren[:-5] + bytes([siren[-5] ^ 1]) + siren[-4:], "checksum", "checksum"),
        "truncated": Golden("the last byte is cut off", siren[:-1], "checksum", "checksum"),
        "no_header": missing("nothing but magic and checksum", VERSION, "version is missing", "header"),
        "missing_channels": missing("the file ends before channels", CHANNELS, "channels is missing", "header"),
        "missing_hidden_layers": missing(
            "the file ends before hidden_layers", HIDDEN_LAYERS, "hidden_layers is missing", "hyperparameters"
        ),
        "missing_scale": missing(
            "the file ends before a tensor's scale", TENSORS + 2, "scale is missing", "tensor weight0"
        ),
        "missing_tensor": missing("the file ends before bias0", TENSORS + 3, "mantissa is missing", "tensor bias0"),
        "cut_varint": Golden(
            "the file ends within width", sealed(siren[:WIDTH] + b"\x91"), "header", "width is missing"
        ),
        "version_2": field("version 2", VERSION, "02", "version"),
        "width_0": field("width 0", WIDTH, "00", "width"),
        "height_0": field("height 0", HEIGHT, "00", "height"),
        "width_1048577": field("width 1048577", WIDTH, "81 80 40", "width"),
        "padded_varint": field("width 17 in two bytes", WIDTH, "91 00", "width is padded"),
        "long_varint": field("width in four bytes", WIDTH, "91 80 80 01", "width is too long"),
        "channels_0": field("0 channels", CHANNELS, "00", "channels"),
        "channels_5": field("5 channels", CHANNELS, "05", "channels"),
        "sample_bits_12": field("12 bits per sample", SAMPLE_BITS, "0c", "sample_bits"),
        "bits_1": field("1 bit per weight", BITS, "01", "bits"),
        "bits_17": field("17 bits per weight", BITS, "11", "bits"),
        "representation_0": field("representation 0", REPRESENTATION, "00", "unknown representation"),
        "representation_4": field("representation 4", REPRESENTATION, "04", "unknown representation"),
        "hidden_features_0": hyperparameter("hidden_features 0", HIDDEN_FEATURES, "00", "hidden_features"),
        "hidden_features_1025": hyperparameter("hidden_features 1025", HIDDEN_FEATURES, "81 08", "hidden_features"),
        "hidden_layers_0": hyperparameter("hidden_layers 0", HIDDEN_LAYERS, "00", "hidden_layers"),
        "hidden_layers_17": hyperparameter("hidden_layers 17", HIDDEN_LAYERS, "11", "hidden_layers"),
        "frequencies_0": hyperparameter("frequencies 0", FREQUENCIES, "00", "frequencies", data=encoded),
        "frequencies_33": hyperparameter("frequencies 33", FREQUENCIES, "21", "frequencies", data=encoded),
        "base_percent_100": hyperparameter(
            "base_percent 100", BASE_PERCENT, "64", "base_percent", length=2, data=encoded
        ),
        "base_percent_201": hyperparameter(
            "base_percent 201", BASE_PERCENT, "c9 01", "base_percent", length=2, data=encoded
        ),
        "mantissa_0": field("a step of 0", TENSORS, "00", "mantissa", "tensor weight0"),
        "shift_25": field("a shift of 25", TENSORS + 1, "19", "shift", "tensor weight0"),
        "odd_payload": payload("a payload of words and a byte", layout.payload + b"\0", "payload is not whole words"),
        "first_target": payload("a target of 2**24 at the first symbol", b"\xff" * 8, target),
        "second_target": payload(
            "a target of 2**24 at the second symbol",
            (gap >> 32).to_bytes(4, "little") + (gap & 2**32 - 1).to_bytes(4, "little"),
            target,
        ),
        "inexact_sum": inexact("S A step + B = 2**53", at_limit(2**18, 13)),
        "inexact_relu": inexact(
            "as S A step = 2**52 for sine, but A is larger for relu",
            handmade("pe_relu", {"weight0": ([-256, 256], 128, 24)}),
        ),
        "inexact_bias": inexact("B >= 2**53 for the last layer", handmade("siren", {"bias2": ([-1024], 128, 24)})),
    }


def contents() -> dict[str, bytes]:
    """All files of this folder that this script writes, by name."""
    decoded, rejected = accepted(), refused()
    files = {f"{name}.inr": golden for name, golden in decoded.items()}
    files |= {f"reject_{name}.inr": golden for name, golden in rejected.items()}
    digests = {name: refusal(golden) if golden.section else digest(golden.data) for name, golden in files.items()}
    lines = [f"| `{name}` | {golden.what} |" for name, golden in files.items()]
    return {name: golden.data for name, golden in files.items()} | {
        "digests.json": (json.dumps(digests, indent=2) + "\n").encode(),
        "README.md": "\n".join([README, *lines, ""]).encode(),
    }


README = """\
# Golden files

Written by `make.py`, which writes this page too; `digests.json` says what they decode to (the digests are of row-major
samples, little-endian) or why they are refused. A change in any of them is a change of the
[format](../../docs/format.md). No file is refused for more than 2**24 parameters: no legal hyperparameters lead there.

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
    return {
        "section": golden.section,
        "rule": golden.rule,
        "file_sha256": hashlib.sha256(golden.data).hexdigest(),
    }


if __name__ == "__main__":
    for name, data in contents().items():
        (FOLDER / name).write_bytes(data)

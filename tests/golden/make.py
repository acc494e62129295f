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
from inrcodec.entropy import CHEAPEST, MODELS, conditional, range_coder
from inrcodec.entropy.scaled import laplace_frequencies
from inrcodec.operations.activations import ACTIVATIONS, UNIT
from inrcodec.operations.colour import COLOURS, Colour
from inrcodec.operations.context import LARGEST_SYMBOL, Distribution
from inrcodec.operations.fixed_point import Step
from inrcodec.quantization import RULES
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.representations import REPRESENTATIONS, Representation
from inrcodec.representations.base import Tensor, travelling

FOLDER = Path(__file__).parent
SMALL = 4
"""Integer hyperparameters are at most this."""
MEANS = (96, 140, 118, 200)
SIX_BITS, ELEVEN_BITS = Depths(bits=6), Depths(bits=11)


class Golden(NamedTuple):
    """A file and what it tests; for those to refuse, words that the refusal has."""

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
    latent_scale: float = 1.5,
    **settings: Any,
) -> bytes:
    """A file of random parameters, tables and the last weights times `contrast`, and of latents, if there are some."""
    representation = small(name, **settings)
    tensors = travelling(representation.tensors(channels, *size))
    # The old generator, because NumPy promises that its numbers never change.
    random = np.random.RandomState(7)
    if representation.has_grids:
        parameters = drawn(tensors, random)
    else:
        parameters = representation.initial(tensors, random)
        last = [key for key, tensor in tensors.items() if tensor.role == "weight"][-1]
        for key, tensor in tensors.items():
            larger = contrast if key == last or tensor.role == "table" else 1
            # Symbols as those of a fit: many small ones, few large ones.
            parameters[key] *= larger * random.standard_normal(tensor.shape)
    grids = {
        key: np.clip(np.rint(random.laplace(0, latent_scale, shape)), -LARGEST_SYMBOL, LARGEST_SYMBOL).astype(np.int16)
        for key, shape in representation.grids(*size).items()
    }
    quantized, shown = quantize(parameters, tensors, depths), colour(colours, channels)
    picture = container.ImplicitPicture(
        *size, channels, sample_bits, shown, representation, depths, quantized, entropy, grids
    )
    return container.write(picture)


def drawn(tensors: dict[str, Tensor], random: np.random.RandomState) -> dict[str, np.ndarray]:
    """Numbers of a pyramid's tensors, around their bases."""
    return {
        key: (0 if tensor.base is None else tensor.base) / 2**20 + 0.12 * random.standard_normal(tensor.shape)
        for key, tensor in tensors.items()
    }


def handmade(
    name: str,
    values: dict[str, tuple[list[int], dict[str, Any]]],
    depths: Depths = ELEVEN_BITS,
    size: tuple[int, int] = (5, 3),
    channels: int = 1,
    colours: str = "rgb",
    grids: dict[str, Any] | None = None,
    **settings: Any,
) -> bytes:
    """A file of two hidden layers, all else the least; `values`: symbols and settings, else 0 and the least.

    `grids`: rows of latents, else 0.
    """
    declared = REPRESENTATIONS[name].hyperparameters()
    least = {key: one.value(one.low) for key, one in declared.items()}
    layers = {"hidden_layers": 2} if "hidden_layers" in declared else {}
    representation = REPRESENTATIONS[name](**least | layers | settings)
    tensors = {}
    for key, tensor in travelling(representation.tensors(channels, *size)).items():
        rule, bits = depths.of(key, tensor.role)
        symbols, given = values.get(key, ([], {}))
        array = np.zeros(tensor.shape, dtype=np.int64)
        array.flat[: len(symbols)] = symbols
        rows = {item.name: (item.low,) * tensor.shape[0] for item in rule.fields if item.name in rule.per_row}
        lowest = ({"shift": 0} if rule.fields else {}) | {item.name: item.low for item in rule.fields} | rows
        tensors[key] = QuantizedTensor(array, rule, bits, lowest | given)
    latents = {key: np.zeros(shape, np.int16) for key, shape in representation.grids(*size).items()}
    for key, numbers in (grids or {}).items():
        latents[key][:] = numbers
    picture = container.ImplicitPicture(
        *size, channels, 8, colour(colours, channels), representation, depths, tensors, "raw", latents
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


# A pyramid's context network of one neighbour and one feature has the numbers c0, c0's bias, c1, c1's bias, c2 of mean
# and scale, c3 of the mean, its bias, c3 of the scale, its bias; a synthesis of one grid, neuron and channel s0, its
# bias, s1, s2, its bias, s3.
SHOWN = {"synthesis": ([0, 0, 0, 1], step(1, 12))}
"""A latent is one sample more."""
FOLLOWING = SHOWN | {"context": ([0] * 6 + [33, 0, 4, 0], step(1, 15))}
"""A mean of 33/32 of the left neighbour, a scale larger by as much."""
OPPOSITE = {"context": ([0] * 6 + [1, 0, 0, 6], step(1, 21)), "synthesis": ([0, 0, 0, 1], step(1, 10))}
"""A mean of twice the left neighbour, the largest scale."""
# The mean, in 2**-7 of a symbol, is twice the neighbour, 3/2 of its half, and 2; the scale is 24 and half of it. Two
# grids: the first one's half is seen in the samples, and so is the second one's, whose latents 2 m become (m + 1) // 2.
HALVED = {
    "context": ([1, 0, 3 * 2**12, 0, 2**18, 0, 2**7, 128, 2**9, 2**13], step(1, 7)),
    "synthesis": ([1, 0, 0, 2**18, 0, 2**17], step(1, 7)),
    "upsampling": ([288, -2144, 64 - 7200, 864], step(1, 7)),
}
FINEST = Depths(exceptions=dict.fromkeys(HALVED, ("uniform", 20)))
# Beside a latent of 1 or more a rectifier is at its largest: in 2**-5 of a symbol the mean is 71 for that of the first
# layer, 63 for that of the second one. That of the synthesis is so from latents of 8 on; a doubling, in its rows.
FIRST_CUT = SHOWN | {
    "context": ([2**18, 0, 8191, 50 - 2**18, 2**18, 0, 0], {"shift": 7, "mantissa": (8, 1, 1, 8, 4, *[1] * 5)})
}
SECOND_CUT = SHOWN | {
    "context": ([2**16, 0, 2**18, 0, 2**15, 0, 0, 32 - 2**19], {"shift": 12, "mantissa": (*[1] * 7, 16, 1, 1)})
}
HIDDEN_CUT = {"synthesis": ([2**11, 0, 2**10, 0, -(2**18)], step(1, 14))}
PLANE_CUT = {"synthesis": ([0] * 5 + [1], step(1, 6)), "upsampling": ([288, -2144, 2**15 - 7200, 864], step(1, 7))}
PLANE_CUT |= {"context": OPPOSITE["context"]}
# A sample is two levels more for one in 2**-12 of the first plane, which has halves of it; the largest number of it
# is 64 levels from the middle.
FILTER_HALVED = {
    "synthesis": ([0, 0, 0, 2**18], step(1, 7)),
    "upsampling": ([1, 0, 3, 0, 2 - 2**13, 0, 0, 5, 0], step(1, 7)),
}
FILTER_CUT = {
    "synthesis": ([0, 0, 0, 1], step(1, 6)),
    "upsampling": ([0, 0, 0, 2, 4, 3, 0, 0, 1], step(1, 20)),
    "context": OPPOSITE["context"],
}


def with_symbols(data: bytes, symbols: dict[str, np.ndarray], latents: list[tuple[int, Distribution]]) -> bytes:
    """The file with other symbols of some of its tensors, and `latents`, each under its own distribution."""
    tensors, encoder = container.read(data).tensors, range_coder.Encoder()
    for key, tensor in container.parse(data).tensors.items():
        range_coder.encode(encoder, [(symbols.get(key, tensors[key].symbols), *tensor.table())])
    for latent, distribution in latents:
        conditional.encode(encoder, np.array([latent]), distribution)
    return with_payload(data, range_coder.words(encoder))


def one_latent(mean: int, latent: int) -> bytes:
    """A pyramid of one pixel, whose latent has a mean of so many and the largest scale."""
    data = handmade("pyramid", {"context": ([0] * 7 + [mean, 0, 12], step(1, 20))}, size=(1, 1))
    return with_symbols(data, {}, [(latent, Distribution(np.array([32 * mean]), np.array([112])))])


def context_at_limit() -> bytes:
    """A second layer whose sums reach 2**53 - 2**33; a bias of one symbol would be 2**33."""
    values = SHOWN | {"context": ([1, 0, 4096, 0, 1, 1, 1, 0, 0, 1], step(1, 21))}
    depths = Depths(exceptions={"context": ("uniform", 14), "synthesis": ("uniform", 14)})
    return handmade("pyramid", values, depths, grids={"latent0": [[1, -1, 5, 0, 2]] * 3})


def context_beyond_limit() -> bytes:
    symbols = container.read(context_at_limit()).tensors["context"].symbols.copy()
    symbols[3] = 1
    return with_symbols(context_at_limit(), {"context": symbols}, [])


def two_grids(key: str, *symbols: int, shift: int) -> bytes:
    """Both grids are seen in the samples; other symbols of one tensor."""
    values = {"synthesis": ([0] * 4 + [1, 1], step(1, 10)), key: (list(symbols), step(1, shift))}
    depths = Depths(exceptions={"synthesis": ("uniform", 20), "upsampling": ("uniform", 20)})
    grids = {"latent0": [[1, -1, 5, 0, 2]] * 3, "latent1": [[3, -4, 1]] * 2}
    return handmade("pyramid", values, depths, levels=2, grids=grids)


def pyramids() -> dict[str, Golden]:
    """Files of latents to decode, by name."""
    some = picture("pyramid")
    payload = container.parse(some).payload
    distances = {"latent0": range(-40, 41)}
    following = {"latent0": [range(-20, 101), range(20, -101, -1)]}
    opposite = {"latent0": [[(-1) ** (row + column) * LARGEST_SYMBOL for column in range(7)] for row in range(5)]}
    halved = {"latent0": [([1, 1, -2, 1, 1, -1, -2, -1, 1, 1] * 2)[:19]] * 5, "latent1": [range(-18, 20, 4)] * 3}
    finest = Depths(exceptions={"synthesis": ("uniform", 20)})
    by_number = Depths(exceptions={"context": ("per_row", 20)})
    ones = {"latent0": [1, 1, 1, 3, 1, 2, 1, 3, 1, 1]}
    largest = {"latent1": [[1023, -1023, 600, -600, 1000]] * 2}
    filtered = {"latent0": [[1, 1, -2, 1, 3], [1, -1, -2, -1, 1], [0, 1, 2, -3, 1]]}
    beyond = {"latent0": [[-1023, -1023, 600, 300, 1000]] * 3}
    return {
        "pyramid_one_pixel": Golden("latents of one pixel", picture("pyramid", (1, 1))),
        "pyramid_one_row": Golden("latents of one row", picture("pyramid", (40, 1), 2, levels=7)),
        "pyramid_one_column": Golden("latents of one column", picture("pyramid", (1, 40), 4, levels=7)),
        "pyramid_one_level": Golden("nothing to double", picture("pyramid", channels=1, levels=1)),
        "pyramid_most_levels": Golden("grids of one latent", picture("pyramid", (5, 3), levels=12)),
        "pyramid_most_neighbours": Golden("all neighbours", picture("pyramid", (33, 21), neighbours=16)),
        "pyramid_most_features": Golden(
            "synthesis_features of two bytes", picture("pyramid", (6, 5), synthesis_features=128)
        ),
        "pyramid_deep": Golden(
            "latents of 4 channels of 16 bits", picture("pyramid", (19, 9), 4, 16, colours="ycbcr_mean")
        ),
        "pyramid_spread": Golden("latents of all sizes", picture("pyramid", (9, 7), latent_scale=60)),
        "pyramid_distances": Golden(
            "distances to both sides of all tables", handmade("pyramid", SHOWN, size=(81, 1), grids=distances)
        ),
        "pyramid_following": Golden(
            "all fractions of a mean, all scales and beyond",
            handmade("pyramid", FOLLOWING, size=(121, 2), grids=following),
        ),
        "pyramid_opposite": Golden(
            "distances of 2046 from means that are cut", handmade("pyramid", OPPOSITE, size=(7, 5), grids=opposite)
        ),
        "pyramid_halves": Golden(
            "halves round upwards, everywhere", handmade("pyramid", HALVED, FINEST, (19, 5), grids=halved, levels=2)
        ),
        "pyramid_first_cut": Golden(
            "the largest activation of the first layer", handmade("pyramid", FIRST_CUT, by_number, (10, 1), grids=ones)
        ),
        "pyramid_second_cut": Golden(
            "the largest one of the second layer", handmade("pyramid", SECOND_CUT, by_number, (10, 1), grids=ones)
        ),
        "pyramid_hidden_cut": Golden(
            "the largest one of the synthesis",
            handmade("pyramid", HIDDEN_CUT, finest, (5, 1), grids={"latent0": [8, 0, 9, -8, 7]}),
        ),
        "pyramid_plane_cut": Golden(
            "the largest number of a plane", handmade("pyramid", PLANE_CUT, FINEST, (9, 3), grids=largest, levels=2)
        ),
        "pyramid_filter_halves": Golden(
            "halves of the filter", handmade("pyramid", FILTER_HALVED, FINEST, grids=filtered)
        ),
        "pyramid_filter_cut": Golden(
            "the largest number of the first plane", handmade("pyramid", FILTER_CUT, FINEST, grids=beyond)
        ),
        "pyramid_no_payload": Golden("words of 0 are latents too", with_payload(some, b"")),
        "pyramid_cut_payload": Golden("half of the latents", with_payload(some, payload[: len(payload) // 8 * 4])),
        "exact_limit_context": Golden("|c1 (a, 2**12)| = 2**53 - 2**33", context_at_limit()),
        "exact_limit_synthesis": Golden(
            "S1 + S1 = 2**53 - 2**35", two_grids("synthesis", 0, 0, 0, 0, 2**18 - 1, shift=10)
        ),
        "exact_limit_kernel": Golden(
            "S1 + S2 = 2**53 - 2**34", two_grids("synthesis", 0, 0, 0, 0, 1, 0, 0, 2**18, 2**18 - 2, shift=10)
        ),
        "exact_limit_upsampling": Golden("|u x| = 2**53 - 2**39", two_grids("upsampling", 0, 0, 16342, 0, shift=15)),
        "exact_limit_filter": Golden("|m x| = 2**53 - 2**39", two_grids("upsampling", *[0] * 8, 16351, shift=15)),
    }


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
        return Golden(what, data, "range of exact arithmetic")

    def exceptions(what: str, rule: str, *each: tuple[int, int, int]) -> Golden:
        return Golden(what, with_exceptions(siren, *each), rule)

    # The last point of the first symbol's interval, which rounding leaves outside all intervals of the second.
    scale, largest = layout.tensors["weight0"].model_settings["scale"], (1 << layout.bits - 1) - 1
    gap = (2**40 - 1) * int(laplace_frequencies(scale, largest)[0]) - 1
    target = "range-coded parameters"
    rows = bases["siren_per_row"].data
    most = {"hidden_features": varint(1024), "hidden_layers": varint(16), "projections": varint(512)}
    latents = bases["pyramid_uniform"].data
    return {
        "empty": Golden("no bytes", b"", "magic"),
        "magic": Golden("a wrong magic", sealed(b"\x88" + siren[1:-4]), "magic"),
        "no_checksum": Golden("7 bytes", siren[:7], "checksum"),
        "checksum": Golden("a flipped bit", siren[:-5] + bytes([siren[-5] ^ 1]) + siren[-4:], "checksum"),
        "truncated": Golden("the last byte is cut off", siren[:-1], "checksum"),
        "cut_varint": Golden(
            "the file ends within width", sealed(siren[: place(siren, "width")[0]] + b"\x91"), missing("width")
        ),
        "padded_varint": field("width 17 in two bytes", "width", "91 00", "width in its shortest form"),
        "long_varint": field("width in four bytes", "width", "91 80 80 01", "width in 3 bytes at most"),
        "long_small_varint": field(
            "hidden_layers in two bytes", "hidden_layers", "81 01", "hidden_layers in 1 bytes at most"
        ),
        "sample_bits_12": field("12 bits per sample", "sample_bits", "0c", "sample_bits in"),
        "unknown_representation": field(
            "the number of no representation",
            "representation",
            f"{len(REPRESENTATIONS) + 1:02x}",
            "a representation among",
        ),
        "grey_ycbcr": field("ycbcr of one channel", "colour", "01", "a colour of grey pictures", grey),
        "grey_ycbcr_mean": field("ycbcr_mean of one channel", "colour", "03", "a colour of grey pictures", grey),
        "parameters": Golden(
            "more than 2**24 numbers", patched(picture("fourier"), **most), "at most 16777216 parameters"
        ),
        "exceptions_order": exceptions("exceptions out of order", "expected tensor in", (2, 0, 6), (1, 0, 6)),
        "exceptions_twice": exceptions("two exceptions for a tensor", "expected tensor in", (2, 0, 6), (2, 1, 6)),
        "exceptions_rule": exceptions("an exception with an unknown rule", "expected rule in", (2, len(RULES), 6)),
        "exceptions_cut": Golden(
            "fewer exceptions than said", sealed(siren[: place(siren, "exceptions")[0]] + b"\1"), missing("tensor")
        ),
        "shift_25": field("a shift of 25", "coding", "19", "shift in 0..24"),
        "half_shift": field("a shift without a step", "coding", "01", "shift in 0..0", bases["siren_half"].data),
        "per_row_cut": Golden(
            "fewer mantissas than rows", sealed(rows[: place(rows, "mantissa", 1)[0]]), missing("mantissa")
        ),
        "histogram_beyond": Golden(
            "a histogram beyond the largest symbol", with_histogram(coarse, 10, [1] * 6), "expected symbols in"
        ),
        "histogram_count": Golden(
            "a count of three bytes", with_histogram(coarse, 10, [16384]), "count in 2 bytes at most"
        ),
        "odd_payload": payload("a payload of words and a byte", layout.payload + b"\0", "whole 32-bit words"),
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
        "prior": field("a prior that nobody has", "prior", "ff 01", "prior 255 is not installed", latents),
        "prior_digest": field(
            "the digest of no prior",
            "prior_digest",
            "01",
            "prior 0 has digest 00000000 here, 00000001 is wanted",
            latents,
        ),
        "latent": Golden("a latent of 1024, near its mean", one_latent(1022, 1024), "a latent beyond 1023"),
        "latent_far": Golden("a latent of -1024, far away", one_latent(1022, -1024), "a latent beyond 1023"),
        "latent_endless": Golden("a distance of 60000", one_latent(0, 60000), "a latent beyond 1023"),
        "inexact_context": inexact("|c1 (a, 2**12)| = 2**53", context_beyond_limit()),
        "inexact_synthesis": inexact("S1 + S1 = 2**53", two_grids("synthesis", 0, 0, 0, 0, 2**18, shift=10)),
        "inexact_kernel": inexact(
            "S1 + S2 = 2**53", two_grids("synthesis", 0, 0, 0, 0, 1, 0, 0, 2**18, 2**18 - 1, shift=10)
        ),
        "inexact_upsampling": inexact("|u x| = 2**53", two_grids("upsampling", 0, 0, 16343, 0, shift=15)),
        "inexact_filter": inexact("|m x| = 2**53", two_grids("upsampling", *[0] * 8, 16352, shift=15)),
    }


def missing(field: str) -> str:
    """Words about a file that ends before a field."""
    return f"expected {field}, found the end of the file"


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
            files[f"{name}_no_{field.name}"] = Golden(f"the file ends before {field.name}", cut, missing(field.name))
            for value in (field.low - 1, field.high + 1):
                if 0 <= value < 256 or (field.varint and value > 0):
                    new = varint(value) if field.varint else bytes([value])
                    data = sealed(golden.data[:start] + new + golden.data[stop:-4])
                    files[f"{name}_{field.name}_{value}"] = Golden(
                        f"{field.name} {value}", data, f"expected {field.name} in"
                    )
    return files


def contents() -> dict[str, bytes]:
    """All files of this folder that this script writes, by name."""
    lists, edges = over_lists(), by_hand() | pyramids()
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
samples, little-endian) or what they are refused for. A change in any of them is a change of the
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
        assert golden.rule in str(error), f"{golden.what}: {error}"
        return {
            "section": error.section,
            "offset": error.offset,
            "expected": error.expected,
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

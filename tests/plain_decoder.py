"""A decoder of .inr files written from docs/format.md alone, with nothing but the standard library.

It shows that the page suffices, and is the second opinion for the golden files. Slow; the names are the page's.
"""

import math
import zlib
from bisect import bisect_right
from functools import cache
from itertools import accumulate

MAGIC = b"\x89INR"
REPRESENTATIONS = {
    1: (True, "sine"),
    2: (True, "relu"),
    3: (False, "sine"),
}  # whether there are frequencies; activation
SINE = [math.floor(4096 * math.sin(2 * math.pi * i / 2**14) + 0.5) for i in range(2**14)]


def decode(data: bytes) -> tuple[int, int, int, int, list[int]]:
    """Width, height, channels, sample_bits and the samples, row-major."""
    require(data[:4] == MAGIC, "magic")
    require(len(data) >= 8 and zlib.crc32(data[:-4]) == int.from_bytes(data[-4:], "little"), "checksum")
    fields = Fields(data[4:-4])
    fields.u8("version", 1, 1)
    width, height = fields.varint("width", 1, 2**20), fields.varint("height", 1, 2**20)
    channels, sample_bits = fields.u8("channels", 1, 4), fields.u8("sample_bits", 8, 16)
    require(sample_bits in (8, 16), "sample_bits")
    bits = fields.u8("bits", 2, 16)
    identifier = fields.u8("representation", 0, 255)
    require(identifier in REPRESENTATIONS, "unknown representation")
    encoded, activation = REPRESENTATIONS[identifier]
    hidden_features, hidden_layers = fields.varint("hidden_features", 1, 1024), fields.varint("hidden_layers", 1, 16)
    frequencies = fields.varint("frequencies", 1, 32) if encoded else 0
    base_percent = fields.varint("base_percent", 101, 200) if encoded else 0

    inputs = [2 * (1 + 2 * frequencies)] + [hidden_features] * hidden_layers
    outputs = [hidden_features] * hidden_layers + [channels]
    require(sum(n * (m + 1) for m, n in zip(inputs, outputs, strict=True)) <= 2**24, "more than 2**24 parameters")
    tensors = []  # weight0, bias0, weight1, ...: (numbers, bit depth, step, scale)
    for columns, rows in zip(inputs, outputs, strict=True):
        for numbers, depth in ((rows * columns, bits), (rows, bits + 4)):
            mantissa, shift = fields.u8("mantissa", 1, 255), fields.u8("shift", 0, 24)
            tensors.append((numbers, depth, mantissa << shift, fields.u8("scale", 0, 255)))

    symbols = range_decode(fields.rest(), [(numbers, depth, scale) for numbers, depth, _, scale in tensors])
    layers = []  # of (rows of weight symbols, the weights' step, biases in units of 2**-32)
    for i, columns in enumerate(inputs):
        weights, step, biases, bias_step = symbols[2 * i], tensors[2 * i][2], symbols[2 * i + 1], tensors[2 * i + 1][2]
        rows = [weights[j : j + columns] for j in range(0, len(weights), columns)]
        layers.append((rows, step, [symbol * bias_step * 2**12 for symbol in biases]))
        largest = max(sum(map(abs, row)) for row in rows) * (4096 if activation == "sine" else 32767) * step
        require(largest + max(map(abs, layers[-1][2])) < 2**53, "beyond exact arithmetic")

    # The first layer is a sum of a function of the column and one of the row: each is worked out once.
    (rows, step, biases), *others = layers
    half = inputs[0] // 2
    of_columns = [half_layer([row[:half] for row in rows], step, x) for x in features(width, frequencies, base_percent)]
    of_rows = [half_layer([row[half:] for row in rows], step, y) for y in features(height, frequencies, base_percent)]
    samples = []
    for of_row in of_rows:
        for of_column in of_columns:
            t = [x + y + bias for x, y, bias in zip(of_column, of_row, biases, strict=True)]
            for weights, step, layer_biases in others:
                a = [sine(p) for p in t] if activation == "sine" else [min(max(p + 2**19 >> 20, 0), 32767) for p in t]
                t = [dot(row, a) * step + bias for row, bias in zip(weights, layer_biases, strict=True)]
            samples.extend(sample(value, 2**sample_bits - 1) for value in t)
    return width, height, channels, sample_bits, samples


def require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(what)


class Fields:
    def __init__(self, data: bytes):
        self.data, self.position = data, 0

    def u8(self, name: str, least: int, most: int) -> int:
        require(self.position < len(self.data), f"{name} is missing")
        self.position += 1
        value = self.data[self.position - 1]
        require(least <= value <= most, name)
        return value

    def varint(self, name: str, least: int, most: int) -> int:
        value = 0
        for place in range(3):  # no legal value needs more bytes
            byte = self.u8(name, 0, 255)
            value += (byte & 127) << 7 * place
            if byte < 128:
                require(byte > 0 or place == 0, f"{name} is padded")
                require(least <= value <= most, name)
                return value
        raise ValueError(f"{name} is too long")

    def rest(self) -> bytes:
        return self.data[self.position :]


@cache
def cumulative(depth: int, scale: int) -> list[int]:
    """C(-M), ..., C(M), 2**24."""
    most = 2 ** (depth - 1) - 1
    ratio = math.floor(2**24 * math.exp(-(2 ** (2 - scale / 16))) + 0.5)
    q = [2**32]
    for _ in range(most):
        q.append(q[-1] * ratio >> 24)
    total, shared = 2 * sum(q) - q[0], 2**24 - (2 * most + 1)
    f = [1 + value * shared // total for value in q]
    f[0] += 2**24 - (2 * sum(f) - f[0])
    return [0, *accumulate(f[:0:-1] + f)]


def range_decode(payload: bytes, tensors: list[tuple[int, int, int]]) -> list[list[int]]:
    """The symbols of every tensor, given as (numbers, bit depth, scale)."""
    require(len(payload) % 4 == 0, "payload is not whole words")
    words = (int.from_bytes(payload[i : i + 4], "little") for i in range(0, len(payload), 4))
    lower, span, point = 0, 2**64 - 1, next(words, 0) << 32 | next(words, 0)  # span: the page's "range"
    decoded = []
    for numbers, depth, scale_index in tensors:
        below, most = cumulative(depth, scale_index), 2 ** (depth - 1) - 1
        symbols = []
        for _ in range(numbers):
            scale = span >> 24
            target = (point - lower) % 2**64 // scale
            require(target < 2**24, "range decoder's target")
            i = bisect_right(below, target) - 1
            symbols.append(i - most)
            lower = (lower + scale * below[i]) % 2**64
            span = scale * (below[i + 1] - below[i])
            if span < 2**32:
                lower, span, point = lower * 2**32 % 2**64, span * 2**32, point * 2**32 % 2**64 + next(words, 0)
        decoded.append(symbols)
    return decoded


def features(d: int, frequencies: int, base_percent: int) -> list[list[int]]:
    """The features of every column of width d, or row of height d."""
    g = [2**16 * base_percent**k // 100**k % (d * 2**17) for k in range(frequencies)]
    result = []
    for a in range(1 - d, d, 2):
        p = [nearest(g_k * a % (d * 2**17) * 2**15, d) for g_k in g]
        phases = p + [p_k + 2**30 for p_k in p]
        result.append([nearest(a * 2**20, d)] + [sine(phase) * 2**8 for phase in phases])
    return result


def half_layer(rows: list[list[int]], step: int, x: list[int]) -> list[int]:
    return [dot(row, x) * step + 2**7 >> 8 for row in rows]


def dot(w: list[int], x: list[int]) -> int:
    return sum(w_j * x_j for w_j, x_j in zip(w, x, strict=True))


def nearest(a: int, b: int) -> int:
    return (2 * a + b) // (2 * b)


def sine(p: int) -> int:
    return SINE[(p + 2**17 >> 18) % 2**14]


def sample(t: int, m: int) -> int:
    t = min(max(t, -(2**31)), 2**31)
    return min(max(t * m + (m + 1) * 2**31 >> 32, 0), m)

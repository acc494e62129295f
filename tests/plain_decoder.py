"""A decoder of .inr files written from docs/format.md alone, with nothing but the standard library.

It shows that the page suffices, and is the second opinion for the golden files. Slow; the names are the page's.
"""

import hashlib
import math
import zipfile
import zlib
from ast import literal_eval
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import NamedTuple

MAGIC = b"\x89INR"
COLOURS = ("rgb", "ycbcr", "rgb_mean", "ycbcr_mean")
RULES = ("uniform", "per_row", "companded", "half")
MODELS = ("laplace", "gaussian", "histogram", "raw")
PI = math.pi
ACTIVATIONS = (
    ("sine", lambda t: math.sin(2 * PI * t), 0, 1, 14, 4096),
    ("relu", lambda t: t, 0, 32767 / 4096, 12, 32767),
    ("finer", lambda t: math.sin(2 * PI * t * (1 + 2 * PI * abs(t) / 30)), -8, 8, 12, 4096),
    ("gabor", lambda t: math.cos(2 * PI * t) * math.exp(-((2 * PI * t) ** 2)), -1, 1, 14, 4096),
)  # name, f, low and high end, n, A
SINE, RELU = 0, 1
PERCEPTRON = [("hidden_features", 1, 1024), ("hidden_layers", 1, 16)]
ACTIVATION = ("activation", 0, len(ACTIVATIONS) - 1)
ENCODING = [("frequencies", 1, 32), ("base", 101, 200)]
FOURIER = [("projections", 1, 512), ("deviation", 1, 1000), ("projection_seed", 0, 65535)]
NIF = [
    ("hidden_features", 1, 1024),
    ("last_features", 1, 1024),
    ("hidden_layers", 1, 16),
    ("exponent", 1, 99),
    *ENCODING,
]
GRIDS = [("levels", 1, 16), ("table_bits", 2, 16), ("table_features", 1, 8), ("coarsest", 1, 1024), ("growth", 11, 40)]
PYRAMID = [("levels", 1, 12), ("neighbours", 1, 16), ("context_features", 1, 64), ("synthesis_features", 1, 128)]
PRIOR = [("prior", 0, 255), ("prior_digest", 0, 2**32 - 1)]
NEIGHBOURS = [(0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0), (-1, -2), (-2, 1), (-2, -1), (-2, 2), (0, -3)]
NEIGHBOURS += [(-2, -2), (-1, -3), (0, -4), (-2, 3), (-2, -3)]
PRIORS = Path(__file__).parents[1] / "inrcodec" / "priors"


class Tensor(NamedTuple):
    """`columns` is 0 for a bias, which has only rows, and 1 for others whose numbers are rows."""

    name: str
    rows: int
    columns: int

    @property
    def numbers(self) -> int:
        return self.rows * max(self.columns, 1)


def decode(data: bytes) -> tuple[int, int, int, int, list[int]]:
    """Width, height, channels, sample_bits and the samples, row-major."""
    require(data[:4] == MAGIC, "magic")
    require(len(data) >= 8 and zlib.crc32(data[:-4]) == int.from_bytes(data[-4:], "little"), "checksum")
    fields = Fields(data[4:-4])
    fields.u8("version", 1, 1)
    width, height = fields.varint("width", 1, 2**20), fields.varint("height", 1, 2**20)
    channels, sample_bits = fields.u8("channels", 1, 4), fields.u8("sample_bits", 8, 16)
    require(sample_bits in (8, 16), "sample_bits")
    colour = COLOURS[fields.u8("colour", 0, len(COLOURS) - 1)]
    require(channels >= 3 or not colour.startswith("ycbcr"), "colour")
    means = [fields.u8("mean", 0, 255) if colour.endswith("_mean") else 128 for _ in range(channels)]
    rule, bits = RULES[fields.u8("rule", 0, len(RULES) - 1)], fields.u8("bits", 2, 16)
    kind, hyperparameters = REPRESENTATIONS[fields.u8("representation", 1, len(REPRESENTATIONS)) - 1]
    function = kind(channels, *(fields.varint(*each) for each in hyperparameters))
    require(sum(tensor.numbers for tensor in function.tensors) <= 2**24, "more than 2**24 numbers")

    exceptions, last = {}, -1
    for _ in range(fields.u8("exceptions", 0, 255)):
        last = fields.u8("tensor", last + 1, len(function.tensors) - 1)
        exceptions[last] = RULES[fields.u8("rule", 0, len(RULES) - 1)], fields.u8("bits", 2, 20)
    codings = []
    for place, tensor in enumerate(function.tensors):
        own, depth = rule, bits
        if place in exceptions:
            own, depth = exceptions[place]
        elif not tensor.columns and rule != "half":
            own, depth = "uniform", bits + 4
        codings.append(read_coding(fields, tensor, own, 16 if own == "half" else depth))
    parameters, coder = {}, RangeDecoder(fields.rest())
    for tensor, coding in zip(function.tensors, codings, strict=True):
        n, numbers = max(tensor.columns, 1), tensor_symbols(coder, tensor.numbers, coding)
        rows = [[parameter(coding, s, row) for s in numbers[row * n : row * n + n]] for row in range(tensor.rows)]
        parameters[tensor.name] = rows if tensor.columns else [b for (b,) in rows]

    function.prepare(parameters)
    samples = []
    for t in function.picture(width, height, coder):
        samples.extend(to_samples(t, means, colour, 2**sample_bits - 1))
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
        value, place = 0, 0
        while True:
            byte = self.u8(name, 0, 255)
            value += (byte & 127) << 7 * place
            place += 1
            if byte < 128:
                break
            require(most >= 2 ** (7 * place), f"{name} is too long")
        require(byte > 0 or place == 1, f"{name} is padded")
        require(least <= value <= most, name)
        return value

    def rest(self) -> bytes:
        return self.data[self.position :]


# Tensors: how they are coded, and their symbols.


class Coding(NamedTuple):
    rule: str
    most: int  # M
    shift: int
    mantissas: list[int]  # one, or one per row
    curve: int
    model: str
    settings: tuple[int, ...]


def read_coding(fields: Fields, tensor: Tensor, rule: str, depth: int) -> Coding:
    most = 2 ** (depth - 1) - 1
    coding = fields.u8("coding", 0, 255)
    require(coding // 32 < len(MODELS) and coding % 32 <= (0 if rule == "half" else 24), "coding")
    mantissas = {"half": 0, "per_row": tensor.rows}.get(rule, 1)
    step = [fields.u8("mantissa", 1, 255) for _ in range(mantissas)]
    curve = fields.u8("curve", 0, 16) if rule == "companded" else 0
    model, settings = MODELS[coding // 32], ()
    if model in ("laplace", "gaussian"):
        settings = (fields.u8("scale", 0, 255),)
    elif model == "histogram":
        lowest = fields.varint("lowest", 0, 2 * most)
        symbols = fields.varint("symbols", 1, 2 * most + 1 - lowest)
        settings = (lowest, *(fields.varint("count", 0, 16383) for _ in range(symbols)))
    return Coding(rule, most, coding % 32, step, curve, model, settings)


@cache
def frequencies(model: str, settings: tuple[int, ...], most: int) -> tuple[int, list[int]]:
    """The lowest symbol, and C of every symbol from it on, then 2**24."""
    lowest, peak = -most, most
    if model == "raw":
        weights = [1] * (2 * most + 1)
    elif model == "histogram":
        lowest, weights = settings[0] - most, list(settings[1:])
        if not any(weights):
            weights = [1] * len(weights)
        peak = weights.index(max(weights))
    else:
        (s,) = settings
        q = list(islice(laplace(s) if model == "laplace" else gaussian(s), most + 1))
        weights = q[:0:-1] + q
    return lowest, cumulative(weights, peak)


def cumulative(weights: list[int], peak: int) -> list[int]:
    total, free = sum(weights), 2**24 - len(weights)
    f = [1 + w * free // total for w in weights]
    f[peak] += 2**24 - sum(f)
    return [0, *accumulate(f)]


def laplace(s: int) -> Iterator[int]:
    ratio, q = real(2**24 * math.exp(-(2 ** (2 - s / 16)))), 2**32
    while True:
        yield q
        q = q * ratio >> 24


def gaussian(s: int) -> Iterator[int]:
    ratio, q = real(2**32 * math.exp(-(2 ** (3 - s / 8)))), 2**32
    g = ratio
    while True:
        yield q
        q, g = q * g >> 32, g * (ratio * ratio >> 32) >> 32


class RangeDecoder:
    def __init__(self, payload: bytes):
        require(len(payload) % 4 == 0, "payload is not whole words")
        self.words = (int.from_bytes(payload[i : i + 4], "little") for i in range(0, len(payload), 4))
        self.lower, self.range = 0, 2**64 - 1
        self.point = self.word() << 32 | self.word()

    def word(self) -> int:
        return next(self.words, 0)

    def symbol(self, below: list[int]) -> int:
        """The next symbol, counted from 0, by C of every symbol and 2**24."""
        scale = self.range >> 24
        target = (self.point - self.lower) % 2**64 // scale
        require(target < 2**24, "range decoder's target")
        k = bisect_right(below, target) - 1
        self.lower = (self.lower + scale * below[k]) % 2**64
        self.range = scale * (below[k + 1] - below[k])
        if self.range < 2**32:
            self.lower, self.range = self.lower * 2**32 % 2**64, self.range * 2**32
            self.point = self.point * 2**32 % 2**64 + self.word()
        return k


def tensor_symbols(coder: RangeDecoder, numbers: int, coding: Coding) -> list[int]:
    lowest, below = frequencies(coding.model, coding.settings, coding.most)
    return [lowest + (coder.symbol(below) if len(below) > 2 else 0) for _ in range(numbers)]


def parameter(coding: Coding, s: int, row: int) -> int:
    if coding.rule == "half":
        e, m = abs(s) >> 10, abs(s) % 2**10
        m = m if e == 0 else (2**10 + m) * 2 ** (e - 1)
        return nearest(m if s > 0 else -m, 16)
    mantissa = coding.mantissas[row if coding.rule == "per_row" else 0]
    if coding.rule == "companded":
        bent = s * ((16 - coding.curve) * coding.most + coding.curve * abs(s))
        return nearest(bent * mantissa, 16 * coding.most) * 2**coding.shift
    return s * mantissa * 2**coding.shift


# Operations.

Weights = list[list[int]]


def exact(w: Weights, b: list[int], a: int) -> None:
    largest = max(sum(map(abs, row)) for row in w) * a
    require(largest + max(abs(value) * 2**12 for value in b) < 2**53, "beyond exact arithmetic")


def half_layer(w: Weights, x: list[int]) -> list[int]:
    return [dot(row, x) + 2**7 >> 8 for row in w]


def layer(w: Weights, b: list[int], v: list[int]) -> list[int]:
    return [dot(row, v) + bias * 2**12 for row, bias in zip(w, b, strict=True)]


def dot(w: Iterable[int], x: list[int]) -> int:
    return sum(w_j * x_j for w_j, x_j in zip(w, x, strict=True))


@cache
def table(activation: int) -> list[int]:
    _, f, low, high, n, _ = ACTIVATIONS[activation]
    entries = int((high - low) * 2**n) + (activation != SINE)
    return [real(4096 * f(low + i / 2**n)) for i in range(entries)]


def activate(activation: int, t: int) -> int:
    _, _, low, _, n, _ = ACTIVATIONS[activation]
    values = table(activation)
    index = (t + 2 ** (31 - n) >> 32 - n) - low * 2**n
    return values[index % 2**14 if activation == SINE else cut(index, 0, len(values) - 1)]


def bare(a: int, d: int) -> list[int]:
    return [nearest(a * 2**20, d)]


def positional(frequencies: int, base: int, a: int, d: int) -> list[int]:
    g = [2**16 * base**k // 100**k % (d * 2**17) for k in range(frequencies)]
    p = [nearest(g_k * a % (d * 2**17) * 2**15, d) for g_k in g]
    return bare(a, d) + [activate(SINE, phase) * 2**8 for phase in p + [p_k + 2**30 for p_k in p]]


def cut(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)


def nearest(a: int, b: int) -> int:
    return (2 * a + b) // (2 * b)


def real(value: float) -> int:
    return math.floor(value + 0.5)


# Representations.


def perceptron(widths: list[int], first: int, biases: bool = True) -> list[Tensor]:
    tensors = []
    for i, (columns, rows) in enumerate(pairwise(widths), first):
        tensors.append(Tensor(f"weight{i}", rows, columns))
        if biases:
            tensors.append(Tensor(f"bias{i}", rows, 0))
    return tensors


def layers_of(tensors: list[Tensor], parameters: dict[str, list]) -> list[tuple[Weights, list[int]]]:
    """The weights and biases of every layer."""
    weights = [tensor for tensor in tensors if tensor.name.startswith("weight")]
    return [
        (parameters[tensor.name], parameters.get(tensor.name.replace("weight", "bias"), [0] * tensor.rows))
        for tensor in weights
    ]


class Layers:
    """A first layer on features of the coordinates, and others."""

    def __init__(self, features: Callable[[int, int], list[int]], widths: list[int], activation: int):
        self.features, self.activation = features, activation
        self.tensors = perceptron(widths, 0)

    def prepare(self, parameters: dict[str, list]) -> None:
        self.take(*layers_of(self.tensors, parameters))

    def take(self, first: tuple[Weights, list[int]], *others: tuple[Weights, list[int]]) -> None:
        self.first, self.first_bias = first
        self.others = others
        exact(*first, 2**20)
        for i, each in enumerate(others):
            exact(*each, ACTIVATIONS[self.activation_after(i)][5])

    def activation_after(self, i: int) -> int:
        return self.activation

    def axis(self, a: int, d: int) -> list[list[int]]:
        """What a column or row adds to the first layer, as a column and as a row: each is worked out once."""
        x, half = self.features(a, d), len(self.first[0]) // 2
        return [half_layer([row[:half] for row in self.first], x), half_layer([row[half:] for row in self.first], x)]

    def picture(self, width: int, height: int, coder: RangeDecoder) -> Iterator[list[int]]:
        columns, rows = ([self.axis(a, d) for a in range(1 - d, d, 2)] for d in (width, height))
        return (self.outputs(x, y) for y in rows for x in columns)

    def outputs(self, x: list[list[int]], y: list[list[int]]) -> list[int]:
        t = [of_x + of_y + b * 2**12 for of_x, of_y, b in zip(x[0], y[1], self.first_bias, strict=True)]
        return self.rest(self.activated(0, t))

    def rest(self, v: list[int]) -> list[int]:
        for i, (w, b) in enumerate(self.others, 1):
            t = layer(w, b, v)
            v = self.activated(i, t) if i < len(self.others) else []
        return t

    def activated(self, i: int, t: list[int]) -> list[int]:
        return [activate(self.activation_after(i), value) for value in t]


def siren(channels: int, n: int, layers: int, activation: int) -> Layers:
    return Layers(bare, [2, *[n] * layers, channels], activation)


def encoded(channels: int, n: int, layers: int, activation: int, frequencies: int, base: int) -> Layers:
    features = partial(positional, frequencies, base)
    return Layers(features, [2 * (1 + 2 * frequencies), *[n] * layers, channels], activation)


class Meta(Layers):
    def __init__(self, channels: int, n: int, layers: int, frequencies: int, prior: int, digest: int):
        self.features, self.activation = partial(positional, frequencies, 140), SINE
        self.tensors = perceptron([2 * (1 + 2 * frequencies), *[n] * layers, channels], 0)
        self.bases = read_prior(prior, digest)
        require(not prior or channels == 3, "prior is of 3 channels")
        for tensor in self.tensors if prior else []:
            require(tensor.name in self.bases, "prior is of another representation")
            base = self.bases[tensor.name]
            columns = len(base[0]) if isinstance(base[0], list) else 0
            require((len(base), columns) == (tensor.rows, tensor.columns), "prior is of another size")

    def prepare(self, parameters: dict[str, list]) -> None:
        super().prepare({name: added(numbers, self.bases.get(name)) for name, numbers in parameters.items()})


class Fourier(Layers):
    def __init__(self, channels: int, n: int, layers: int, projections: int, deviation: int, seed: int):
        self.features, self.activation = bare, RELU
        self.tensors = perceptron([2 * projections, *[n] * layers, channels], 1)
        z = normal_numbers(seed)
        rows = [[next(z) * deviation * 8 // 10, next(z) * deviation * 8 // 10] for _ in range(projections)]
        self.frozen = rows + rows, [0] * projections + [2**18] * projections

    def prepare(self, parameters: dict[str, list]) -> None:
        self.take(self.frozen, *layers_of(self.tensors, parameters))

    def activation_after(self, i: int) -> int:
        return RELU if i else SINE


class Nif(Layers):
    def __init__(
        self, channels: int, n: int, last_features: int, layers: int, exponent: int, frequencies: int, base: int
    ):
        self.features, self.activation = partial(positional, frequencies, base), SINE
        widths = []
        for i in range(layers):
            target, steps = i**exponent * 2**160, max(layers - 1, 1) ** exponent
            q = bisect_right(range(2**16 + 1), target, key=lambda q: q**10 * steps) - 1
            widths.append(n + ((last_features - n) * q + 2**15 >> 16))
        self.tensors = perceptron([2 * (1 + 2 * frequencies), *widths, channels], 0, biases=False)

    def activated(self, i: int, t: list[int]) -> list[int]:
        between = max(len(t) - 1, 1)
        v = []
        for j, value in enumerate(t):
            r, p = 205 + 102 * j // between, -5 * 2**32 + 10 * 2**32 * j // between
            v.append(activate(SINE, (value * r + 2**7 >> 8) + activate(SINE, p) * 2**19))
        return v


class HashGrid(Layers):
    def __init__(self, channels: int, n: int, layers: int, levels: int, bits: int, features: int, c: int, growth: int):
        self.activation = RELU
        self.cells = [min(c * growth**level // 10**level, 2**16) for level in range(levels)]
        rows = [min((c + 1) ** 2, 2**bits) for c in self.cells]
        grids = [Tensor(f"table{level}", count, features) for level, count in enumerate(rows)]
        self.tensors = grids + perceptron([levels * features, *[n] * layers, channels], 1)

    def prepare(self, parameters: dict[str, list]) -> None:
        self.tables = [parameters[f"table{level}"] for level in range(len(self.cells))]
        for rows in self.tables:
            require(max(abs(value) for row in rows for value in row) < 2**40, "beyond exact arithmetic")
        self.others = layers_of(self.tensors, parameters)
        for each in self.others:
            exact(*each, 32767)

    def axis(self, a: int, d: int) -> list[list[int]]:
        return [[(a + d) * c * 2**19 // d for c in self.cells]]

    def outputs(self, x: list[list[int]], y: list[list[int]]) -> list[int]:
        v = []
        for rows, c, of_x, of_y in zip(self.tables, self.cells, x[0], y[0], strict=True):
            i, j, g, h = of_x >> 20, of_y >> 20, of_x % 2**20 >> 10, of_y % 2**20 >> 10
            corners = [(i, j, (2**10 - g) * (2**10 - h)), (i + 1, j, g * (2**10 - h))]
            corners += [(i, j + 1, (2**10 - g) * h), (i + 1, j + 1, g * h)]
            found = [(self.row(rows, c, *vertex), share) for *vertex, share in corners]
            for k in range(len(rows[0])):
                number = sum(row[k] * share for row, share in found) + 2**27 >> 28
                v.append(cut(number, -32767, 32767))
        return self.rest(v)

    def row(self, rows: Weights, c: int, i: int, j: int) -> list[int]:
        direct = len(rows) == (c + 1) ** 2
        return rows[j * (c + 1) + i if direct else (i ^ (j * 2654435761 % 2**32)) % len(rows)]


class Pyramid:
    def __init__(self, channels: int, levels: int, neighbours: int, h: int, n: int, prior: int, digest: int):
        self.channels, self.levels, self.neighbours = channels, levels, neighbours
        self.shapes = {
            "context": [(h, neighbours + 1), (h, h + 1), (2, h), (2, neighbours + 1)],
            "synthesis": [(n, levels + 1), (channels, n), (channels, levels + 1), (channels, 9 * channels)],
            "upsampling": [(levels - 1, 4)] if levels > 1 else [],
        }
        counts = {name: sum(rows * columns for rows, columns in shapes) for name, shapes in self.shapes.items()}
        self.tensors = [Tensor(name, count, 1) for name, count in counts.items() if count]
        self.bases = {"upsampling": [weight * 2**12 for weight in (-9, 67, 225, -27)] * (levels - 1)}
        if matrices := read_prior(prior, digest):
            self.bases |= self.learnt(matrices)

    def learnt(self, matrices: dict[str, Weights]) -> dict[str, list[int]]:
        require(matrices.keys() >= {"context0", "synthesis0", "upsampling"}, "prior is of another representation")
        context, synthesis = ([matrices[f"{name}{i}"] for i in range(4)] for name in ("context", "synthesis"))
        sizes = [[(len(matrix), len(matrix[0])) for matrix in of] for of in (context, synthesis)]
        require(sizes[0] == self.shapes["context"], "prior is of another size")
        require(self.levels <= 9 and sizes[1][0][0] == self.shapes["synthesis"][0][0], "prior is of another size")
        for i in (0, 2):
            synthesis[i] = [row[: self.levels] + row[-1:] for row in synthesis[i]]
        found = {"context": context, "upsampling": [matrices["upsampling"][: self.levels - 1]]}
        if self.channels == 3:
            found["synthesis"] = synthesis
        return {name: [number for matrix in of for row in matrix for number in row] for name, of in found.items()}

    def prepare(self, parameters: dict[str, list]) -> None:
        for name, shapes in self.shapes.items():
            numbers = [row[0] for row in parameters.get(name, [])]
            flat = iter([a + b for a, b in zip(numbers, self.bases.get(name, [0] * len(numbers)), strict=True)])
            setattr(self, name, [[list(islice(flat, columns)) for _ in range(rows)] for rows, columns in shapes])

    def picture(self, width: int, height: int, coder: RangeDecoder) -> Iterator[list[int]]:
        c0, c1, c2, c3 = self.context
        v, activations = [1023] * self.neighbours + [1], [2**20 - 1] * len(c0)
        sums = [most(c0, v), most(c1, [*activations, 2**12]), most(c2, activations) + most(c3, v) * 2**12]
        require(max(sums) < 2**53, "beyond exact arithmetic")
        sizes = [[(side + 2**level - 1) // 2**level for side in (height, width)] for level in range(self.levels)]
        grids = [self.latents(coder, *size) for size in reversed(sizes)][::-1]
        s0, s1, s2, s3 = self.synthesis
        p, g = [2**24] * self.levels + [2**12], [2**24] * 9 * self.channels
        s = [most(s0, p), most(s1, [2**20 - 1] * len(s0)) + most(s2, p), most(s3, g)]
        require(s[1] + max(s) < 2**53, "beyond exact arithmetic")
        for u in self.upsampling:
            require(most(u, [2**24] * 4) < 2**53, "beyond exact arithmetic")
        return self.outputs([self.plane(grid, level, sizes) for level, grid in enumerate(grids)])

    def latents(self, coder: RangeDecoder, rows: int, columns: int) -> Weights:
        """A grid of so many."""
        grid = [[0] * columns for _ in range(rows)]
        for t in range(columns + 2 * (rows - 1)):
            wave = [(r, t - 2 * r) for r in range(rows) if 0 <= t - 2 * r < columns]
            distributions = [self.distribution(grid, r, c) for r, c in wave]
            distances = [coder.symbol(near(s, mean - 32 * (mean + 16 >> 5))) - 8 for mean, s in distributions]
            going = [i for i, distance in enumerate(distances) if abs(distance) == 8]
            while going:
                symbols = [coder.symbol(far(distributions[i][1])) for i in going]
                for i, symbol in zip(going, symbols, strict=True):
                    distances[i] += symbol if distances[i] > 0 else -symbol
                    require(abs(distances[i]) <= 2046, "a latent beyond 1023")
                going = [i for i, symbol in zip(going, symbols, strict=True) if symbol == 8]
            for (r, c), (mean, _), distance in zip(wave, distributions, distances, strict=True):
                grid[r][c] = (mean + 16 >> 5) + distance
                require(abs(grid[r][c]) <= 1023, "a latent beyond 1023")
        return grid

    def distribution(self, grid: Weights, r: int, c: int) -> tuple[int, int]:
        """Mean and scale."""
        c0, c1, c2, c3 = self.context
        places = [(r + dy, c + dx) for dy, dx in NEIGHBOURS[: self.neighbours]]
        v = [grid[y][x] if y >= 0 and 0 <= x < len(grid[0]) else 0 for y, x in places] + [1]
        a = [cut(dot(row, v) + 2**7 >> 8, 0, 2**20 - 1) for row in c0]
        b = [cut(dot(row, [*a, 2**12]) + 2**19 >> 20, 0, 2**20 - 1) for row in c1]
        o = [dot(row, b) + dot(linear, v) * 2**12 for row, linear in zip(c2, c3, strict=True)]
        return cut(o[0] + 2**26 >> 27, -32736, 32736), cut((o[1] + 2**28 >> 29) + 16, 0, 112)

    def plane(self, grid: Weights, level: int, sizes: list[list[int]]) -> Weights:
        plane = [[latent * 2**12 for latent in row] for row in grid]
        for finer in reversed(range(level)):
            u, (rows, columns) = self.upsampling[0][finer], sizes[finer]
            plane = transposed([doubled(column, u, rows) for column in transposed(plane)])
            plane = [doubled(row, u, columns) for row in plane]
        return plane

    def outputs(self, planes: list[Weights]) -> Iterator[list[int]]:
        s0, s1, s2, s3 = self.synthesis
        q = []
        for rows in zip(*planes, strict=True):
            q.append([])
            for pixel in zip(*rows, strict=True):
                p = [*pixel, 2**12]
                h = [cut(dot(row, p) + 2**19 >> 20, 0, 2**20 - 1) for row in s0]
                q[-1].append([dot(row, h) + dot(linear, p) for row, linear in zip(s1, s2, strict=True)])
        g = [[[cut(value + 2**11 >> 12, -(2**24), 2**24) for value in pixel] for pixel in row] for row in q]
        for r, row in enumerate(q):
            for c, pixel in enumerate(row):
                places = [(r + j // 3 - 1, c + j % 3 - 1) for j in range(9)]
                around = [g[cut(y, 0, len(g) - 1)][cut(x, 0, len(row) - 1)] for y, x in places]
                flat = [value for values in around for value in values]
                yield [value + (dot(weights, flat) + 2**7 >> 8) for value, weights in zip(pixel, s3, strict=True)]


def read_prior(prior: int, digest: int) -> dict[str, list]:
    """The arrays of NumPy's file: a ZIP of one .npy each, which is a header in Python's words, then the numbers."""
    require(prior > 0 or digest == 0, "prior_digest")
    if prior == 0:
        return {}
    require((PRIORS / f"{prior}.npz").exists(), "prior")
    found, sha256 = {}, hashlib.sha256()
    with zipfile.ZipFile(PRIORS / f"{prior}.npz") as arrays:
        for name in sorted(arrays.namelist()):
            data = arrays.read(name)
            start = 10 + int.from_bytes(data[8:10], "little")
            header = literal_eval(data[10:start].decode().strip())
            require(header["descr"] == "<i4" and not header["fortran_order"], "prior")
            sha256.update(data[start:])
            numbers = [int.from_bytes(data[i : i + 4], "little", signed=True) for i in range(start, len(data), 4)]
            rows, columns = header["shape"] if len(header["shape"]) == 2 else (0, 0)
            matrix = [numbers[row * columns :][:columns] for row in range(rows)]
            found[name.removesuffix(".npy")] = matrix or numbers
    require(digest == int.from_bytes(sha256.digest()[:4], "big"), "prior_digest")
    return found


def added(a: list, b: list | None) -> list:
    """Numbers, or rows of them, each the sum of two; None stands for zeros."""
    if b is None:
        return a
    return [added(x, y) if isinstance(x, list) else x + y for x, y in zip(a, b, strict=True)]


def most(w: Weights, x: list[int]) -> int:
    """The largest sum that a row of w gives."""
    return max(dot(map(abs, row), x) for row in w)


@cache
def near(s: int, f: int) -> list[int]:
    e = [32 * k - 240 - f for k in range(16)]
    g = [tail(s, -value) if value <= 0 else 2**24 - tail(s, value) for value in e]
    return cumulative([g[0], *(b - a for a, b in pairwise(g)), 2**24 - g[15]], 8)


@cache
def far(s: int) -> list[int]:
    return cumulative([tail(s, 32 * k) - tail(s, 32 * k + 32) for k in range(8)] + [tail(s, 256)], 8)


def tail(s: int, t: int) -> int:
    return real(2**23 * math.exp(-t * 2 ** (2 - s / 8)))


def doubled(x: list[int], u: list[int], count: int) -> list[int]:
    """So many numbers of twice as many."""
    y = []
    for i in range(count):
        places = [i // 2 + (2 - j if i % 2 else j - 2) for j in range(4)]
        total = sum(weight * x[cut(place, 0, len(x) - 1)] for weight, place in zip(u, places, strict=True))
        y.append(cut(total + 2**19 >> 20, -(2**24), 2**24))
    return y


def transposed(rows: Weights) -> Weights:
    return list(map(list, zip(*rows, strict=True)))


def normal_numbers(seed: int) -> Iterator[int]:
    state = seed
    while True:
        total = -6 * 65535
        for _ in range(12):
            state = (state + 0x9E3779B97F4A7C15) % 2**64
            v = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
            v = (v ^ (v >> 27)) * 0x94D049BB133111EB % 2**64
            total += (v ^ (v >> 31)) >> 48
        yield total


REPRESENTATIONS = (
    (siren, [*PERCEPTRON, ACTIVATION]),
    (encoded, [*PERCEPTRON, ACTIVATION, *ENCODING]),
    (Fourier, [*PERCEPTRON, *FOURIER]),
    (Nif, NIF),
    (HashGrid, [*PERCEPTRON, *GRIDS]),
    (Pyramid, [*PYRAMID, *PRIOR]),
    (Meta, [*PERCEPTRON, ENCODING[0], *PRIOR]),
)


def to_samples(t: list[int], means: list[int], colour: str, m: int) -> list[int]:
    values = [cut(value, -(2**33), 2**33) + mean * 2**24 for value, mean in zip(t, means, strict=True)]
    if colour.startswith("ycbcr"):
        y, cb, cr = values[0], values[1] - 2**31, values[2] - 2**31
        red, blue = y + (91881 * cr + 2**15 >> 16), y + (116130 * cb + 2**15 >> 16)
        values[:3] = [red, y - (22554 * cb + 46802 * cr + 2**15 >> 16), blue]
    return [m * cut(value, 0, 2**32) + 2**31 >> 32 for value in values]

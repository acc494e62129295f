"""Write the valid files of the corpus: every representation, count of channels and depth, small and odd sizes."""

from itertools import product

import numpy as np
from fuzz_decode import CORPUS, outcome

from inrcodec.arithmetic.fixed_point import MAXIMUM_MANTISSA, MAXIMUM_SHIFT, Step
from inrcodec.bitstream.container import ImplicitPicture, write
from inrcodec.quantization.symbols import QuantizedTensor, largest_symbol
from inrcodec.quantization.uniform import quantize, tensor_bits
from inrcodec.representations import REPRESENTATIONS

SIZES = ((1, 1), (13, 7), (1, 300), (129, 1), (32, 32), (3, 2))
BITS = (2, 3, 6, 8, 16)
FUNCTIONS = (
    {"hidden_features": 1, "hidden_layers": 4, "frequencies": 1, "base_percent": 101},
    {"hidden_features": 5, "hidden_layers": 2, "frequencies": 4, "base_percent": 140},
    {"hidden_features": 8, "hidden_layers": 1, "frequencies": 8, "base_percent": 200},
    {"hidden_features": 3, "hidden_layers": 3, "frequencies": 2, "base_percent": 127},
)


def main() -> None:
    random = np.random.default_rng(0)
    for index, (name, channels, sample_bits) in enumerate(product(REPRESENTATIONS, (1, 2, 3, 4), (8, 16))):
        width, height = SIZES[index % len(SIZES)]
        bits = BITS[index % len(BITS)]
        kind = REPRESENTATIONS[name]
        function = kind(**{key: value for key, value in FUNCTIONS[index % 4].items() if key in kind.__annotations__})
        tensors = quantize(function.initial(channels, random), bits)
        picture = ImplicitPicture(width, height, channels, sample_bits, function, bits, tensors)
        keep(f"{name}-{width}x{height}x{channels}-{sample_bits}-bits{bits}", picture)
    keep("zeros", extreme(0, Step(1, 0), 2))
    for shift in (8, MAXIMUM_SHIFT):
        keep(f"largest-shift{shift}", extreme(1, Step(MAXIMUM_MANTISSA, shift), 16))


def extreme(sign: int, step: Step, bits: int) -> ImplicitPicture:
    """A picture whose symbols are all zero or all as large as can be."""
    function = REPRESENTATIONS["siren"](hidden_features=2, hidden_layers=1)
    tensors = {}
    for name, shape in function.shapes(3).items():
        depth = tensor_bits(name, bits)
        symbols = np.full(shape, sign * largest_symbol(depth), dtype=np.int64)
        tensors[name] = QuantizedTensor(symbols, step, depth)
    return ImplicitPicture(4, 3, 3, 8, function, bits, tensors)


def keep(name: str, picture: ImplicitPicture) -> None:
    """Files are named after what becomes of them."""
    data = write(picture)
    (CORPUS / f"{outcome(data)}-{name}.inr").write_bytes(data)


if __name__ == "__main__":
    main()

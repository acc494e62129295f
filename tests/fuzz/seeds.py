"""Write the valid files of the corpus: all entries of all lists, counts of channels and depths, small and odd sizes."""

import random
from itertools import cycle, product
from math import prod

import numpy as np
from fuzz_decode import CORPUS, outcome
from variants import depths, functions, picture, random_function

from inrcodec import entropy, priors
from inrcodec.bitstream.container import ImplicitPicture, write
from inrcodec.operations.colour import COLOURS, Colour
from inrcodec.operations.fixed_point import MAXIMUM_MANTISSA, MAXIMUM_SHIFT
from inrcodec.quantization import RULES
from inrcodec.quantization.base import QuantizedTensor, largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.representations import REPRESENTATIONS, Representation
from inrcodec.representations.module import Module

SIZES = ((1, 1), (13, 7), (1, 300), (129, 1), (32, 32), (3, 2))
KINDS = list(product((1, 2, 3, 4), (8, 16)))
BITS = (2, 3, 6, 8, 16)
TINY = {"hidden_features": 4, "hidden_layers": 2, "frequencies": 4, "projections": 4, "levels": 3, "table_bits": 4}
TINY |= {"neighbours": 4, "context_features": 4, "synthesis_features": 4}
LARGEST_BYTES = 2000
EXTREMES = (("zeros", 0, 1, 0, 2), ("largest-shift8", 1, MAXIMUM_MANTISSA, 8, 16))
EXTREMES += (("largest-shift24", 1, MAXIMUM_MANTISSA, MAXIMUM_SHIFT, 16),)


def main() -> None:
    for with_grids in (False, True):
        chance = random.Random(with_grids)
        kinds = {name: kind for name, kind in REPRESENTATIONS.items() if kind.has_grids == with_grids}
        every = functions(**TINY).items()
        chosen = [(name, function) for name, function in every for _ in range(2) if type(function) in kinds.values()]
        chosen += [(name, random_function(kind, chance, 5)) for name, kind in kinds.items() for _ in range(4)]
        seeds(chosen, chance)
    of_latents = [
        REPRESENTATIONS["pyramid"](levels=4, prior=number, **priors.NETWORKS) for number in priors.RATE_WEIGHTS
    ]
    of_networks = [
        REPRESENTATIONS["meta"](hidden_features=28, hidden_layers=3, prior=number) for number in priors.STARTS
    ]
    seeds([(f"prior-{function.prior}", function) for function in of_latents + of_networks], random.Random(2))
    keep("module", write(own_module()))
    for name, sign, mantissa, shift, depth in EXTREMES:
        keep(name, write(extreme(sign, mantissa, shift, depth)))


def seeds(chosen: list[tuple[str, Representation]], chance: random.Random) -> None:
    """Every entry of the lists is there once at least, in turns."""
    turns = list(map(cycle, (SIZES, KINDS, (None, *RULES), COLOURS)))
    for name, function in chosen:
        (width, height), (channels, sample_bits), rule, colours = map(next, turns)
        about = {"channels": channels, "sample_bits": sample_bits, "rule": rule, "colours": colours}
        data = None
        while data is None or len(data) > LARGEST_BYTES:
            about |= {"bits": chance.choice(BITS), "model": chance.choice(entropy.CHOICES)}
            data = write(picture(function, width, height, **about))
        keep("-".join(["seed", name, *map(str, about.values())]), data)


def own_module() -> ImplicitPicture:
    """A file that is not portable."""
    function = Module(3, "my_net:MyNet", '{"width": 2}', '{"layer.weight": [3, 2], "layer.bias": [3]}')
    declared = function.tensors(3, 4, 3)
    parameters = {
        name: np.linspace(-1, 1, prod(tensor.shape)).reshape(tensor.shape) for name, tensor in declared.items()
    }
    tensors = quantize(parameters, declared, Depths())
    return ImplicitPicture(4, 3, 3, 8, Colour("rgb", (128,) * 3), function, Depths(), tensors)


def extreme(sign: int, mantissa: int, shift: int, bits: int) -> ImplicitPicture:
    """A picture whose symbols are all zero or all as large as can be."""
    function = REPRESENTATIONS["siren"](hidden_features=2, hidden_layers=1)
    declared = function.tensors(3, 4, 3)
    chosen = depths("uniform", bits, declared)
    tensors = {}
    for name, tensor in declared.items():
        symbols = np.full(tensor.shape, sign * largest_symbol(bits), dtype=np.int64)
        tensors[name] = QuantizedTensor(symbols, RULES["uniform"], bits, {"shift": shift, "mantissa": mantissa})
    return ImplicitPicture(4, 3, 3, 8, Colour("rgb", (128,) * 3), function, chosen, tensors)


def keep(name: str, data: bytes) -> None:
    """Files are named after what becomes of them."""
    (CORPUS / f"{outcome(data)}-{name}.inr").write_bytes(data)


if __name__ == "__main__":
    main()

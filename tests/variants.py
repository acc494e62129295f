"""Files of every kind that the lists allow, so that a new entry of a list is tested by being in it.

No fit is needed for any of them: parameters are those that one begins with, the output made as strong as a picture.
"""

import random
from itertools import product
from math import log2
from typing import Any

import numpy as np

from inrcodec import entropy
from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.decoding.grid import axis_features
from inrcodec.operations import fixed_point as fp
from inrcodec.operations.colour import COLOURS, Colour
from inrcodec.operations.context import SCALE_BITS, SCALE_OF_ZERO, SMALLEST_LOG2_SCALE
from inrcodec.operations.space import Exact, Parameter
from inrcodec.quantization import RULES
from inrcodec.quantization.depths import Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.representations import REPRESENTATIONS, Representation
from inrcodec.representations.base import Tensor, frozen, travelling

CONTRAST = 0.15
LATENT_SCALE = 1.5
MEANS = (90, 140, 120, 200)


def function(name: str, **settings: Any) -> Representation:
    """A representation with those of the settings that it has."""
    kind = REPRESENTATIONS[name]
    return kind(**{key: value for key, value in settings.items() if key in kind.hyperparameters()})


def functions(with_grids: bool = True, **settings: Any) -> dict[str, Representation]:
    """Every representation, or only those without grids, with every choice that it offers, such as `siren-relu`."""
    found = {}
    for name, kind in REPRESENTATIONS.items():
        if kind.has_grids and not with_grids:
            continue
        choices = {key: declared.choices for key, declared in kind.hyperparameters().items() if declared.choices}
        for picked in product(*choices.values()):
            found["-".join((name, *picked))] = function(name, **settings, **dict(zip(choices, picked, strict=True)))
    return found


def random_function(kind: type[Representation], chance: random.Random, largest: int = 9) -> Representation:
    """Any hyperparameters that are accepted, integers near the least of theirs; no prior, which must be installed."""
    settings = {}
    for name, declared in kind.hyperparameters().items():
        if name.startswith("prior"):
            continue
        high = declared.high if declared.choices or declared.decimals else min(declared.high, declared.low + largest)
        settings[name] = declared.value(chance.randint(declared.low, high))
    return kind(**settings)


def depths(rule: str, bits: int, tensors: Any) -> Depths:
    """Every tensor under one rule, biases too; `bits` for rules that have a choice."""
    bits = RULES[rule].fixed_bits or bits
    return Depths(exceptions=dict.fromkeys(tensors, (rule, bits)))


def colour(name: str, channels: int) -> Colour:
    if channels < 3:
        name = name.replace("ycbcr", "rgb")
    means = MEANS if name.endswith("_mean") else (128,) * 4
    return Colour(name, means[:channels])


def latents(
    representation: Representation, width: int, height: int, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """Grids, where the representation has some."""
    shapes = representation.grids(width, height)
    return {name: np.rint(random.laplace(0, LATENT_SCALE, shape)).astype(np.int16) for name, shape in shapes.items()}


def disturbed(parameters: dict[str, np.ndarray], random: np.random.Generator) -> dict[str, np.ndarray]:
    """A pyramid's parameters: none is 0, as many are that one begins with, and its context expects such latents."""
    found = {name: values + 0.03 * random.standard_normal(values.shape) for name, values in parameters.items()}
    found["context"][-1] = log2(LATENT_SCALE) - SMALLEST_LOG2_SCALE - SCALE_OF_ZERO / (1 << SCALE_BITS)
    return found


def picture(
    representation: Representation,
    width: int = 70,
    height: int = 45,
    channels: int = 3,
    sample_bits: int = 8,
    bits: int = 8,
    rule: str | None = None,
    colours: str = "rgb",
    model: str = entropy.CHEAPEST,
    seed: int = 5,
) -> ImplicitPicture:
    """A picture of some contrast; `rule`: of every tensor, None for the depths of most files."""
    tensors, random = travelling(representation.tensors(channels, width, height)), np.random.default_rng(seed)
    parameters = representation.initial(tensors, random)
    if representation.has_grids:
        parameters = disturbed(parameters, random)
    last = output_tensor(tensors)
    parameters[last] *= CONTRAST / max(output(representation, parameters, tensors).std(), 1e-3)
    chosen = depths(rule, bits, tensors) if rule else Depths(bits=bits)
    return ImplicitPicture(
        width=width,
        height=height,
        channels=channels,
        sample_bits=sample_bits,
        colour=colour(colours, channels),
        representation=representation,
        depths=chosen,
        tensors=quantize(parameters, tensors, chosen),
        grids=latents(representation, width, height, random),
        entropy=model,
    )


def output_tensor(tensors: dict[str, Tensor]) -> str:
    """The one that the outputs' size follows from: the last matrix is the output layer's."""
    weights = [name for name, tensor in tensors.items() if tensor.role == "weight"]
    return "synthesis" if "synthesis" in tensors else weights[-1]


def output(representation: Representation, parameters: dict[str, np.ndarray], tensors: dict[str, Tensor]) -> np.ndarray:
    """What the function gives on a few places, in parts of the range."""
    fine = {name: tensor.parameter for name, tensor in quantize(parameters, tensors, Depths(bits=12)).items()}
    grids = latents(representation, 9, 7, np.random.default_rng(0))
    parameters = {name: Parameter(grid, 1 << fp.PARAMETER_FRACTION_BITS) for name, grid in grids.items()}
    space = Exact(fine | frozen(representation.tensors(3, 9, 7)) | parameters)
    x, y = (axis_features(representation, size) for size in (9, 7))
    return space.integers(representation.forward(space, x, y)) / 2**32


def coded(name: str = "positional", width: int = 70, height: int = 45, features: int = 40, **about: Any) -> bytes:
    """A file of `picture`, with two hidden layers."""
    chosen = function(name, hidden_features=features, hidden_layers=2)
    return container.write(picture(chosen, width, height, **about))


def variants(**about: Any) -> dict[str, ImplicitPicture]:
    """Every function; every rule with every representation; every entropy model, every colour and 16 bits with one."""
    every = functions(hidden_features=24, hidden_layers=2, projections=20)
    found = {name: picture(chosen, **about) for name, chosen in every.items()}
    firsts = {chosen.name: chosen for chosen in reversed(every.values())}
    for (name, chosen), rule in product(firsts.items(), RULES):
        found[f"{name}-{rule}"] = picture(chosen, rule=rule, **about)
    one = firsts["positional"]
    found |= {f"coded-{model}": picture(one, model=model, **about) for model in entropy.CHOICES}
    found |= {f"colour-{name}": picture(one, colours=name, **about) for name in COLOURS}
    return found | {"16bit": picture(one, bits=16, **about)}

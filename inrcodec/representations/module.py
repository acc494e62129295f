"""Somebody's own `torch.nn.Module` of coordinates, to try an idea in ten minutes: fitted, quantized, coded and
measured like all others, decoded with torch in float32.

Its files are not portable: they name the class and hold its parameters, but what it computes is in its source alone,
and another machine may round otherwise. No file is ever believed about what to import: who decodes names the class.
"""

import importlib
import importlib.util
import json
import sys
import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np

from inrcodec.files import InputError
from inrcodec.representations import encodings
from inrcodec.representations.base import Representation, Space, Tensor, integer, text

IDENTIFIER = 255
ONE_AT_A_TIME = threading.Lock()
"""Parameters are lent to one instance, which tiles decoded at the same time would take from each other."""


def load_class(reference: str) -> type:
    """The class that `package.module:Name` or `path/to/file.py:Name` refers to; its module is imported.

    Raises:
        InputError: there is none, or its module cannot be imported.
    """
    place, _, name = reference.rpartition(":")
    try:
        if not place.endswith(".py"):
            return getattr(importlib.import_module(place), name)
        path = Path(place).expanduser()
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules.setdefault(path.stem, module)
        spec.loader.exec_module(module)
        return getattr(module, name)
    except FileNotFoundError:
        raise InputError(f"representation {reference}: there is no file {place}") from None
    except AttributeError:
        raise InputError(f"representation {reference}: {place} has no {name}") from None
    except Exception as error:  # whatever somebody's module raises
        words = " ".join(str(error).split())
        raise InputError(f"representation {reference}: cannot be imported: {type(error).__name__}: {words}") from None


@final
@dataclass(frozen=True)
class Module(Representation):
    """A class of modules that map (n, 2) coordinates in (-1, 1) to (n, channels) samples in about 0..1.

    It is made as `Class(channels, **settings)`, float32. `settings` and `shapes`, of its state_dict, are JSON.
    """

    name: ClassVar[str] = "module"
    identifier: ClassVar[int] = IDENTIFIER
    portable: ClassVar[bool] = False

    channels: int = integer(3, 1, 4, "samples per coordinate")
    class_name: str = text(80, "the class, as MODULE:NAME")
    settings: str = text(1000, "its settings, JSON")
    shapes: str = text(8000, "its tensors' shapes by name, JSON")
    kind: type | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, kind: type, channels: int, settings: dict[str, Any]) -> "Module":
        """For pictures of so many channels.

        Raises:
            InputError: the class cannot be made so, or holds what is not a floating-point tensor.
        """
        name = f"{kind.__module__}:{kind.__qualname__}"
        try:
            state = kind(channels, **settings).state_dict()
        except Exception as error:  # whatever somebody's module raises
            words = " ".join(str(error).split())
            raise InputError(f"{name}: cannot be made: {type(error).__name__}: {words}") from None
        for key, values in state.items():
            if not values.is_floating_point() or values.ndim == 0:
                raise InputError(f"{name}: {key} is a tensor of {values.dtype} and {values.ndim} axes, not of numbers")
        shapes = {key: list(values.shape) for key, values in state.items()}
        return cls(channels, name, json.dumps(settings, sort_keys=True), json.dumps(shapes), kind)

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            shapes, settings = json.loads(self.shapes), json.loads(self.settings)
            sound = self.class_name.isprintable() and isinstance(settings, dict) and 0 < len(shapes) < 256
            sound = sound and all(_is_shape(shape) for shape in shapes.values())
        except (ValueError, AttributeError, TypeError, RecursionError):
            sound = False
        if not sound:
            raise InputError("module: a printable name, and JSON of settings and of shapes by name are wanted")

    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        return {
            name: Tensor(tuple(shape), "weight" if len(shape) > 1 else "bias")
            for name, shape in json.loads(self.shapes).items()
        }

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        return encodings.bare(numerators, denominator)

    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        """As the class initialises itself, from a seed."""
        state = self._made(int(random.integers(1 << 31))).state_dict()
        return {name: values.numpy().astype(np.float32) for name, values in state.items()}

    def _made(self, seed: int) -> Any:
        """An instance as its class initialises it; torch's own random numbers stay where they are."""
        import torch

        if self.kind is None:
            raise InputError(f"this function is a {self.class_name}, which is not at hand")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return self.kind(self.channels, **json.loads(self.settings)).float()

    @cached_property
    def _instance(self) -> Any:
        return self._made(0)

    def forward(self, space: Space, x: Any, y: Any) -> Any:
        import torch

        places = torch.stack(torch.broadcast_tensors(x[None, :, 0], y[:, 0, None]), dim=-1).reshape(-1, 2)
        with ONE_AT_A_TIME:
            samples = torch.func.functional_call(self._instance, space.parameters, (places,))
        return samples.reshape(len(y), len(x), -1) - 0.5

    @property
    def widest(self) -> int:
        return max(max(shape) for shape in json.loads(self.shapes).values())


def _is_shape(shape: Any) -> bool:
    sound = isinstance(shape, list) and 0 < len(shape) < 8
    return sound and all(type(side) is int and 0 < side < 1 << 24 for side in shape)

"""Write a fitted function, its parameters quantized, as a file."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from inrcodec.bitstream import container
from inrcodec.files import atomic_write
from inrcodec.operations.colour import Colour
from inrcodec.quantization.base import QuantizedTensor
from inrcodec.quantization.depths import Depths
from workflow_scripts.functions import representation_of


def depths_of(spec: dict[str, Any]) -> Depths:
    """Rules and bit depths of its coding."""
    return Depths(spec["coding"]["rule"], spec["coding"]["bits"])


def write(
    spec: dict[str, Any],
    pixels: np.ndarray,
    tensors: dict[str, QuantizedTensor],
    path: Path,
    grids: Mapping[str, np.ndarray] = MappingProxyType({}),
    depths: Depths | None = None,
) -> None:
    """Write a file.

    Args:
        spec: representation, hyperparameters, fit (colour), coding (rule, bits, entropy).
        grids: latents, if any.
        depths: where they are not those of the coding.
    """
    height, width, channels = pixels.shape
    data = container.write(
        container.ImplicitPicture(
            width=width,
            height=height,
            channels=channels,
            sample_bits=8,
            colour=Colour.of(spec["fit"]["colour"], pixels),
            representation=representation_of(spec),
            depths=depths or depths_of(spec),
            tensors=tensors,
            grids={name: grid.astype(np.int16) for name, grid in grids.items()},
            entropy=spec["coding"]["entropy"],
        )
    )
    with atomic_write(path) as file:
        file.write(data)

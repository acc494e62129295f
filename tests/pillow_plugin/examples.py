"""Files that no fit was needed for, and what Pillow makes of them."""

import io

import numpy as np
from PIL import Image

from inrcodec.bitstream import container
from inrcodec.quantization.uniform import quantize
from inrcodec.representations import REPRESENTATIONS

TABLES = ("ID", "OPEN", "SAVE", "EXTENSION", "MIME")
"""Where Pillow keeps what plugins register."""
MODES = {(1, 8): "L", (2, 8): "LA", (3, 8): "RGB", (4, 8): "RGBA", (1, 16): "I;16"}
"""(channels, bits of a sample) -> Pillow's mode."""
DEEP_COLOUR = {(2, 16): "LA", (3, 16): "RGB", (4, 16): "RGBA"}
"""The same, for which Pillow has only 8 bits."""


def example(channels: int = 3, sample_bits: int = 8, width: int = 21, height: int = 13, seed: int = 3) -> bytes:
    """A file that no fit was needed for."""
    representation = REPRESENTATIONS["pe_siren"](hidden_features=12, hidden_layers=2, frequencies=4)
    parameters = representation.initial(channels, np.random.default_rng(seed))
    last = list(parameters)[-2]
    parameters[last] *= 4  # An untrained output is nearly flat.
    picture = container.ImplicitPicture(
        width=width,
        height=height,
        channels=channels,
        sample_bits=sample_bits,
        representation=representation,
        bits=6,
        tensors=quantize(parameters, 6),
    )
    return container.write(picture)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))

"""Files that no fit was needed for, and what Pillow makes of them."""

import io

import variants
from PIL import Image

from inrcodec.bitstream import container

TABLES = ("ID", "OPEN", "SAVE", "EXTENSION", "MIME")
"""Where Pillow keeps what plugins register."""
MODES = {(1, 8): "L", (2, 8): "LA", (3, 8): "RGB", (4, 8): "RGBA", (1, 16): "I;16"}
"""(channels, bits of a sample) -> Pillow's mode."""
DEEP_COLOUR = {(2, 16): "LA", (3, 16): "RGB", (4, 16): "RGBA"}
"""The same, for which Pillow has only 8 bits."""


def example(channels: int = 3, sample_bits: int = 8, width: int = 21, height: int = 13) -> bytes:
    """A file that no fit was needed for."""
    function = variants.function("positional", hidden_features=12, hidden_layers=2, frequencies=4)
    return container.write(variants.picture(function, width, height, channels, sample_bits, bits=6))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))

"""A tensor of a file as the figures of entropy coding show it."""

from inrcodec.bitstream import container
from inrcodec.entropy.base import PRECISION_BITS
from inrcodec.figures.weights import TensorSymbols


def tensor_symbols(name: str, layout: container.Layout, picture: container.ImplicitPicture) -> TensorSymbols:
    """Its integers, and what its entropy model gives them."""
    lowest, frequencies = layout.tensors[name].table()
    title = f"{name} ({layout.tensors[name].model.name})"
    return TensorSymbols(title, picture.tensors[name].symbols.ravel(), frequencies / (1 << PRECISION_BITS), lowest)

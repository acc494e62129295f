"""Write a sweep of quantized functions as files."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from inrcodec.bitstream import container
from inrcodec.files import atomic_write
from inrcodec.quantization.symbols import QuantizedTensor
from inrcodec.representations import REPRESENTATIONS

Quantize = Callable[[int], tuple[dict[str, QuantizedTensor], float]]
"""Bit depth -> symbols by tensor, and the seconds they took."""


def write_sweep(spec: dict[str, Any], pixels: np.ndarray, files: list[Path], quantize: Quantize) -> dict[str, float]:
    """Write one file per bit depth, its name without suffix, and return the seconds that each took."""
    height, width, channels = pixels.shape
    representation = REPRESENTATIONS[spec["representation"]](**spec["hyperparameters"])
    seconds = {}
    for path in files:
        bits = int(path.stem)
        symbols, quantize_s = quantize(bits)
        started = time.perf_counter()
        data = container.write(container.ImplicitPicture(width, height, channels, 8, representation, bits, symbols))
        with atomic_write(path) as file:
            file.write(data)
        seconds[path.stem] = quantize_s + time.perf_counter() - started
    return seconds

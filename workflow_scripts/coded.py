"""Write a sweep of quantized functions as files."""

import time
from collections.abc import Callable
from pathlib import Path

from inrcodec.bitstream import container
from inrcodec.files import atomic_write
from inrcodec.images import load_rgb
from inrcodec.quantization.symbols import QuantizedTensor
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import adapter

Quantize = Callable[[int], dict[str, QuantizedTensor]]


def write_sweep(spec: dict, picture: Path, files: list[Path], seconds: Path, quantize: Quantize) -> None:
    """One file per bit depth (its name without suffix), and the seconds that each took."""
    height, width, channels = load_rgb(picture).shape
    representation = REPRESENTATIONS[spec["representation"]](**spec["hyperparameters"])
    spent = {}
    for path in files:
        started = time.perf_counter()
        bits = int(path.stem)
        coded = container.ImplicitPicture(width, height, channels, 8, representation, bits, quantize(bits))
        with atomic_write(path) as file:
            file.write(container.write(coded))
        spent[path.stem] = time.perf_counter() - started
    adapter.write_json(seconds, spent)

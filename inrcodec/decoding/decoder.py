"""From a file to a picture."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from inrcodec.arithmetic.exact import ExactOperations
from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.grid import axis_features

TILE_SAMPLES = 1 << 19
"""Activations per tile: a few MB, which a core's cache holds."""


def decode(data: bytes) -> np.ndarray:
    """Decode a file's bytes to (height, width, channels) uint8; the same pixels on every machine.

    Raises:
        BitstreamError: the file is damaged or not one of ours.
    """
    return render(container.read(data))


def render(picture: ImplicitPicture, on_progress: Callable[[float], None] = lambda _: None) -> np.ndarray:
    """Evaluate a picture's function at every pixel: (height, width, channels) uint8.

    Tiles are shared among threads, one BLAS thread each: that is faster than a threaded BLAS on narrow layers.
    """
    representation = picture.representation
    try:
        operations = ExactOperations(picture.tensors, representation.activation_maximum)
    except ValueError as error:
        raise BitstreamError("tensors", 0, "parameters in range", str(error)) from None
    x = axis_features(representation, picture.width)
    pixels = np.empty((picture.height, picture.width, picture.channels), dtype=np.uint8)

    def tile(rows: slice) -> int:
        y = axis_features(representation, picture.height, rows.start, rows.stop)
        output = representation.forward(operations, x, y)
        pixels[rows] = operations.samples(output, 255)
        return rows.stop - rows.start

    widest = max(max(tensor.symbols.shape) for tensor in picture.tensors.values())
    done = 0
    with threadpool_limits(1), ThreadPoolExecutor(thread_count()) as pool:
        for rows in pool.map(tile, _strips(picture.height, TILE_SAMPLES // (widest * picture.width))):
            done += rows
            on_progress(done / picture.height)
    return pixels


def thread_count() -> int:
    """OMP_NUM_THREADS where it is set (the workflow sets it), else the cores this process may use."""
    chosen = os.environ.get("OMP_NUM_THREADS", "")
    return int(chosen) if chosen.isdigit() and int(chosen) > 0 else len(os.sched_getaffinity(0))


def _strips(height: int, rows: int) -> Iterator[slice]:
    rows = max(1, rows)
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))

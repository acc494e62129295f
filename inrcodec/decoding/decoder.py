"""From a file to a picture: whole, a region, at any size, in bounded memory."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from inrcodec.allocator import keep_freed_memory
from inrcodec.arithmetic.exact import ExactOperations
from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.grid import Grid, grid_for

TILE_ACTIVATIONS = 1 << 18
"""Activations of a layer per tile: a MB or two, which a core's cache holds."""


@dataclass(frozen=True)
class Limits:
    """What decoding may cost, checked before anything is allocated; raise it for files that are trusted.

    `pixels`: of the decoded picture, before any averaging; `multiply_adds`: pixels times parameters. The defaults
    allow 179 million pixels, Pillow's own limit, and a few minutes of work.
    """

    pixels: int = 178_956_970
    multiply_adds: int = 1 << 43


def decode(
    data: bytes,
    size: tuple[int, int] | None = None,
    region: tuple[int, int, int, int] | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
) -> np.ndarray:
    """Decode a file's bytes; the same samples on every machine.

    Args:
        size: (width, height) to decode at instead of the picture's own; shrinking averages the picture's own samples.
        region: (x, y, width, height) in pixels of the decoded size; costs as much as its own area.
        on_progress: called with the share done, 0 to 1.

    Returns:
        (height, width, channels), uint8, or uint16 for 16-bit pictures; 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.

    Raises:
        BitstreamError: the file is damaged, not one of ours, or beyond the limits.
        InputError: the size or region is empty or outside the picture.
    """
    layout = container.parse(data)
    grid = grid_for((layout.width, layout.height), size, region)
    _check(limits or Limits(), grid, layout.parameters)
    return render(container.decode_parameters(layout), grid, on_progress=on_progress)


def _check(limits: Limits, grid: Grid, parameters: int) -> None:
    pixels = grid.samples
    for what, found, allowed in (
        ("pixels", pixels, limits.pixels),
        ("multiply-adds", pixels * parameters, limits.multiply_adds),
    ):
        if found > allowed:
            raise BitstreamError("limits", 0, f"at most {allowed} {what}", str(found))


def render(
    picture: ImplicitPicture,
    grid: Grid | None = None,
    xp: Any = np,
    on_progress: Callable[[float], None] = lambda share: None,
) -> np.ndarray:
    """Evaluate a picture's function on a grid: (height, width, channels) uint8 or uint16.

    Tiles are shared among threads with one BLAS thread each, which is faster than a threaded BLAS on narrow layers.

    Args:
        xp: where the arithmetic runs: NumPy, or `array_api_compat.torch`; the samples are the same.

    Raises:
        BitstreamError: the parameters leave the range of exact arithmetic.
    """
    keep_freed_memory()
    representation = picture.representation
    grid = grid or grid_for((picture.width, picture.height))
    try:
        operations = ExactOperations(picture.tensors, representation.activation_maximum, xp)
    except ValueError as error:
        raise BitstreamError("tensors", 0, "parameters in range", str(error)) from None
    maximum = (1 << picture.sample_bits) - 1
    shape = (grid.rows.count, grid.columns.count, picture.channels)
    pixels = np.empty(shape, dtype=np.uint8 if maximum == 255 else np.uint16)

    def tile(rows: slice, columns: slice) -> int:
        x = grid.columns.features(representation, columns)
        y = grid.rows.features(representation, rows)
        samples = np.asarray(operations.samples(representation.forward(operations, x, y), maximum))
        pixels[rows, columns] = _average(samples, grid, rows, columns)
        return (rows.stop - rows.start) * (columns.stop - columns.start)

    done = 0
    widest = max(tensor.symbols.shape[0] for tensor in picture.tensors.values())
    with threadpool_limits(1), ThreadPoolExecutor(thread_count()) as pool:
        for count in pool.map(lambda parts: tile(*parts), grid.tiles(TILE_ACTIVATIONS // widest)):
            done += count
            on_progress(done / (shape[0] * shape[1]))
    return pixels


def _average(samples: np.ndarray, grid: Grid, rows: slice, columns: slice) -> np.ndarray:
    """Weighted means of the samples behind each pixel, to nearest, halves upwards."""
    total = grid.rows.total_weight * grid.columns.total_weight
    if total == 1:
        return samples
    by_rows = np.tensordot(grid.rows.weights(rows), samples, axes=(1, 0))
    sums = np.einsum("px,rxc->rpc", grid.columns.weights(columns), by_rows)
    return (2 * sums + total) // (2 * total)


def thread_count() -> int:
    """OMP_NUM_THREADS where it is set (the workflow sets it), else the cores this process may use."""
    chosen = os.environ.get("OMP_NUM_THREADS", "")
    return int(chosen) if chosen.isdigit() and int(chosen) > 0 else len(os.sched_getaffinity(0))

"""From a file to a picture: whole, a region, at any size, in bounded memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from inrcodec.allocator import keep_freed_memory
from inrcodec.bitstream import container
from inrcodec.bitstream.container import ImplicitPicture, Layout
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.grid import Grid, grid_for
from inrcodec.decoding.unportable import unportable_samples
from inrcodec.operations.colour import quantized_samples, to_samples
from inrcodec.operations.space import Exact
from inrcodec.representations.module import Module
from inrcodec.threads import ONE_BLAS_THREAD, thread_count

TILE_ACTIVATIONS = 1 << 18
"""Activations of a layer per tile: a MB or two, which a core's cache holds."""
GRIDS_TILE = 4
"""How much larger tiles are whose latents overlap those of others; they are squares, too."""
WAVE_MULTIPLY_ADDS = 1 << 20
"""Multiply-adds that take as long as a wave of few latents."""


@dataclass(frozen=True)
class Limits:
    """What decoding may cost, checked before anything is allocated; raise it for files that are trusted.

    `pixels`: of the decoded picture, before any averaging; `multiply_adds`: of all samples, one for every number of the
    file, and what the waves of its latents are worth. The defaults allow 179 million pixels, Pillow's own limit, and
    some ten minutes of work on two cores.
    """

    pixels: int = 178_956_970
    multiply_adds: int = 1 << 43


def decode(
    data: bytes,
    size: tuple[int, int] | None = None,
    region: tuple[int, int, int, int] | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
    module: type | None = None,
) -> np.ndarray:
    """Decode a file's bytes; the same samples on every machine.

    Args:
        size: (width, height) to decode at instead of the picture's own; shrinking averages the picture's own samples,
            enlarging asks the function for more of them, or interpolates those of a picture of latents.
        region: (x, y, width, height) in pixels of the decoded size; costs as much as its own area.
        on_progress: called with the share done, 0 to 1.
        module: the class behind a file that is not portable (`inrcodec.representations.module`).

    Returns:
        (height, width, channels), uint8, or uint16 for 16-bit pictures; 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.

    Raises:
        BitstreamError: the file is damaged, not one of ours, or beyond the limits.
        InputError: the size or region is empty or outside the picture.
    """
    layout = container.parse(data)
    grid = grid_for((layout.width, layout.height), size, region, between=not layout.representation.has_grids)
    _check(limits or Limits(), grid, layout)
    if not layout.representation.portable:
        layout = replace(layout, representation=_with_module(layout.representation, module))
    picture = container.decode_parameters(layout)
    return render(picture, grid, on_progress=on_progress)


def _with_module(representation: Module, module: type | None) -> Module:
    wanted = representation.class_name
    name = module and f"{module.__module__}:{module.__qualname__}"
    if name != wanted:
        expected = f"the class {wanted}, for this file is not portable"
        raise BitstreamError("representation", 0, expected, name or "none given")
    return replace(representation, kind=module)


def _check(limits: Limits, grid: Grid, layout: Layout) -> None:
    # Latents are decoded one after another, all of them whatever part of the picture is wanted.
    of_latents = layout.width * layout.height if layout.latents else 0
    pixels = max(grid.samples, grid.pixels, of_latents)
    multiply_adds = pixels * layout.multiply_adds + layout.parameters + layout.latents
    multiply_adds += layout.waves * WAVE_MULTIPLY_ADDS
    for what, found, allowed in (
        ("pixels", pixels, limits.pixels),
        ("multiply-adds", multiply_adds, limits.multiply_adds),
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
    space = Exact(picture.parameters, xp)
    maximum = (1 << picture.sample_bits) - 1
    shape = (grid.rows.count, grid.columns.count, picture.channels)
    pixels = np.empty(shape, dtype=np.uint8 if maximum == 255 else np.uint16)

    activations = TILE_ACTIVATIONS * (GRIDS_TILE if representation.has_grids else 1)
    samples_at_once = max(1, activations // max(representation.widest, picture.channels))
    total = grid.rows.total_weight * grid.columns.total_weight

    def evaluate(rows: slice, columns: slice) -> np.ndarray:
        x = grid.columns.features(representation, columns)
        y = grid.rows.features(representation, rows)
        if not representation.portable:
            return unportable_samples(picture, x, y, maximum)
        try:
            samples = to_samples(space, picture.colour, representation.forward(space, x, y))
        except ValueError as error:
            raise BitstreamError("tensors", 0, "parameters in range", str(error)) from None
        return np.asarray(quantized_samples(xp, samples, maximum))

    def tile(rows: slice, columns: slice) -> int:
        if total == 1:
            pixels[rows, columns] = evaluate(grid.rows.samples(rows), grid.columns.samples(columns))
        else:
            sums = 0
            for block in grid.blocks(rows, columns, samples_at_once):
                by_rows = grid.rows.sums(evaluate(*block), rows, block[0])
                sums = sums + grid.columns.sums(by_rows.swapaxes(0, 1), columns, block[1]).swapaxes(0, 1)
            mean = (2 * sums + total) // (2 * total)  # to nearest, halves upwards
            pixels[rows, columns] = np.clip(mean, 0, maximum)  # interpolation leaves the range
        return (rows.stop - rows.start) * (columns.stop - columns.start)

    done = 0
    with ONE_BLAS_THREAD, ThreadPoolExecutor(thread_count()) as pool:
        for count in _map(pool, tile, grid.tiles(samples_at_once, square=representation.has_grids)):
            done += count
            on_progress(done / (shape[0] * shape[1]))
    return pixels


def _map(pool: ThreadPoolExecutor, function: Callable[..., int], items: Iterable[tuple]) -> Iterator[int]:
    """pool.map on tuples of arguments, but a picture may have 10**5 tiles: only a few are handed over at a time."""
    waiting: deque[Future[int]] = deque()
    for item in items:
        waiting.append(pool.submit(function, *item))
        if len(waiting) > 4 * thread_count():
            yield waiting.popleft().result()
    yield from (future.result() for future in waiting)

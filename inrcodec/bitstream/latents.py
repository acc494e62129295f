"""Grids of latents under a context network, coded in waves: symbols of equal column + 2 row depend on none of each
other, so that each wave is a few array operations (a wavefront, as HEVC decodes rows of blocks, in every symbol).
"""

from collections.abc import Iterator

import constriction
import numpy as np

from inrcodec.entropy import conditional
from inrcodec.operations.context import ABOVE, LARGEST_SYMBOL, LEFT, NEIGHBOURS, ExactContext

_KEPT = 2 * ABOVE + LEFT
"""Waves that are kept: neighbours lie in none before them."""


class _Waves:
    """A grid's last symbols by wave: `rows[wave % _KEPT, row]`, zeros where there is none.

    A wave's symbols, one a row, lie side by side, and so do their neighbours of each kind. Its rows follow each other,
    and those of later waves are never above.
    """

    def __init__(self, shape: tuple[int, int], neighbours: int) -> None:
        self.height, self.width = shape
        self.count = waves(shape)
        self.rows = np.zeros((_KEPT, ABOVE + self.height), dtype=np.int16)
        self.flat, stride = self.rows.reshape(-1), self.rows.shape[1]
        (dy, dx), wave = np.array(NEIGHBOURS[:neighbours]).T[..., None], np.arange(_KEPT)[:, None, None]
        self.offsets = (wave + dx + 2 * dy) % _KEPT * stride + ABOVE + dy
        self.context = np.ones((neighbours + 1, min(self.height, (self.width + 1) // 2)))

    def __iter__(self) -> Iterator[tuple[int, slice, np.ndarray]]:
        """Wave, its rows of the grid, its context (neighbours, then 1; n), which is valid until the next one."""
        for wave in range(self.count):
            first = max(0, (wave - self.width + 2) // 2)
            last = min(self.height - 1, wave // 2)
            if first > last:
                continue
            context = self.context[:, : last + 1 - first]
            context[:-1] = self.flat.take(np.arange(first, last + 1) + self.offsets[wave % _KEPT])
            yield wave, slice(first, last + 1), context

    def put(self, wave: int, rows: slice, symbols: np.ndarray) -> None:
        """What later waves see of this one."""
        line, first = self.rows[wave % _KEPT], ABOVE + rows.start
        line[max(0, first - _KEPT // 2) : first] = 0
        line[first : ABOVE + rows.stop] = symbols


def waves(shape: tuple[int, int]) -> int:
    """How many waves a grid of (rows, columns) has."""
    return shape[1] + 2 * (shape[0] - 1)


def _columns(wave: int, rows: slice) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of every symbol of a wave."""
    y = np.arange(rows.start, rows.stop)
    return y, wave - 2 * y


def encode(encoder: constriction.stream.queue.RangeEncoder, grids: list[np.ndarray], context: ExactContext) -> None:
    """Append grids, integers (rows, columns) each, in order.

    Raises:
        ValueError: a symbol is out of its range.
    """
    for grid in grids:
        if grid.min() < -LARGEST_SYMBOL or grid.max() > LARGEST_SYMBOL:
            raise ValueError(f"a latent beyond {LARGEST_SYMBOL}")
        past = _Waves(grid.shape, context.neighbours)
        for wave, rows, seen in past:
            symbols = grid[_columns(wave, rows)]
            conditional.encode(encoder, symbols, context.distribution(seen))
            past.put(wave, rows, symbols)


def costs(grids: list[np.ndarray], context: ExactContext) -> list[np.ndarray]:
    """What every latent of grids costs in bits, float64 arrays of the grids' shapes."""
    found = []
    for grid in grids:
        past, bits = _Waves(grid.shape, context.neighbours), np.empty(grid.shape)
        for wave, rows, seen in past:
            places = _columns(wave, rows)
            bits[places] = conditional.bits(grid[places], context.distribution(seen))
            past.put(wave, rows, grid[places])
        found.append(bits)
    return found


def decode(
    decoder: constriction.stream.queue.RangeDecoder,
    shapes: list[tuple[int, int]],
    context: ExactContext,
) -> list[np.ndarray]:
    """Decode grids of these shapes, int16.

    Raises:
        ValueError: a symbol is out of its range.
        AssertionError: words that no symbols encode to.
    """
    grids = []
    for shape in shapes:
        past, grid = _Waves(shape, context.neighbours), np.empty(shape, dtype=np.int16)
        for wave, rows, seen in past:
            symbols = conditional.decode(decoder, context.distribution(seen))
            past.put(wave, rows, symbols)
            grid[_columns(wave, rows)] = symbols
        grids.append(grid)
    return grids

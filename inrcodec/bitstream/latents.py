"""Grids of latents under a context network, coded in waves: symbols of equal column + 2 row depend on none of each
other, so that each wave is a few array operations (a wavefront, as HEVC decodes rows of blocks, in every symbol).
"""

from collections.abc import Iterator

import constriction
import numpy as np

from inrcodec.entropy import conditional
from inrcodec.operations.context import ABOVE, LEFT, NEIGHBOURS, RIGHT, ExactContext

_EARLIEST = 2 * ABOVE + LEFT
"""How many waves back the neighbours reach, at most."""


class _Waves:
    """A grid's symbols by wave: `rows[wave, row]`, zeros where there is none.

    A wave's symbols, one a row, lie side by side, and so do their neighbours of each kind.
    """

    def __init__(self, shape: tuple[int, int], neighbours: int) -> None:
        self.height, self.width = shape
        self.count = self.width + 2 * (self.height - 1)
        self.rows = np.zeros((_EARLIEST + self.count + RIGHT, ABOVE + self.height), dtype=np.int16)
        self.flat, stride = self.rows.reshape(-1), self.rows.shape[1]
        self.offsets = np.array([(dx + 2 * dy) * stride + dy for dy, dx in NEIGHBOURS[:neighbours]])[:, None]
        self.context = np.ones((neighbours + 1, self.height))

    def __iter__(self) -> Iterator[tuple[int, slice, np.ndarray]]:
        """Wave, its rows of the grid, its context (neighbours, then 1; n), which is valid until the next one."""
        stride = self.rows.shape[1]
        for wave in range(self.count):
            first = max(0, (wave - self.width + 2) // 2)
            last = min(self.height - 1, wave // 2)
            if first > last:
                continue
            start = (_EARLIEST + wave) * stride + ABOVE
            places = np.arange(start + first, start + last + 1)
            context = self.context[:, : len(places)]
            context[:-1] = self.flat.take(places + self.offsets)
            yield wave, slice(first, last + 1), context

    def put(self, wave: int, rows: slice, symbols: np.ndarray) -> None:
        """What later waves see of this one."""
        self.rows[_EARLIEST + wave, ABOVE + rows.start : ABOVE + rows.stop] = symbols


def _columns(wave: int, rows: slice) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of every symbol of a wave."""
    y = np.arange(rows.start, rows.stop)
    return y, wave - 2 * y


def encode(encoder: constriction.stream.queue.RangeEncoder, grids: list[np.ndarray], context: ExactContext) -> None:
    """Append grids, int64 (rows, columns) each, in order."""
    for grid in grids:
        waves = _Waves(grid.shape, context.neighbours)
        for wave, rows, seen in waves:
            symbols = grid[_columns(wave, rows)]
            conditional.encode(encoder, symbols, context.distribution(seen))
            waves.put(wave, rows, symbols)


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
        waves, grid = _Waves(shape, context.neighbours), np.empty(shape, dtype=np.int16)
        for wave, rows, seen in waves:
            symbols = conditional.decode(decoder, context.distribution(seen))
            waves.put(wave, rows, symbols)
            grid[_columns(wave, rows)] = symbols
        grids.append(grid)
    return grids

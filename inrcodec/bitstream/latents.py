"""Grids of latents under a context network, coded in waves: symbols of equal column + 2 row depend on none of each
other, so that each wave is a few array operations (a wavefront, as HEVC decodes rows of blocks, in every symbol). An
encoder, which knows all symbols, has their distributions in one go.
"""

from collections.abc import Iterator

import constriction
import numpy as np

from inrcodec.entropy import conditional
from inrcodec.operations.context import ABOVE, LARGEST_SYMBOL, LEFT, NEIGHBOURS, RIGHT, Distribution, ExactContext
from inrcodec.threads import ONE_BLAS_THREAD

_KEPT = 2 * ABOVE + LEFT
"""Waves that are kept: neighbours lie in none before them."""
_AT_ONCE = 1 << 14
"""Symbols of known grids whose distributions are computed together, whole rows: some megabytes."""


class _Waves:
    """A grid's last symbols by wave: `rows[wave % _KEPT, row]`, zeros where there is none.

    A wave's symbols, one a row, lie side by side, and so do their neighbours of each kind. Its rows follow each other,
    and those of later waves are never above.
    """

    def __init__(self, shape: tuple[int, int], neighbours: int) -> None:
        self.height, self.width = shape
        self.rows = np.zeros((_KEPT, ABOVE + self.height), dtype=np.int16)
        self.flat, stride = self.rows.reshape(-1), self.rows.shape[1]
        (dy, dx), wave = np.array(NEIGHBOURS[:neighbours]).T[..., None], np.arange(_KEPT)[:, None, None]
        self.offsets = (wave + dx + 2 * dy) % _KEPT * stride + ABOVE + dy
        self.context = np.ones((neighbours + 1, min(self.height, (self.width + 1) // 2)))

    def context_of(self, wave: int, rows: np.ndarray) -> np.ndarray:
        """What the symbols of a wave, in its rows, see: (neighbours, then 1; n), valid until the next one."""
        context = self.context[:, : len(rows)]
        context[:-1] = self.flat.take(rows + self.offsets[wave % _KEPT])
        return context

    def put(self, wave: int, rows: np.ndarray, symbols: np.ndarray) -> None:
        """What later waves see of this one."""
        line, first = self.rows[wave % _KEPT], ABOVE + rows[0]
        line[max(0, first - _KEPT // 2) : first] = 0
        line[first : first + len(rows)] = symbols


def waves(shape: tuple[int, int]) -> int:
    """How many waves a grid of (rows, columns) has."""
    return shape[1] + 2 * (shape[0] - 1)


def _places(shape: tuple[int, int]) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Wave by wave, those without symbols left out: its number, and row and column of every symbol."""
    height, width = shape
    for wave in range(waves(shape)):
        rows = np.arange(max(0, (wave - width + 2) // 2), min(height, wave // 2 + 1))
        if len(rows):
            yield wave, rows, wave - 2 * rows


@ONE_BLAS_THREAD
def _distributions(grid: np.ndarray, context: ExactContext) -> Distribution:
    """Of every symbol of a grid whose symbols are known, in arrays of the grid's shape."""
    height, width = grid.shape
    found = Distribution(*np.empty((2, height, width), np.int64))
    padded = np.pad(grid, ((ABOVE, 0), (LEFT, RIGHT)))
    block = max(1, _AT_ONCE // width)
    for top in range(0, height, block):
        rows = slice(top, min(height, top + block))
        seen = np.ones((context.neighbours + 1, rows.stop - top, width))
        for values, (dy, dx) in zip(seen, NEIGHBOURS[: context.neighbours], strict=False):
            values[:] = padded[ABOVE + top + dy : ABOVE + rows.stop + dy, LEFT + dx : LEFT + dx + width]
        for whole, values in zip(found, context.distribution(seen.reshape(len(seen), -1)), strict=True):
            whole[rows] = values.reshape(-1, width)
    return found


def encode(encoder: constriction.stream.queue.RangeEncoder, grids: list[np.ndarray], context: ExactContext) -> None:
    """Append grids, integers (rows, columns) each, in order.

    Raises:
        ValueError: a symbol is out of its range.
    """
    for grid in grids:
        if grid.min() < -LARGEST_SYMBOL or grid.max() > LARGEST_SYMBOL:
            raise ValueError(f"a latent beyond {LARGEST_SYMBOL}")
        mean, scale = _distributions(grid, context)
        for _, *places in _places(grid.shape):
            wave = tuple(places)
            conditional.encode(encoder, grid[wave], Distribution(mean[wave], scale[wave]))


def costs(grids: list[np.ndarray], context: ExactContext) -> list[np.ndarray]:
    """What every latent of grids costs in bits, float64 arrays of the grids' shapes."""
    found = []
    for grid in grids:
        mean, scale = _distributions(grid, context)
        bits = conditional.bits(grid.ravel(), Distribution(mean.ravel(), scale.ravel()))
        found.append(bits.reshape(grid.shape))
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
        for wave, rows, columns in _places(shape):
            symbols = conditional.decode(decoder, context.distribution(past.context_of(wave, rows)))
            past.put(wave, rows, symbols)
            grid[rows, columns] = symbols
        grids.append(grid)
    return grids

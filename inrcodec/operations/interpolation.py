"""Bilinear interpolation in a grid of feature vectors, of which a table may hold fewer than there are vertices."""

from typing import Any

import numpy as np

from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Exact, Operation, Real, Values

PRIME = 2654435761
"""Of the spatial hash (Teschner et al., 2003), as Instant-NGP takes it in two dimensions: x xor (PRIME y)."""
FRACTION_BITS = 10
MAXIMUM = (1 << 15) - 1
LARGEST_VALUE = 1 << 40
"""Of a table, in 2**-20: four of them times 2**20 stay within 64 bits."""


def entry(x: Any, y: Any, vertices: int, entries: int) -> Any:
    """The table's row of vertex (x, y) of a grid of `vertices`**2: by place where all have room, else hashed."""
    if vertices * vertices <= entries:
        return y * vertices + x
    return (x ^ ((y * PRIME) & 0xFFFFFFFF)) % entries


def _corners(cells: Any, vertices: int) -> list[Any]:
    return [cells.clip(0, vertices - 1), (cells + 1).clip(0, vertices - 1)]


def _prepared(space: Exact, table: str) -> np.ndarray:
    """The table in 2**-20, int64.

    Raises:
        ValueError: it could leave the exact range.
    """
    integers, units = space.parameters[table]
    values = integers * np.reshape(units, (-1, 1))
    if np.abs(values).max() >= LARGEST_VALUE:
        raise ValueError(f"{table} leaves the range of exact arithmetic")
    return values


def _interpolate_exact(space: Exact, table: str, x: np.ndarray, y: np.ndarray, vertices: int) -> Values:
    rows_of_table = space.keep(table, lambda: _prepared(space, table))
    one, shift = 1 << FRACTION_BITS, fp.FEATURE_FRACTION_BITS
    columns, rows = (_corners(axis >> shift, vertices) for axis in (x, y))
    right, below = ((axis & ((1 << shift) - 1)) >> (shift - FRACTION_BITS) for axis in (x, y))
    total: Any = 0
    for row, row_share in zip(rows, (one - below, below), strict=True):
        for column, column_share in zip(columns, (one - right, right), strict=True):
            found = rows_of_table[entry(column[None, :], row[:, None], vertices, len(rows_of_table))]
            total = total + found * (row_share[:, None] * column_share[None, :])[..., None]
    drop = 2 * FRACTION_BITS + fp.PARAMETER_FRACTION_BITS - fp.ACTIVATION_FRACTION_BITS
    rounded = (total + (1 << (drop - 1))) >> drop
    return Values(space.xp.asarray(np.clip(rounded, -MAXIMUM, MAXIMUM).astype(np.float32)), MAXIMUM)


def _interpolate_real(space: Real, table: str, x: Any, y: Any, vertices: int) -> Any:

    values = space.parameters[table]
    columns, rows = (_corners(axis.floor().long(), vertices) for axis in (x, y))
    right, below = (axis - axis.floor() for axis in (x, y))
    total: Any = 0
    for row, row_share in zip(rows, (1 - below, below), strict=True):
        for column, column_share in zip(columns, (1 - right, right), strict=True):
            index = entry(column[None, :], row[:, None], vertices, len(values))
            found = _rows(values, index)
            total = total + found * (row_share[:, None] * column_share[None, :])[..., None]
    limit = MAXIMUM / (1 << fp.ACTIVATION_FRACTION_BITS)
    return total.clamp(-limit, limit)


def _rows(values: Any, index: Any) -> Any:
    """values[index], number by number: on a CPU the gradients of torch's other ways are far slower."""
    features = values.shape[1]
    places = index[..., None] * features + index.new_tensor(range(features))
    return values.reshape(-1).index_select(0, places.reshape(-1)).reshape(places.shape)


interpolate = Operation(_interpolate_exact, _interpolate_real)
"""interpolate(space, table, x, y, vertices): the grid's vector at every pair of a column's and a row's place.

table (entries, features); x (width,), y (height,): places in cells from 0 to vertices - 1, int64 in 2**-20, or floats;
the result is (height, width, features).
"""


def _concatenate_exact(space: Exact, parts: list[Values]) -> Values:
    return Values(space.xp.concat([part.array for part in parts], axis=-1), max(part.maximum for part in parts))


def _concatenate_real(space: Real, parts: list[Any]) -> Any:
    import torch

    return torch.cat(parts, dim=-1)


concatenate = Operation(_concatenate_exact, _concatenate_real)
"""concatenate(space, parts): activations (..., features) side by side."""

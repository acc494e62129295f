"""Planes of grids of latents, doubled until they are as fine as the finest, with gradients: see `upsampling`."""

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from inrcodec.operations.upsampling import TAPS, Window, sources


class _Doublings(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, taps: torch.Tensor, rows: list[Window], columns: list[Window], *grids: torch.Tensor
    ) -> torch.Tensor:
        from inrcodec.operations import kernels

        weights, arrays = taps.numpy(), [grid.numpy() for grid in grids]
        ctx.steps, planes = [], np.empty((0, *_lengths(rows[-1], columns[-1])), np.float32)
        for level in range(len(grids) - 1, -1, -1):
            behind = np.concatenate([_cut(arrays[level], rows[level + 1], columns[level + 1])[None], planes])
            places = [(windows[level][0], _before(*windows[level : level + 2])) for windows in (rows, columns)]
            height, width = _lengths(rows[level], columns[level])
            down = np.empty((len(behind), height, behind.shape[2]), np.float32)
            kernels.doubled_rows(behind, weights[level], *places[0], down)
            planes = np.empty((len(behind), height, width), np.float32)
            kernels.doubled_columns(down, weights[level], *places[1], planes)
            ctx.steps.append((level, behind, down, places))
        ctx.save_for_backward(taps)
        ctx.windows, ctx.shapes = (rows, columns), [grid.shape for grid in grids]
        return torch.from_numpy(planes)

    @staticmethod
    def backward(ctx: Any, of_results: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        from inrcodec.operations import kernels

        (taps,), (rows, columns) = ctx.saved_tensors, ctx.windows
        weights, of_taps = taps.numpy(), np.zeros(taps.shape)
        of_planes, of_grids = of_results.contiguous().numpy(), []
        for level, behind, down, places in reversed(ctx.steps):
            of_down, of_behind = np.zeros_like(down), np.zeros_like(behind)
            kernels.doubled_columns_gradients(down, weights[level], *places[1], of_planes, of_down, of_taps[level])
            kernels.doubled_rows_gradients(behind, weights[level], *places[0], of_down, of_behind, of_taps[level])
            of_grid = np.zeros(ctx.shapes[level], np.float32)
            _cut(of_grid, rows[level + 1], columns[level + 1])[:] = of_behind[0]
            of_grids.append(torch.from_numpy(of_grid))
            of_planes = of_behind[1:]
        return torch.from_numpy(of_taps).float(), None, None, *of_grids


def _lengths(*windows: Window) -> tuple[int, ...]:
    return tuple(end - first for first, end in windows)


def _cut(grid: Any, rows: Window, columns: Window) -> Any:
    return grid[slice(*rows), slice(*columns)]


def _before(finer: Window, coarser: Window) -> int:
    """How many samples those behind a finer window begin before the coarser one."""
    return coarser[0] - ((finer[0] >> 1) - TAPS // 2)


def by_torch(taps: torch.Tensor, rows: list[Window], columns: list[Window], *grids: torch.Tensor) -> torch.Tensor:
    """The same, on any device, of any precision: two products of matrices a grid."""
    down, across = (_chain(taps, windows, grids, axis) for axis, windows in enumerate((rows, columns)))
    cuts = [_cut(grid, r, c) for grid, r, c in zip(grids, rows[1:], columns[1:], strict=True)]
    return torch.stack([torch.linalg.multi_dot([d, cut, a.T]) for d, cut, a in zip(down, cuts, across, strict=True)])


def _chain(taps: torch.Tensor, windows: list[Window], grids: tuple[torch.Tensor, ...], axis: int) -> list[torch.Tensor]:
    """For every grid the matrix from its window's rows, or columns, to those of the finest planes'."""
    matrices: list[torch.Tensor] = []
    for level, (finer, coarser) in enumerate(pairwise(windows)):
        basis = taps.new_tensor(_basis(finer, coarser, grids[level].shape[axis]))
        matrix = (taps[level] @ basis.reshape(TAPS, -1)).reshape(basis.shape[1:])
        matrices.append(matrices[-1] @ matrix if matrices else matrix)
    return matrices


@lru_cache(maxsize=64)
def _basis(finer: Window, coarser: Window, size: int) -> np.ndarray:
    """(TAPS, n, m): where each weight stands in the matrix of a doubling; `size` of the whole coarser side."""
    basis = np.zeros((TAPS, finer[1] - finer[0], coarser[1] - coarser[0]), dtype=np.float32)
    places = sources(finer, size) - coarser[0]
    for tap in range(TAPS):
        basis[tap, np.arange(places.shape[1]), places[tap]] = 1
    return basis


def doublings(taps: torch.Tensor, grids: list[torch.Tensor], rows: list[Window], columns: list[Window]) -> torch.Tensor:
    """Planes (grids, rows, columns) of grids that are each half as large as the one before.

    Args:
        taps: (grids, 4) float32, those of the doubling to the finest planes first.
        rows, columns: windows of the finest planes, then of every grid.
    """
    form = _Doublings.apply if taps.device.type == "cpu" else by_torch
    return form(taps, rows, columns, *grids)

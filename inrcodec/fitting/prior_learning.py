"""Learning a prior: one descent over tiles of many photographs, whose networks are kept and whose latents are not."""

from collections.abc import Callable

import numpy as np

from inrcodec import priors
from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.target import Progress, Schedule, Target, pick_device
from inrcodec.fitting.trainer import fit
from inrcodec.operations import context, synthesis, upsampling
from inrcodec.operations.fixed_point import PARAMETER_FRACTION_BITS
from inrcodec.representations import Pyramid

TILE_PX = 256
"""As large as a step's crop."""
TILES = 2
"""Of each photograph, those with the most detail: there the bits are."""
COLOUR = "rgb_mean"
LEVELS = 7
"""Grids while learning: those of a picture of less than a megapixel. Coarser ones begin as the coarsest of these."""


def mosaic(pictures: list[np.ndarray]) -> np.ndarray:
    """Tiles of photographs side by side, two rows, (height, width, 3) uint8.

    Args:
        pictures: (height, width, 3) uint8, two tiles large at least.

    Raises:
        ValueError: one is too small.
    """
    tiles = [tile for picture in pictures for tile in _tiles(picture)]
    half = len(tiles) // 2
    return np.concatenate([np.concatenate(row, axis=1) for row in (tiles[:half], tiles[half:])])


def _tiles(picture: np.ndarray) -> list[np.ndarray]:
    """The tiles with the most detail that do not overlap; the mean difference of neighbours says how much."""
    height, width, _ = picture.shape
    corners = [
        (top, left)
        for top in range(0, height - TILE_PX + 1, TILE_PX // 2)
        for left in range(0, width - TILE_PX + 1, TILE_PX // 2)
    ]
    cut = {(top, left): picture[top : top + TILE_PX, left : left + TILE_PX] for top, left in corners}
    detail = {corner: np.abs(np.diff(tile.astype(np.int16), axis=1)).mean() for corner, tile in cut.items()}
    chosen: list[tuple[int, int]] = []
    for corner in sorted(corners, key=lambda corner: -detail[corner]):
        if all(max(abs(corner[0] - top), abs(corner[1] - left)) >= TILE_PX for top, left in chosen):
            chosen.append(corner)
    if len(chosen) < TILES:
        raise ValueError(f"a picture of {width} x {height} px has no {TILES} tiles of {TILE_PX} px")
    return [cut[corner] for corner in chosen[:TILES]]


def learn(
    tiles: np.ndarray,
    rate_weight: float,
    steps: int,
    on_progress: Callable[[Progress], None] = lambda _: None,
    checkpoint: Checkpoint | None = None,
) -> dict[str, np.ndarray]:
    """The matrices of a prior, int32 in 2**-20.

    Args:
        tiles: what `mosaic` gives.
        rate_weight: lambda of the loss, distance + lambda bits per pixel.
        steps: on one crop each.
    """
    about = Pyramid(levels=LEVELS, **priors.NETWORKS)
    target = Target(tiles, about, pick_device(), COLOUR)
    schedule = Schedule(steps=steps, rate_weight=rate_weight)
    return matrices(about, fit(target, schedule, on_progress=on_progress, checkpoint=checkpoint).parameters)


def matrices(about: Pyramid, parameters: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Fitted networks for three channels as a prior holds them, for as many grids as a prior has."""
    flat = {name: np.round(parameters[name] * 2.0**PARAMETER_FRACTION_BITS).astype("<i4") for name in parameters}
    found = context.split(flat["context"], context.shapes(about.neighbours, about.context_features))
    named = {f"context{index}": matrix for index, matrix in enumerate(found)}
    shapes = synthesis.shapes(flat["synthesis"].size, about.levels, about.synthesis_features)
    first, output, linear, kernel = context.split(flat["synthesis"], shapes)
    levels = np.minimum(np.arange(priors.LEVELS), about.levels - 1)
    planes = [*levels, about.levels]
    named |= {f"synthesis{index}": m for index, m in enumerate([first[:, planes], output, linear[:, planes], kernel])}
    kernels, named["filter"] = context.split(flat["upsampling"], upsampling.shapes(about.levels))
    named["upsampling"] = kernels[np.minimum(levels, about.levels - 2)[:-1]]
    # Row-major in the file, as docs/format.md says.
    return {name: np.ascontiguousarray(matrix) for name, matrix in named.items()}

"""Where samples lie: sample i of n on (-1, 1) is (2 i + 1 - n) / n, the centre of its cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from inrcodec.files import InputError
from inrcodec.representations.base import Representation

MAXIMUM_SIDE_PX = 1 << 20


@dataclass(frozen=True)
class Axis:
    """Pixels start..start + count of an axis decoded at `size` pixels, of a picture that has `picture`.

    Enlarging evaluates the function at the pixels' centres. Shrinking averages the picture's own samples, each
    weighted with the part of it that a pixel covers: between those samples nobody has asked what the function does.
    """

    picture: int
    size: int
    start: int
    count: int

    @property
    def samples_per_pixel(self) -> int:
        """How many samples a pixel takes, rounded up."""
        return max(1, -(-self.picture // self.size))

    def features(self, representation: Representation, part: slice) -> np.ndarray:
        """The features of the samples behind pixels part.start..part.stop: (n, features) int64 in 2**-20."""
        first, last = self._samples(part)
        return axis_features(representation, max(self.size, self.picture), first, last)

    def weights(self, part: slice) -> np.ndarray:
        """How much of every sample a pixel takes: (pixels, samples) int64, rows adding up to `total_weight`."""
        first, last = self._samples(part)
        if self.size >= self.picture:
            return np.eye(last - first, dtype=np.int64)
        # In units of a sample / size, pixel i covers i picture..(i + 1) picture, sample j covers j size..(j + 1) size.
        pixels = np.arange(self.start + part.start, self.start + part.stop)[:, None] * self.picture
        samples = np.arange(first, last)[None, :] * self.size
        overlap = np.minimum(pixels + self.picture, samples + self.size) - np.maximum(pixels, samples)
        return np.maximum(overlap, 0)

    @property
    def total_weight(self) -> int:
        """What a pixel's weights add up to."""
        return self.picture if self.size < self.picture else 1

    def _samples(self, part: slice) -> tuple[int, int]:
        first, last = self.start + part.start, self.start + part.stop
        if self.size >= self.picture:
            return first, last
        return first * self.picture // self.size, -(-last * self.picture // self.size)


@dataclass(frozen=True)
class Grid:
    """The columns and rows to evaluate."""

    columns: Axis
    rows: Axis

    @property
    def samples(self) -> int:
        """How many samples are evaluated, at most."""
        return prod(axis.count * axis.samples_per_pixel for axis in (self.columns, self.rows))

    def tiles(self, samples: int) -> Iterator[tuple[slice, slice]]:
        """Rows and columns of tiles of about `samples` samples; whole rows where they fit."""
        cell = self.columns.samples_per_pixel * self.rows.samples_per_pixel
        pixels = max(1, samples // cell)
        width = min(self.columns.count, pixels)
        height = max(1, pixels // width)
        for top in range(0, self.rows.count, height):
            for left in range(0, self.columns.count, width):
                yield (
                    slice(top, min(top + height, self.rows.count)),
                    slice(left, min(left + width, self.columns.count)),
                )


def grid_for(
    picture: tuple[int, int],
    size: tuple[int, int] | None = None,
    region: tuple[int, int, int, int] | None = None,
) -> Grid:
    """The grid of a picture of (width, height) at `size`, cut to `region` (x, y, width, height) of that size.

    Raises:
        InputError: the size or the region is empty, or the region leaves the picture.
    """
    width, height = size or picture
    if not (1 <= width <= MAXIMUM_SIDE_PX and 1 <= height <= MAXIMUM_SIDE_PX):
        raise InputError(f"size is {width}x{height}, accepted are 1 to {MAXIMUM_SIDE_PX} pixels a side")
    x, y, region_width, region_height = region or (0, 0, width, height)
    inside = x >= 0 and y >= 0 and x + region_width <= width and y + region_height <= height
    if not (inside and region_width > 0 and region_height > 0):
        found = f"{x},{y},{region_width},{region_height}"
        raise InputError(f"region is {found}, accepted are non-empty ones within {width}x{height}")
    return Grid(
        Axis(picture[0], width, x, region_width),
        Axis(picture[1], height, y, region_height),
    )


def axis_features(representation: Representation, size: int, start: int = 0, stop: int | None = None) -> np.ndarray:
    """The features of samples start..stop of an axis of `size` samples: (n, features) int64 in 2**-20."""
    samples = np.arange(start, size if stop is None else stop, dtype=np.int64)
    return representation.features(2 * samples + 1 - size, size)

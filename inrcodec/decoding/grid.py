"""Where samples lie: sample i of n on (-1, 1) is (2 i + 1 - n) / n, the centre of its cell."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import isqrt, prod
from operator import index
from typing import Any

import numpy as np

from inrcodec.files import InputError
from inrcodec.representations.base import Representation

MAXIMUM_SIDE_PX = 1 << 20
TILE_SIDE = 1 << 12
"""The longest side of a tile: a row's or column's features may be many more than its activations."""
PLACE_BITS = 7
"""Of the place between two samples that interpolation takes: products of two axes' weights and a sample fit int64."""


@dataclass(frozen=True)
class Axis:
    """Pixels start..start + count of an axis decoded at `size` pixels, of a picture that has `picture`.

    Enlarging evaluates the function at the pixels' centres; but see `Interpolated`. Shrinking averages the picture's
    own samples, each weighted with the part of it that a pixel covers: between those samples nobody has asked what the
    function does.
    """

    picture: int
    size: int
    start: int
    count: int

    @property
    def samples_per_pixel(self) -> int:
        """How many samples a pixel takes, rounded up."""
        picture, size = self._ratio
        return -(-picture // size)

    @property
    def total_weight(self) -> int:
        """What the weights of a pixel's samples add up to."""
        return self._ratio[0]

    def samples(self, part: slice) -> slice:
        """The samples behind pixels part.start..part.stop."""
        picture, size = self._ratio
        return slice((self.start + part.start) * picture // size, -(-(self.start + part.stop) * picture // size))

    def features(self, representation: Representation, samples: slice) -> np.ndarray:
        """The features of samples: (n, features) int64 in 2**-20."""
        return axis_features(representation, max(self.size, self.picture), samples.start, samples.stop)

    def sums(self, values: np.ndarray, part: slice, samples: slice) -> np.ndarray:
        """What `samples` add to pixels part.start..part.stop, each weighted with how much of it a pixel takes.

        `values` (n, ...) int64 of the samples; the sums are (pixels, ...) int64: differences of the integral of
        values up to the pixels' edges, which takes no more memory than the values. The integral may wrap around in
        int64, and then its differences do so back.
        """
        picture, size = self._ratio
        # In units of a sample / size, pixel i covers i picture..(i + 1) picture, sample j covers j size..(j + 1) size.
        edges = np.arange(self.start + part.start, self.start + part.stop + 1) * picture
        edges = np.clip(edges, samples.start * size, samples.stop * size) - samples.start * size
        integral = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
        index, rest = np.divmod(edges, size)
        following = values[np.minimum(index, len(values) - 1)]
        return np.diff(size * integral[index] + rest.reshape(-1, *[1] * (values.ndim - 1)) * following, axis=0)

    @property
    def _ratio(self) -> tuple[int, int]:
        """Samples per pixel as a fraction."""
        return (self.picture, self.size) if self.size < self.picture else (1, 1)


@dataclass(frozen=True)
class Interpolated(Axis):
    """An axis that is larger than its picture's, of a function that has nothing between the picture's own samples.

    Pixels are Catmull-Rom splines through those (Catmull and Rom, 1974); beyond the border the last samples go on.
    """

    @property
    def total_weight(self) -> int:
        return 2 << (3 * PLACE_BITS)

    def samples(self, part: slice) -> slice:
        (first, last), _ = self._places(np.array([part.start, part.stop - 1]))
        return slice(max(0, int(first) - 1), min(self.picture, int(last) + 3))

    def features(self, representation: Representation, samples: slice) -> np.ndarray:
        return axis_features(representation, self.picture, samples.start, samples.stop)

    def sums(self, values: np.ndarray, part: slice, samples: slice) -> np.ndarray:
        before, g = self._places(np.arange(part.start, part.stop))
        one = 1 << PLACE_BITS
        h = one - g
        weights = -g * h * h, 2 * one**3 - g * g * (5 * one - 3 * g), 2 * one**3 - h * h * (5 * one - 3 * h), -h * g * g
        total: Any = 0
        for step, weight in enumerate(weights, -1):
            places = np.clip(before + step, 0, self.picture - 1) - samples.start
            inside = (places >= 0) & (places < len(values))
            weight = (weight * inside).reshape(-1, *[1] * (values.ndim - 1))
            total = total + weight * values.take(places, axis=0, mode="clip")
        return total

    def _places(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The sample at or before the centre of each pixel, and how far behind it that lies, in 2**-PLACE_BITS."""
        before, rest = np.divmod((2 * (self.start + pixels) + 1) * self.picture - self.size, 2 * self.size)
        return before, ((rest << PLACE_BITS) + self.size) // (2 * self.size)


@dataclass(frozen=True)
class Grid:
    """The columns and rows to evaluate."""

    columns: Axis
    rows: Axis

    @property
    def samples(self) -> int:
        """How many samples are evaluated."""
        spans = (axis.samples(slice(0, axis.count)) for axis in (self.columns, self.rows))
        return prod(span.stop - span.start for span in spans)

    @property
    def pixels(self) -> int:
        """How many pixels come of them."""
        return self.columns.count * self.rows.count

    def tiles(self, samples: int, square: bool = False) -> Iterator[tuple[slice, slice]]:
        """Rows and columns of tiles of about `samples` samples; whole rows where they fit, or squares."""
        side = max(1, TILE_SIDE // max(self.columns.samples_per_pixel, self.rows.samples_per_pixel))
        cell = self.columns.samples_per_pixel * self.rows.samples_per_pixel
        pixels = max(1, samples // cell)
        width = min(self.columns.count, isqrt(pixels) if square else pixels, side)
        height = min(max(1, pixels // width), side)
        for top in range(0, self.rows.count, height):
            for left in range(0, self.columns.count, width):
                yield (
                    slice(top, min(top + height, self.rows.count)),
                    slice(left, min(left + width, self.columns.count)),
                )

    def blocks(self, rows: slice, columns: slice, samples: int) -> Iterator[tuple[slice, slice]]:
        """The rows and columns of samples behind a tile of pixels, in blocks of at most `samples`.

        A tile is mostly one block; a pixel of a much smaller picture takes many.
        """
        rows, columns = self.rows.samples(rows), self.columns.samples(columns)
        width = min(columns.stop - columns.start, max(1, samples), TILE_SIDE)
        height = min(max(1, samples // width), TILE_SIDE)
        for top in range(rows.start, rows.stop, height):
            for left in range(columns.start, columns.stop, width):
                yield slice(top, min(top + height, rows.stop)), slice(left, min(left + width, columns.stop))


def grid_for(
    picture: tuple[int, int],
    size: tuple[int, int] | None = None,
    region: tuple[int, int, int, int] | None = None,
    between: bool = True,
) -> Grid:
    """The grid of a picture of (width, height) at `size`, cut to `region` (x, y, width, height) of that size.

    Args:
        between: whether its function is one between the picture's own samples too.

    Raises:
        InputError: the size or the region is empty or not of integers, or the region leaves the picture.
    """
    width, height = picture if size is None else _integers("size", size, 2)
    if not (1 <= width <= MAXIMUM_SIDE_PX and 1 <= height <= MAXIMUM_SIDE_PX):
        raise InputError(f"size is {width}x{height}, accepted are 1 to {MAXIMUM_SIDE_PX} pixels a side")
    whole = (0, 0, width, height)
    x, y, region_width, region_height = whole if region is None else _integers("region", region, 4)
    inside = x >= 0 and y >= 0 and x + region_width <= width and y + region_height <= height
    if not (inside and region_width > 0 and region_height > 0):
        found = f"{x},{y},{region_width},{region_height}"
        raise InputError(f"region is {found}, accepted are non-empty ones within {width}x{height}")
    kinds = [
        Axis if between or side <= own else Interpolated for own, side in zip(picture, (width, height), strict=True)
    ]
    return Grid(
        kinds[0](picture[0], width, x, region_width),
        kinds[1](picture[1], height, y, region_height),
    )


def _integers(name: str, values: Iterable[Any], count: int) -> tuple[int, ...]:
    with suppress(TypeError):
        integers = tuple(map(index, values))
        if len(integers) == count:
            return integers
    raise InputError(f"{name} is {values!r}, accepted are {count} integers")


def axis_features(representation: Representation, size: int, start: int = 0, stop: int | None = None) -> np.ndarray:
    """The features of samples start..stop of an axis of `size` samples: (n, features) int64 in 2**-20."""
    samples = np.arange(start, size if stop is None else stop, dtype=np.int64)
    return representation.features(2 * samples + 1 - size, size)

"""Enlarging a picture that has pixels only, by Pillow: what a function's own samples are compared with.

Bicubic is Keys' kernel (1981, a = -1/2) over 4 x 4 pixels, Lanczos the windowed sinc over 6 x 6.
"""

import numpy as np
from PIL import Image

METHODS = {
    "nearest": Image.Resampling.NEAREST,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def enlarge(
    picture: np.ndarray, method: str, size: tuple[int, int], region: tuple[int, int, int, int] | None = None
) -> np.ndarray:
    """A picture (height, width, 3) uint8 at `size` (width, height), or a region (x, y, width, height) of that size.

    Pixels lie as everywhere here: the first one's left edge is that of the enlarged picture's first one.

    Args:
        method: a key of METHODS.
    """
    x, y, width, height = region or (0, 0, *size)
    across, down = picture.shape[1] / size[0], picture.shape[0] / size[1]
    # Pillow's kernels reach beyond the box: a region is the same as that part of the whole.
    box = (x * across, y * down, (x + width) * across, (y + height) * down)
    return np.asarray(Image.fromarray(picture).resize((width, height), METHODS[method], box=box))

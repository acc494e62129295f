"""ICC profiles: which colours a picture's numbers mean, and the way from them to sRGB."""

import io

import numpy as np
from PIL import Image, ImageCms

_SPACES = {1: "GRAY", 2: "GRAY", 3: "RGB", 4: "RGB"}
# The short cut for grey interpolates between few points, which is 10 of 255 off in the darks of linear light.
_MODES = {"GRAY": ("L", ImageCms.Flags.NOOPTIMIZE), "RGB": ("RGB", ImageCms.Flags.NONE)}
_SAME = 1
"""The largest difference, of 255, by which a profile may miss sRGB and still be taken for it: it is one of rounding."""


class UnfitProfileError(ValueError):
    """A profile that is broken, or that is for another kind of picture."""


def is_srgb(profile: bytes, channels: int) -> bool:
    """Whether a profile means sRGB (for grey: its tone curve), by what it does to colours and not by its name.

    Raises:
        UnfitProfileError: it cannot be used for pictures of so many channels.
    """
    if _SPACES[channels] == "GRAY":
        colours = np.arange(256, dtype=np.uint8).reshape(1, -1, 1)
    else:
        levels = np.linspace(0, 255, 9).astype(np.uint8)
        colours = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(1, -1, 3)
    return bool(np.abs(to_srgb(colours, profile).astype(int) - colours).max() <= _SAME)


def to_srgb(array: np.ndarray, profile: bytes) -> np.ndarray:
    """Colours (height, width, channels) uint8 as a profile means them, in sRGB; alpha stays.

    Raises:
        UnfitProfileError: the profile cannot be used for this picture.
    """
    space = _SPACES[array.shape[2]]
    count = 1 if space == "GRAY" else 3
    transform = _transform(profile, space)
    colours = Image.fromarray(array[..., 0] if count == 1 else np.ascontiguousarray(array[..., :3]))
    # Grey comes out as red, green and blue that are equal.
    shown = np.asarray(ImageCms.applyTransform(colours, transform))[..., :count]
    return np.concatenate([shown, array[..., count:]], axis=2)


def _transform(profile: bytes, space: str) -> ImageCms.ImageCmsTransform:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = source.profile.xcolor_space.strip()
        if found == space:
            mode, flags = _MODES[space]
            return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", flags=flags)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        raise UnfitProfileError("its ICC profile is broken, colours are taken as sRGB") from None
    raise UnfitProfileError(f"its ICC profile is for {found}, the picture is {space}: colours are taken as sRGB")

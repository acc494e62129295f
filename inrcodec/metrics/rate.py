"""Rate: what a file costs, whole."""


def bits_per_pixel(file_bytes: int, width_px: int, height_px: int) -> float:
    """Bits of the whole file, header included, per pixel of the picture.

    Raises:
        ValueError: a side is not positive or the size is negative.
    """
    if file_bytes < 0 or width_px <= 0 or height_px <= 0:
        raise ValueError(f"{file_bytes} bytes for {width_px}x{height_px} pixels is not a rate")
    return 8 * file_bytes / (width_px * height_px)

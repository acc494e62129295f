"""Keep freed memory for the next step or tile.

glibc hands blocks of a few MB, such as activations, back to the system at every free and asks for them again at the
next step, page fault by page fault. Keeping them takes a quarter off the time of decoding a picture (docs/results.md).
"""

import ctypes
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEEP_BYTES = 1 << 30


def keep_freed_memory() -> None:
    """Tell glibc's malloc so; does nothing with another C library."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_MMAP_THRESHOLD, _KEEP_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, _KEEP_BYTES)

"""Keep freed memory for the next step or tile.

glibc hands blocks of a few hundred KiB and more, such as activations, back to the system at every free and asks for
them again at the next step, page fault by page fault: a third of the time of decoding a picture (docs/results.md).
"""

import numpy as np

_LARGEST_BLOCK_BYTES = (32 << 20) - (64 << 10)
"""Just under the largest block from which glibc learns."""


def keep_freed_memory() -> None:
    """Let malloc keep freed blocks of up to 32 MiB, and twice that in all, as any program does that uses such blocks.

    glibc raises its thresholds to the size of a block when that is freed (M_MMAP_THRESHOLD in mallopt(3)). Setting them
    would go further and could not be taken back: they cannot be read. The block's pages are never touched; with other
    allocators nothing happens.
    """
    np.empty(_LARGEST_BLOCK_BYTES, dtype=np.uint8)

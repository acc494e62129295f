"""Errors a user can act on, and writes that are whole or absent."""

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


class InputError(ValueError):
    """Something the user gave is wrong; the message is one line that says what and what is accepted."""


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a binary file that appears at `path` only when the block ends without an error.

    The bytes go to a hidden file in the same folder, are flushed to the disk and renamed over `path`;
    after any error (a full disk too) the hidden file is removed and `path` is what it was before.

    Raises:
        OSError: the folder cannot be made or written, or the disk is full.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def remove_unfinished(path: str | os.PathLike[str]) -> None:
    """Remove the hidden files that killed writers of `path` have left; for its only writer to call beforehand."""
    path = Path(path)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*"):
        left.unlink(missing_ok=True)


def _umask() -> int:
    """The process's file-creation mask, which mkstemp ignores; only reading it is to set it twice."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

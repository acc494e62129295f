"""Errors a user can act on, and writes that are whole or absent."""

import glob
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

LONGEST_HIDDEN_NAME_BYTES = 100
"""Of a longer name, a hidden file carries a digest: the file system's limit is for the name, not for what we add."""


class InputError(ValueError):
    """Something the user gave is wrong; the message is one line that says what and what is accepted."""


def wants_memory(error: BaseException) -> bool:
    """Whether an error means that there is not enough memory, of the machine or of its GPU."""
    # torch has a type of its own for a GPU's memory, and none for the CPU's.
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or (isinstance(error, RuntimeError) and "can't allocate memory" in str(error))
    )


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a binary file that appears at `path` only when the block ends without an error.

    The bytes go to a hidden file in the same folder, are flushed to the disk and renamed over `path`;
    after any error (a full disk too) the hidden file is removed and `path` is what it was before.
    A file that is replaced passes its permissions on, a link stays and what it leads to is replaced; a device or a
    pipe is written to, once the block has ended.

    Raises:
        OSError: the folder cannot be made or written, or the disk is full.
    """
    path = _behind_links(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    present = _status(path)
    if present is not None and not stat.S_ISREG(present.st_mode):
        content = io.BytesIO()
        yield content
        with path.open("wb") as file:
            file.write(content.getbuffer())
        return
    descriptor, hidden = _create_hidden(path)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if present is not None:
                hidden.chmod(stat.S_IMODE(present.st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            hidden.unlink()
        raise


def check_output(path: str | os.PathLike[str], source: str | os.PathLike[str] | None = None) -> None:
    """Find out before the work whether its result can be written to `path`; nothing is changed.

    Args:
        source: the file that the work reads, which may not be its output too.

    Raises:
        InputError: `path` is a folder, write-protected or `source` itself, or its folder is missing.
        OSError: the system refuses the name, or a new file in the folder.
    """
    target = _behind_links(path)
    present = _status(target)
    if present is not None:
        if stat.S_ISDIR(present.st_mode):
            raise InputError(f"{path}: is a folder, the output is to be a file")
        if not os.access(target, os.W_OK):
            raise InputError(f"{path}: is write-protected")
        if not stat.S_ISREG(present.st_mode):
            return
        if source is not None and Path(source).exists() and target.samefile(source):
            raise InputError(f"{path}: is the input too, the output is to be another file")
    if not target.parent.is_dir():
        raise InputError(f"{path}: there is no folder {target.parent}")
    descriptor, hidden = _create_hidden(target)
    os.close(descriptor)
    hidden.unlink()


def remove_unfinished(path: str | os.PathLike[str]) -> None:
    """Remove the hidden files that killed writers of `path` have left; for its only writer to call beforehand."""
    path = _behind_links(path)
    # All eight digits: `.name.*` takes in the hidden files of other names that begin so.
    for left in path.parent.glob(f"{glob.escape(_hidden_prefix(path))}????????"):
        left.unlink(missing_ok=True)


def _behind_links(path: str | os.PathLike[str]) -> Path:
    """The file that a link leads to, there or not yet; a device has no better name than the one given."""
    path = Path(path)
    is_device = path.exists() and not path.is_file()
    return Path(os.path.realpath(path)) if path.is_symlink() and not is_device else path


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _create_hidden(path: Path) -> tuple[int, Path]:
    """A descriptor of a new hidden file beside `path`, with the permissions that the kernel gives new files."""
    hidden = path.with_name(_hidden_prefix(path) + os.urandom(4).hex())
    binary = getattr(os, "O_BINARY", 0)  # Windows
    try:
        return os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL | binary, 0o666), hidden
    except OSError as error:
        # The user knows the file by its own name.
        raise OSError(error.errno, error.strerror, str(path)) from None


def _hidden_prefix(path: Path) -> str:
    name = os.fsencode(path.name)
    long = len(name) > LONGEST_HIDDEN_NAME_BYTES
    return f".{hashlib.sha256(name).hexdigest() if long else path.name}."

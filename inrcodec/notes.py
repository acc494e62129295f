"""Notes: a picture was taken otherwise than its file may mean it; a warning in a library, a line in a program."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path
from typing import Any


class PictureWarning(UserWarning):
    """A picture was read, and this is what was left out of it."""


@contextmanager
def notes_as_lines(prefix: str) -> Iterator[None]:
    """For a program's main thread: print each `PictureWarning` as one line `{prefix}: note: ...` on standard error.

    What Pillow and its plugins warn of is dropped, since it is meant for programmers; other warnings stay as they are.
    """
    with warnings.catch_warnings():
        show = warnings.showwarning

        def show_note(message: Warning | str, category: type[Warning], *others: Any) -> None:
            if issubclass(category, PictureWarning):
                with suppress(OSError):  # Nobody may be listening.
                    print(f"{prefix}: note: {message}", file=sys.stderr, flush=True)
            else:
                show(message, category, *others)

        warnings.filterwarnings("ignore", module=r"(PIL|pillow_jxl)\b")
        warnings.simplefilter("always", PictureWarning)
        warnings.showwarning = show_note
        yield


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """For a program's main thread: drop what C libraries (libtiff) print of a picture; Python's words stay."""
    try:
        words = os.fdopen(os.dup(2), "w", buffering=1)
    except OSError:  # Standard error is closed.
        yield
        return
    # A stream that a host put in its place does not end at the descriptor.
    stream = words if sys.stderr is sys.__stderr__ else sys.stderr
    with words, Path(os.devnull).open("wb") as nothing, redirect_stderr(stream):
        os.dup2(nothing.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(words.fileno(), 2)

"""Notes: a picture was taken otherwise than its file may mean it; a warning in a library, a line in a program."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
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
                print(f"{prefix}: note: {message}", file=sys.stderr, flush=True)
            else:
                show(message, category, *others)

        warnings.filterwarnings("ignore", module=r"(PIL|pillow_jxl)\b")
        warnings.simplefilter("always", PictureWarning)
        warnings.showwarning = show_note
        yield

"""A long fit's state on disk, so that a kill at any moment costs seconds."""

import io
import time
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from inrcodec.files import atomic_write, remove_unfinished

EVERY_S = 5.0


class Checkpoint:
    """State kept in one file, replaced whole every few seconds.

    The file's name must depend on everything that the fit depends on: a state is never checked against the fit that
    asks for it.
    """

    def __init__(self, path: Path, every_s: float = EVERY_S) -> None:
        self.path, self.every_s, self.saved = path, every_s, time.monotonic()

    def due(self) -> bool:
        """Whether the last save is old enough for another."""
        return time.monotonic() - self.saved >= self.every_s

    def save(self, state: dict[str, Any]) -> None:
        """Replace the file.

        Raises:
            OSError: it cannot be written.
        """
        buffer = io.BytesIO()
        torch.save(state, buffer)
        with atomic_write(self.path) as file:
            file.write(buffer.getbuffer())
        self.saved = time.monotonic()

    def load(self) -> dict[str, Any] | None:
        """The last state, or None where there is none or it cannot be read."""
        remove_unfinished(self.path)
        if not self.path.exists():
            return None
        try:
            return torch.load(io.BytesIO(self.path.read_bytes()), weights_only=True)
        except (UnpicklingError, RuntimeError, EOFError, OSError, ValueError):
            return None

    def remove(self) -> None:
        """Forget the state, once what it was for is safe."""
        self.path.unlink(missing_ok=True)

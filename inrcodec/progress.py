"""Progress on a terminal: one line that renews itself; nothing where standard error is a file or a pipe."""

import sys
import time
from math import log10
from types import TracebackType
from typing import Any

WIDTH = 24
REFRESH_S = 0.1


class ShareLine:
    """A context manager whose `show(share)` draws a bar and the time left."""

    def __init__(self, stage: str = "") -> None:
        self.visible = sys.stderr is not None and sys.stderr.isatty()
        self.stage, self.started, self.shown = stage, time.perf_counter(), 0.0

    def __enter__(self) -> "ShareLine":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.shown:
            print(file=sys.stderr)

    def show(self, share: float, detail: str = "") -> None:
        """Draw; not more often than an eye can follow, but always the end."""
        now = time.perf_counter()
        if not self.visible or (share < 1 and now - self.shown < REFRESH_S):
            return
        self.shown = now
        filled = round(min(1.0, share) * WIDTH)
        left_s = (now - self.started) * (1 / max(share, 1e-6) - 1)
        bar = "#" * filled + "." * (WIDTH - filled)
        line = f"\r{self.stage:<9} [{bar}] {detail}{max(left_s, 0):4.0f} s left "
        print(line, end="", file=sys.stderr, flush=True)


class FitLine:
    """A context manager whose `show(stage, progress)` draws a bar per stage, with the current batch's PSNR.

    Args:
        opening: what the line says before, no longer than a bar.
    """

    def __init__(self, opening: str = "") -> None:
        self.line, self.opening = ShareLine(), opening

    def __enter__(self) -> "FitLine":
        if self.line.visible and self.opening:
            self.line.shown = time.perf_counter()
            print(f"\r{self.opening}", end="", file=sys.stderr, flush=True)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.line.__exit__(kind, error, trace)

    def show(self, stage: str, progress: Any) -> None:
        """Draw a stage's `inrcodec.fitting.target.Progress`."""
        if stage != self.line.stage:
            self.line.stage, self.line.started = stage, time.perf_counter() - progress.seconds
        psnr_db = -10 * log10(max(progress.loss, 1e-10))
        self.line.show(progress.share, f"step {progress.step} {psnr_db:5.2f} dB ")

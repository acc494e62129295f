"""Progress on a terminal: one line that renews itself; nothing where standard error is a file or a pipe."""

import sys
from math import log10
from types import TracebackType

from inrcodec.fitting.trainer import Progress

WIDTH = 24
REFRESH_SHARE = 0.005


class ProgressLine:
    """A context manager whose `show(stage, progress)` draws a bar with the current batch's PSNR and time left."""

    def __init__(self) -> None:
        self.visible = sys.stderr.isatty()
        self.shown = ("", 0.0)

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.visible and self.shown[0]:
            print(file=sys.stderr)

    def show(self, stage: str, progress: Progress) -> None:
        """Draw, unless that would change nothing to see."""
        stale = stage == self.shown[0] and progress.share - self.shown[1] < REFRESH_SHARE
        if not self.visible or (stale and progress.share < 1):
            return
        self.shown = (stage, progress.share)
        filled = round(min(1.0, progress.share) * WIDTH)
        left_s = progress.seconds * (1 / max(progress.share, 1e-6) - 1)
        psnr_db = -10 * log10(max(progress.loss, 1e-10))
        bar = "#" * filled + "." * (WIDTH - filled)
        line = f"\r{stage:<9} [{bar}] step {progress.step} {psnr_db:5.2f} dB {max(left_s, 0):4.0f} s left "
        print(line, end="", file=sys.stderr, flush=True)

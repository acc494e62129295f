"""What the two jobs that descend share: where their state is kept, and log lines for people and for the display."""

import hashlib
import json
import os
import time
from math import log10
from pathlib import Path

import torch

from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.trainer import Progress, Target
from workflow_scripts import adapter

CHECKPOINT_EVERY_S = float(os.environ.get("INRCODEC_CHECKPOINT_S", "5"))
LOG_EVERY_S = min(2.0, CHECKPOINT_EVERY_S)


def checkpoint(stage: str, spec: dict, *inputs: Path) -> Checkpoint:
    """Where this very job keeps its state: settings, code and the inputs' bytes are all in the name."""
    key = hashlib.sha256(json.dumps(spec, sort_keys=True).encode())
    for path in inputs:
        key.update(hashlib.sha256(path.read_bytes()).digest())
    return Checkpoint(Path(".state") / stage / f"{key.hexdigest()[:32]}.pt", CHECKPOINT_EVERY_S)


def describe(target: Target) -> str:
    """For logs: sizes of picture and function, and where the descent takes place."""
    parameters = sum(torch.Size(shape).numel() for shape in target.representation.shapes(target.channels).values())
    size = f"{target.width} x {target.height} px, {parameters} parameters"
    return f"{size}, {device_name(target.device)}"


def device_name(device: torch.device) -> str:
    """The GPU's name, or CPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"


class Log:
    """A line every few seconds, and one at the end of every descent.

    Args:
        steps: of all descents of the job together.
    """

    def __init__(self, steps: int) -> None:
        self.steps, self.shown, self.first = steps, time.monotonic(), True
        self.last = Progress(0, 0.0, 0.0, 0.0)

    def show(self, progress: Progress, earlier_steps: int = 0) -> None:
        """Print where the job is, if the last line is old or a descent ends; first, where it was resumed.

        Args:
            earlier_steps: of the descents that are done.
        """
        step = earlier_steps + progress.step
        if self.first and step > 1:
            adapter.log(f"resumed at step {step - 1}")
        self.first, self.last = False, progress
        if time.monotonic() - self.shown > LOG_EVERY_S or progress.share >= 1:
            self.shown = time.monotonic()
            psnr_db = -10 * log10(max(progress.loss, 1e-10))
            adapter.log(f"step {step}/{self.steps}  {psnr_db:.2f} dB")

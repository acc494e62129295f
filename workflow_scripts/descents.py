"""What jobs that descend share: where their state is kept, and log lines for people and for the display."""

import hashlib
import json
import os
import time
from math import log10, prod
from pathlib import Path
from typing import Any

import torch

from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.target import Progress, Schedule, Target
from workflow_scripts import adapter

CHECKPOINT_EVERY_S = float(os.environ.get("INRCODEC_CHECKPOINT_S", "5"))
LOG_EVERY_S = min(2.0, CHECKPOINT_EVERY_S)


def checkpoint(stage: str, spec: dict, *inputs: Path) -> Checkpoint:
    """Where this very job keeps its state: settings, code and the inputs' bytes are all in the name."""
    key = hashlib.sha256(json.dumps(spec, sort_keys=True).encode())
    for path in inputs:
        key.update(hashlib.sha256(path.read_bytes()).digest())
    return Checkpoint(Path(".state") / stage / f"{key.hexdigest()[:32]}.pt", CHECKPOINT_EVERY_S)


def schedule(settings: dict[str, Any], **own: Any) -> Schedule:
    """A descent as the settings of a fit have it, as far as they are told, but for what is its own."""
    shared = ("batch_px", "optimizer", "restarts", "matrix_rate", "vector_rate", "objective", "seed")
    return Schedule(**{key: settings[key] for key in shared if key in settings}, **own)


def describe(target: Target) -> str:
    """For logs: sizes of picture and function, and where the descent takes place."""
    parameters = sum(prod(tensor.shape) for tensor in target.tensors.values())
    size = f"{target.width} x {target.height} px, {parameters} parameters"
    return f"{size}, {device_name(target.device)}"


def device_name(device: torch.device) -> str:
    """The GPU's name, or CPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"


class Log:
    """A line every few seconds, and one at the end.

    Args:
        steps: of the descent.
        objective: what its loss is; the squared error is shown as PSNR.
    """

    def __init__(self, steps: int, objective: str) -> None:
        self.steps, self.objective = steps, objective
        self.shown, self.first = time.monotonic(), True
        self.last = Progress(0, 0.0, 0.0, 0.0)

    def show(self, progress: Progress) -> None:
        """Print where the job is, if the last line is old or the descent ends; first, where it was resumed."""
        step = progress.step
        if self.first and step > 1:
            adapter.log(f"resumed at step {step - 1}")
        self.first, self.last = False, progress
        if time.monotonic() - self.shown > LOG_EVERY_S or progress.share >= 1:
            self.shown = time.monotonic()
            loss = max(progress.loss, 1e-10)
            quality = f"{-10 * log10(loss):.2f} dB" if self.objective == "l2" else f"{self.objective} {loss:.4f}"
            adapter.log(f"step {step}/{self.steps}  {quality}")

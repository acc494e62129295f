"""Overfit one function to one picture."""

import hashlib
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy
import safetensors.numpy
import torch

from inrcodec.files import atomic_write
from inrcodec.fitting.checkpoint import Checkpoint
from inrcodec.fitting.trainer import Progress, Schedule, Target, describe_device, fit, pick_device
from inrcodec.images import load_rgb
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import adapter

CURVE_COLUMNS = "step,seconds,loss,psnr_db"
LOG_EVERY_S = 5.0
CHECKPOINT_EVERY_S = float(os.environ.get("INRCODEC_CHECKPOINT_S", "5"))


def fit_picture(spec: dict, picture: Path, weights: Path, curve: Path, film: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (the configuration's block)."""
    settings = spec["fit"]
    torch.manual_seed(settings["seed"])
    device = pick_device()
    label = f"{spec['representation']} {spec['hyperparameters']} on {picture}"
    print(f"{label}: {describe_device(device)}", file=sys.stderr)
    representation = REPRESENTATIONS[spec["representation"]](**spec["hyperparameters"])
    target = Target(load_rgb(picture), representation, device)
    schedule = Schedule(**{key: settings[key] for key in ("steps", "batch_px", "matrix_rate", "vector_rate", "seed")})
    logger = Log(settings["steps"])
    checkpoint = Checkpoint(state_path(spec, picture), CHECKPOINT_EVERY_S)
    result = fit(target, schedule, settings["curve_points"], settings["film_frames"], logger.show, checkpoint)
    with atomic_write(weights) as file:
        file.write(safetensors.numpy.save(result.parameters))
    rows = [",".join(map(repr, row)) for row in result.curve]
    with atomic_write(curve) as file:
        file.write(("\n".join([CURVE_COLUMNS, *rows]) + "\n").encode())
    adapter.write_arrays(film, {"frames": result.frames, "step": result.frame_steps, "psnr_db": result.frame_psnr_db})
    adapter.write_json(facts, {"fit_s": logger.last.seconds, "spec": spec, **provenance(device)})
    checkpoint.remove()


def provenance(device: torch.device) -> dict:
    """What else a fit's bytes depend on."""
    return {
        "device": describe_device(device),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "inrcodec": version("inrcodec"),
    }


def state_path(spec: dict, picture: Path) -> Path:
    """Where this very fit keeps its state: settings, code and picture are all in the name."""
    key = hashlib.sha256(json.dumps(spec, sort_keys=True).encode() + picture.read_bytes()).hexdigest()
    return Path(".state") / "fit" / f"{key[:32]}.pt"


class Log:
    """A line every few seconds, and one at the end."""

    def __init__(self, steps: int) -> None:
        self.steps, self.shown, self.last = steps, time.monotonic(), Progress(0, 0.0, 0.0, 0.0)

    def show(self, progress: Progress) -> None:
        """Print where the fit is, if the last line is old or this is the last step; first, if it was resumed."""
        if not self.last.step and progress.step > 1:
            print(f"resumed at step {progress.step - 1}", file=sys.stderr, flush=True)
        self.last = progress
        if time.monotonic() - self.shown > LOG_EVERY_S or progress.step == self.steps:
            self.shown = time.monotonic()
            left_s = progress.seconds * (self.steps / progress.step - 1)
            print(
                f"step {progress.step}/{self.steps}  loss {progress.loss:.2e}  {left_s:.0f} s left",
                file=sys.stderr,
                flush=True,
            )


if __name__ == "__main__":
    adapter.main(fit_picture, "picture", "weights", "curve", "film", "facts")

"""Quantization-aware fine-tuning of one fitted function at a sweep of bit depths."""

from pathlib import Path

import safetensors.numpy
import torch

from inrcodec.fitting.trainer import Schedule, Target, pick_device
from inrcodec.images import load_rgb
from inrcodec.quantization.aware import fine_tune
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import adapter
from workflow_scripts.coded import write_sweep

FIRST_RATE = 0.1
"""Against the fit's: enough to follow the rounding, too little to leave what was found."""


def fine_tune_sweep(spec: dict, picture: Path, weights: Path, files: list[Path], seconds: Path) -> None:
    """spec: representation, hyperparameters, schedule (steps, batch_px, rates, seed)."""
    torch.manual_seed(spec["schedule"]["seed"])
    parameters = safetensors.numpy.load(weights.read_bytes())
    representation = REPRESENTATIONS[spec["representation"]](**spec["hyperparameters"])
    target = Target(load_rgb(picture), representation, pick_device())
    schedule = Schedule(**spec["schedule"], first_rate=FIRST_RATE)
    write_sweep(spec, picture, files, seconds, lambda bits: fine_tune(target, parameters, bits, schedule))


if __name__ == "__main__":
    adapter.main(fine_tune_sweep, "picture", "weights", "files", "seconds", lists=("files",))

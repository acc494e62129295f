"""Make a file of a fitted function: fine-tuned with the rounding in view."""

import time
from pathlib import Path

import safetensors.numpy

from inrcodec.fitting.fine_tuning import fine_tune
from inrcodec.fitting.target import Target, pick_device
from inrcodec.images import load_rgb
from workflow_scripts import adapter, coded, descents
from workflow_scripts.functions import representation_of

FIRST_RATE = 0.1
"""Against the fit's: enough to follow the rounding, too little to leave what was found."""


def code(spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit, coding (with steps, rate_weight)."""
    parameters = safetensors.numpy.load(weights.read_bytes())
    pixels = load_rgb(picture)
    target = Target(pixels, representation_of(spec), pick_device(), spec["fit"]["colour"])
    adapter.log(descents.describe(target))
    steps = spec["coding"]["steps"]
    weight = spec["coding"]["rate_weight"]
    schedule = descents.schedule(spec["fit"], steps=steps, first_rate=FIRST_RATE, rate_weight=weight)
    checkpoint = descents.checkpoint("fine_tune", spec, picture, weights)
    log = descents.Log(steps, spec["fit"]["objective"])
    tensors = fine_tune(target, parameters, coded.depths_of(spec), schedule, log.show, checkpoint)
    started = time.perf_counter()
    coded.write(spec, pixels, tensors, file)
    # A descent that was killed after its end has no step to show, but its state knows the seconds.
    seconds = checkpoint.load()["seconds"] + time.perf_counter() - started
    adapter.write_facts(facts, spec, {file.stem: seconds}, descents.device_name(target.device))
    checkpoint.remove()


if __name__ == "__main__":
    adapter.main(code, "picture", "weights", "file", "facts")

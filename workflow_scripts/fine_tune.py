"""Quantization-aware fine-tuning of one fitted function at a sweep of bit depths."""

from pathlib import Path

import safetensors.numpy

from inrcodec.fitting.trainer import Progress, Schedule, Target, pick_device
from inrcodec.images import load_rgb
from inrcodec.quantization.aware import fine_tune
from inrcodec.quantization.symbols import QuantizedTensor
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import adapter, descents
from workflow_scripts.coded import write_sweep

FIRST_RATE = 0.1
"""Against the fit's: enough to follow the rounding, too little to leave what was found."""


def fine_tune_sweep(spec: dict, picture: Path, weights: Path, files: list[Path], facts: Path) -> None:
    """spec: representation, hyperparameters, schedule (steps, batch_px, rates, seed)."""
    parameters = safetensors.numpy.load(weights.read_bytes())
    representation = REPRESENTATIONS[spec["representation"]](**spec["hyperparameters"])
    pixels = load_rgb(picture)
    target = Target(pixels, representation, pick_device())
    adapter.log(descents.describe(target))
    schedule = Schedule(**spec["schedule"], first_rate=FIRST_RATE)
    depths = [int(path.stem) for path in files]
    log = descents.Log(schedule.steps * len(depths))
    # One state per bit depth: where a kill comes between two, the finished one is a state too, at its end.
    states = {bits: descents.checkpoint("fine_tune", spec | {"bits": bits}, picture, weights) for bits in depths}

    def tuned(bits: int) -> tuple[dict[str, QuantizedTensor], float]:
        earlier = schedule.steps * depths.index(bits)

        def show(progress: Progress) -> None:
            log.show(progress, earlier)

        symbols = fine_tune(target, parameters, bits, schedule, show, states[bits])
        return symbols, states[bits].load()["seconds"]

    seconds = write_sweep(spec, pixels, files, tuned)
    adapter.write_facts(facts, spec, seconds, descents.device_name(target.device))
    for state in states.values():
        state.remove()


if __name__ == "__main__":
    adapter.main(fine_tune_sweep, "picture", "weights", "files", "facts", lists=("files",))

"""What the jobs of deciders that descend share. Apart from `descents`, for a fit knows nothing of files."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import safetensors.numpy

from inrcodec.fitting.target import Target, pick_device
from inrcodec.images import load_rgb
from inrcodec.quantization.base import QuantizedTensor
from workflow_scripts import adapter, coded, descents
from workflow_scripts.functions import representation_of


def code(
    stage: str,
    decide: Callable[..., dict[str, QuantizedTensor]],
    own: dict[str, Any],
    spec: dict,
    picture: Path,
    weights: Path,
    file: Path,
    facts: Path,
) -> None:
    """What a decider's job does that descends.

    Args:
        decide: as `inrcodec.fitting.fine_tuning.fine_tune`.
        own: of its schedule, beside its steps and what it is told of the fit's.
        spec: representation, hyperparameters, fit, coding (with steps).
    """
    parameters = safetensors.numpy.load(weights.read_bytes())
    pixels = load_rgb(picture)
    target = Target(pixels, representation_of(spec), pick_device(), spec["fit"]["colour"])
    adapter.log(descents.describe(target))
    steps = spec["coding"]["steps"]
    state = descents.checkpoint(stage, spec, picture, weights)
    log = descents.Log(steps, spec["fit"]["objective"])
    how = descents.schedule(spec["fit"], steps=steps, **own)
    tensors = decide(target, parameters, coded.depths_of(spec), how, log.show, state)
    started = time.perf_counter()
    coded.write(spec, pixels, tensors, file)
    # A descent that was killed after its end has no step to show, but its state knows the seconds.
    seconds = state.load()["seconds"] + time.perf_counter() - started
    adapter.write_facts(facts, spec, {file.stem: seconds}, descents.device_name(target.device))
    state.remove()

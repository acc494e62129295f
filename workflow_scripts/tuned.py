"""What the jobs of deciders that descend share. Apart from `descents`, for a fit knows nothing of files."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.numpy

from inrcodec.fitting.target import Target, pick_device
from inrcodec.images import load_rgb
from inrcodec.quantization.base import QuantizedTensor
from workflow_scripts import adapter, coded, descents
from workflow_scripts.functions import representation_of

Decide = Callable[..., dict[str, QuantizedTensor]]
"""As `inrcodec.fitting.fine_tuning.fine_tune`."""


@dataclass(frozen=True)
class Stage:
    """One descent of a job: what its state goes by, who decides, its steps, what else its schedule says."""

    name: str
    decide: Decide
    steps: int
    own: dict[str, Any] = field(default_factory=dict)


def code(stages: list[Stage], spec: dict, picture: Path, weights: Path, file: Path, facts: Path) -> None:
    """What a decider's job does that descends.

    Args:
        stages: in turn; what one decided is the `start` of the next.
        spec: representation, hyperparameters, fit, coding.
    """
    parameters = safetensors.numpy.load(weights.read_bytes())
    pixels = load_rgb(picture)
    target = Target(pixels, representation_of(spec), pick_device(), spec["fit"]["colour"])
    adapter.log(descents.describe(target))
    states = [descents.checkpoint(stage.name, spec, picture, weights) for stage in stages]
    tensors: dict[str, QuantizedTensor] = {}
    for stage, state in zip(stages, states, strict=True):
        log = descents.Log(stage.steps, spec["fit"]["objective"])
        how = descents.schedule(spec["fit"], steps=stage.steps, **stage.own)
        before = {"start": tensors} if tensors else {}
        tensors = stage.decide(target, parameters, coded.depths_of(spec), how, log.show, state, **before)
    started = time.perf_counter()
    coded.write(spec, pixels, tensors, file)
    # A descent that was killed after its end has no step to show, but its state knows the seconds.
    seconds = sum(state.load()["seconds"] for state in states) + time.perf_counter() - started
    adapter.write_facts(facts, spec, {file.stem: seconds}, descents.device_name(target.device))
    for state in states:
        state.remove()

"""From a picture to a file in one call: fit, fine-tune for the bit depth, entropy-code."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from inrcodec.bitstream import container
from inrcodec.fitting.presets import Preset
from inrcodec.fitting.trainer import Progress, Schedule, Target, fit, pick_device
from inrcodec.quantization.aware import fine_tune

FINE_TUNE_SHARE = 0.2
"""Of a given number of seconds, what fine-tuning gets."""


def encode(
    picture: np.ndarray,
    preset: Preset,
    seconds: float | None = None,
    seed: int = 0,
    on_progress: Callable[[str, Progress], None] = lambda stage, progress: None,
) -> bytes:
    """Encode (height, width, 3) uint8.

    Args:
        seconds: spend this long instead of the preset's steps; the bytes then depend on the machine's speed.
        seed: of the initial parameters and the batches; the same seed on the same machine gives the same bytes.
        on_progress: called after every step with `fit` or `fine-tune` and where that is.
    """
    started = time.perf_counter()
    torch.manual_seed(seed)
    target = Target(picture, preset.representation, pick_device())
    schedule = Schedule(steps=preset.fit_steps, seed=seed)
    if seconds is not None:
        schedule = replace(schedule, steps=None, seconds=seconds * (1 - FINE_TUNE_SHARE))
    fitted = fit(target, schedule, on_progress=lambda progress: on_progress("fit", progress))
    if seconds is None:
        schedule = replace(schedule, steps=preset.fine_tune_steps)
    else:
        schedule = replace(schedule, seconds=max(0.01, seconds - (time.perf_counter() - started)))
    tensors = fine_tune(
        target,
        fitted.parameters,
        preset.bits,
        schedule,
        on_progress=lambda progress: on_progress("fine-tune", progress),
    )
    height, width, channels = picture.shape
    return container.write(
        container.ImplicitPicture(width, height, channels, preset.representation, preset.bits, tensors)
    )

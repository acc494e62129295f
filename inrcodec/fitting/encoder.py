"""From a picture to a file in one call: fit, fine-tune for the bit depth, entropy-code."""

import time
from collections.abc import Callable

import numpy as np

from inrcodec.bitstream import container
from inrcodec.fitting.fine_tuning import fine_tune
from inrcodec.fitting.presets import Preset, within_nyquist
from inrcodec.fitting.target import Progress, Schedule, Target, pick_device
from inrcodec.fitting.trainer import fit
from inrcodec.quantization.depths import Depths
from inrcodec.threads import ONE_TORCH_THREAD

FINE_TUNE_SHARE = 0.3
"""Of a given number of seconds, what fine-tuning gets."""
HANDOVER_RATE = 0.15
"""The fit ends and fine-tuning begins at this share of the learning rate: one descent, whose end is quantized.

A fit to the very end and a fine-tuning of its own reach 0.2 dB less in the same steps (docs/results.md).
"""


@ONE_TORCH_THREAD
def encode(
    picture: np.ndarray,
    preset: Preset,
    seconds: float | None = None,
    seed: int = 0,
    on_progress: Callable[[str, Progress], None] = lambda stage, progress: None,
) -> bytes:
    """Encode (height, width, 1 to 4 channels) uint8 or uint16.

    Args:
        seconds: spend this long instead of the preset's steps; the bytes then depend on the machine's speed.
        seed: of the initial parameters and the batches; the same seed on the same machine gives the same bytes.
        on_progress: called after every step with `fit` or `fine-tune` and where that is.
    """
    started = time.perf_counter()
    representation = within_nyquist(preset.representation, max(picture.shape[:2]))
    target = Target(picture, representation, pick_device(), preset.colour)
    fit_s = None if seconds is None else seconds * (1 - FINE_TUNE_SHARE)
    schedule = Schedule(None if seconds else preset.fit_steps, fit_s, last_rate=HANDOVER_RATE, seed=seed)
    fitted = fit(target, schedule, on_progress=lambda progress: on_progress("fit", progress))
    tuning_s = None if seconds is None else max(0.01, seconds - (time.perf_counter() - started))
    tensors = fine_tune(
        target,
        fitted.parameters,
        Depths(bits=preset.bits),
        Schedule(None if seconds else preset.fine_tune_steps, tuning_s, first_rate=HANDOVER_RATE, seed=seed),
        on_progress=lambda progress: on_progress("fine-tune", progress),
    )
    height, width, channels = picture.shape
    return container.write(
        container.ImplicitPicture(
            width=width,
            height=height,
            channels=channels,
            sample_bits=8 * picture.itemsize,
            colour=target.colour,
            representation=representation,
            depths=Depths(bits=preset.bits),
            tensors=tensors,
        )
    )

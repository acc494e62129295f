"""CPU milliseconds of a step through latents: compiled kernels, and the forms that torch has for other devices.

    python benchmarks/compiled_steps.py

A photograph of 256 x 256, one thread, networks of `encode`'s short and long searches, in turns, three times each; the
first steps, in which kernels are loaded or compiled, are not counted. Prints a Markdown table.
"""

import platform
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from inrcodec.datasets import load_picture
from inrcodec.fitting import latent_rate, soft_rounding
from inrcodec.fitting.latent_descent import LatentDescent
from inrcodec.fitting.target import Schedule, Target
from inrcodec.operations import convolution, doublings, perceptron
from inrcodec.representations import Pyramid
from inrcodec.threads import ONE_TORCH_THREAD

RUNS, STEPS, FIRST_STEPS = 3, 60, 10
SIDE_PX = 256
NETWORKS = {
    "8 neighbours, 8 and 24 neurons": {"neighbours": 8, "context_features": 8, "synthesis_features": 24},
    "8 neighbours, 8 and 16 neurons": {"neighbours": 8, "context_features": 8, "synthesis_features": 16},
    "12 neighbours, 12 and 16 neurons": {"neighbours": 12, "context_features": 12, "synthesis_features": 16},
}


@contextmanager
def by_torch() -> Iterator[None]:
    """No kernel is called inside."""
    forms = [
        (latent_rate, "rate", latent_rate.rate_by_torch),
        (soft_rounding, "twice", soft_rounding.twice_by_torch),
        (perceptron, "perceptron", perceptron.by_torch),
        (convolution, "convolve", convolution.by_torch),
        (doublings, "doublings", lambda taps, grids, *windows: doublings.by_torch(taps, *windows, *grids)),
    ]
    before = [getattr(module, name) for module, name, _ in forms]
    try:
        for module, name, form in forms:
            setattr(module, name, form)
        yield
    finally:
        for (module, name, _), form in zip(forms, before, strict=True):
            setattr(module, name, form)


def step_ms(picture: np.ndarray, networks: dict[str, int]) -> float:
    """CPU milliseconds of a step, all threads counted."""
    target = Target(picture, Pyramid(levels=7, **networks), torch.device("cpu"), "rgb_mean")
    descent = LatentDescent(target, target.initial(0), Schedule(steps=STEPS, rate_weight=1e-3))
    started = 0.0
    for progress in descent:
        if progress.step == FIRST_STEPS:
            started = time.process_time()
    return (time.process_time() - started) / (STEPS - FIRST_STEPS) * 1e3


@ONE_TORCH_THREAD
def main() -> None:
    packaged = {"kind": "packaged", "mirrors": [], "digests": {}}
    picture = load_picture(packaged, "chelsea", None, Path())[:SIDE_PX, 64 : 64 + SIDE_PX]
    print(f"{platform.machine()}, medians of {RUNS}, CPU ms of a step\n")
    print("| networks | compiled | torch's forms | ratio |")
    print("| --- | --- | --- | --- |")
    for what, networks in NETWORKS.items():
        compiled, plain = [], []
        for _ in range(RUNS):
            compiled.append(step_ms(picture, networks))
            with by_torch():
                plain.append(step_ms(picture, networks))
        here, there = statistics.median(compiled), statistics.median(plain)
        print(f"| {what} | {here:.1f} | {there:.1f} | {there / here:.2f} |")


if __name__ == "__main__":
    main()

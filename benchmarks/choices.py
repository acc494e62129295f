"""What the trainer's choices are worth: the tutorial's network on one picture, one choice changed at a time.

    python benchmarks/choices.py kodim03.png

PSNR of the fitted function before quantization, but where a file is named: that is decoded. Prints a Markdown table.
"""

import argparse
import platform
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch

from inrcodec.bitstream import container
from inrcodec.decoding.decoder import decode
from inrcodec.fitting import trainer
from inrcodec.fitting.encoder import FINE_TUNE_SHARE, HANDOVER_RATE
from inrcodec.fitting.fine_tuning import fine_tune
from inrcodec.fitting.optimizers import Muon
from inrcodec.fitting.target import Schedule, Target
from inrcodec.fitting.trainer import fit
from inrcodec.images import load_rgb
from inrcodec.metrics.quality import psnr_db
from inrcodec.quantization.depths import Depths
from inrcodec.representations import Positional
from inrcodec.threads import core_count

NETWORK = Positional(hidden_features=128, hidden_layers=3)
DEPTHS = Depths(bits=8)
STEPS = 1000
FINE_TUNE_RATE = 0.1
"""Of a fine-tuning of its own, as in the workflow's."""
NO_MUON = (trainer, "MUON_SMALLEST_SIDE", 1 << 30)


def as_tensors(parameters: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(values.astype(np.float32)) for name, values in parameters.items()}


def fitted_db(target: Target, changed: tuple | None = None, **settings) -> float:
    with patch.object(*changed) if changed else nullcontext():
        return target.psnr_db(as_tensors(fit(target, Schedule(**{"steps": STEPS} | settings)).parameters))


def coded_db(picture: np.ndarray, target: Target, last_rate: float, first_rate: float) -> tuple[float, float]:
    """PSNR of a fit and its fine-tuning, STEPS together: of the decoded file, of its parameters in floating point."""
    tuning = round(STEPS * FINE_TUNE_SHARE)
    fitted = fit(target, Schedule(STEPS - tuning, last_rate=last_rate))
    tensors = fine_tune(target, fitted.parameters, DEPTHS, Schedule(tuning, first_rate=first_rate))
    height, width, channels = picture.shape
    picture_of = container.ImplicitPicture(width, height, channels, 8, target.colour, NETWORK, DEPTHS, tensors)
    data = container.write(picture_of)
    rounded = as_tensors({name: tensor.values for name, tensor in tensors.items()})
    return psnr_db(picture, decode(data)), target.psnr_db(rounded)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path)
    picture = load_rgb(parser.parse_args().picture)
    target = Target(picture, NETWORK, torch.device("cpu"))
    print(f"{platform.machine()}, {core_count()} cores, {STEPS} steps but where said\n")
    print("| what | PSNR dB |\n| --- | --- |")

    def show(what: str, value_db: float) -> None:
        print(f"| {what} | {value_db:.2f} |", flush=True)

    show("as shipped", fitted_db(target))
    for batch_px in (2048, 8192):
        steps = STEPS * Schedule.batch_px // batch_px
        show(
            f"batches of {batch_px} px, {steps} steps: the same pixels",
            fitted_db(target, steps=steps, batch_px=batch_px),
        )
    for rate in (0.002, 0.005):
        show(f"Adam for everything, rate {rate}", fitted_db(target, NO_MUON, vector_rate=rate))
    for iterations in (2, 4, 5):
        show(f"{iterations} iterations in Muon", fitted_db(target, (Muon, "ITERATIONS", iterations)))
    for rate in (0.02, 0.05):
        show(f"Muon's rate {rate}", fitted_db(target, matrix_rate=rate))
    for rate in (0.008, 0.015, 0.03):
        show(f"Muon's rate {rate}, 2,500 steps", fitted_db(target, matrix_rate=rate, steps=2500))
    show("Adam for everything, rate 0.005, 2,500 steps", fitted_db(target, NO_MUON, steps=2500))
    show("a whole fit, then a fine-tuning of its own: file", coded_db(picture, target, 0.0, FINE_TUNE_RATE)[0])
    file_db, float_db = coded_db(picture, target, HANDOVER_RATE, HANDOVER_RATE)
    show("one descent, its end quantized: file", file_db)
    print(f"\nThe decoder's arithmetic: {file_db:.3f} dB, the same parameters in floating point: {float_db:.3f} dB")


if __name__ == "__main__":
    main()

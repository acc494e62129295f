"""Overfit one function to one picture."""

from pathlib import Path

import safetensors.numpy

from inrcodec.files import atomic_write
from inrcodec.fitting.target import Target, pick_device
from inrcodec.fitting.trainer import fit
from inrcodec.images import load_rgb
from workflow_scripts import adapter, descents
from workflow_scripts.functions import representation_of

OF_FITS = "rate_weight", "magnitude_weight"
"""What a descent does that decides on integers is not told."""
CURVE_COLUMNS = "step,seconds,loss,psnr_db"


def fit_picture(spec: dict, picture: Path, weights: Path, curve: Path, film: Path, facts: Path) -> None:
    """spec: representation, hyperparameters, fit (what the configuration says of it)."""
    settings = spec["fit"]
    target = Target(load_rgb(picture), representation_of(spec), pick_device(), settings["colour"])
    adapter.log(descents.describe(target))
    schedule = descents.schedule(
        settings, steps=settings["steps"], **{key: settings[key] for key in OF_FITS if key in settings}
    )
    log = descents.Log(settings["steps"], settings["objective"])
    checkpoint = descents.checkpoint("fit", spec, picture)
    result = fit(target, schedule, settings["curve_points"], settings["film_frames"], log.show, checkpoint)
    with atomic_write(weights) as file:
        file.write(safetensors.numpy.save(result.parameters))
    rows = [",".join(map(repr, row)) for row in result.curve]
    with atomic_write(curve) as file:
        file.write(("\n".join([CURVE_COLUMNS, *rows]) + "\n").encode())
    adapter.write_arrays(film, {"frames": result.frames, "step": result.frame_steps, "psnr_db": result.frame_psnr_db})
    adapter.write_facts(facts, spec, {"fit": log.last.seconds}, descents.device_name(target.device))
    checkpoint.remove()


if __name__ == "__main__":
    adapter.main(fit_picture, "picture", "weights", "curve", "film", "facts")

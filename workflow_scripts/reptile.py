"""Learn from a mosaic of photographs where the fits of a network begin."""

from pathlib import Path

from inrcodec.fitting.reptile import learn
from inrcodec.fitting.target import pick_device
from inrcodec.images import load_rgb
from inrcodec.representations import Meta
from workflow_scripts import adapter, descents


def write(spec: dict, mosaic: Path, prior: Path, facts: Path) -> None:
    """spec: hyperparameters, rounds."""
    log = descents.Log(spec["rounds"], "l2")
    found = learn(load_rgb(mosaic), Meta(**spec["hyperparameters"]), spec["rounds"], log.show)
    adapter.write_arrays(prior, found)
    adapter.write_facts(facts, spec, {"prior": log.last.seconds}, descents.device_name(pick_device()))


if __name__ == "__main__":
    adapter.main(write, "mosaic", "prior", "facts")

"""Learn one prior from a mosaic of photographs."""

from pathlib import Path

from inrcodec.fitting.prior_learning import learn
from inrcodec.fitting.target import pick_device
from inrcodec.images import load_rgb
from workflow_scripts import adapter, descents


def write(spec: dict, mosaic: Path, prior: Path, facts: Path) -> None:
    """spec: rate_weight, steps."""
    log = descents.Log(spec["steps"], "l2")
    checkpoint = descents.checkpoint("prior", spec, mosaic)
    found = learn(load_rgb(mosaic), spec["rate_weight"], spec["steps"], log.show, checkpoint)
    adapter.write_arrays(prior, found)
    adapter.write_facts(facts, spec, {"prior": log.last.seconds}, descents.device_name(pick_device()))
    checkpoint.remove()


if __name__ == "__main__":
    adapter.main(write, "mosaic", "prior", "facts")

"""The function that a job's spec describes."""

from typing import Any

from inrcodec.representations import REPRESENTATIONS
from inrcodec.representations.base import Representation
from inrcodec.representations.module import Module, load_class
from workflow_scripts import own_modules


def representation_of(spec: dict[str, Any]) -> Representation:
    """spec: representation, hyperparameters."""
    if own_modules.is_reference(spec["representation"]):
        return Module.of(load_class(spec["representation"]), 3, spec["hyperparameters"])
    return REPRESENTATIONS[spec["representation"]](**spec["hyperparameters"])

"""The function that a job's spec describes."""

from typing import Any

from inrcodec.representations import REPRESENTATIONS
from inrcodec.representations.base import Representation


def representation_of(spec: dict[str, Any]) -> Representation:
    """spec: representation, hyperparameters."""
    return REPRESENTATIONS[spec["representation"]](**spec["hyperparameters"])

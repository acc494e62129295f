"""Entropy models of tensors. A new one is a module here and a line in MODELS."""

import numpy as np

from inrcodec.entropy.base import Model, Settings
from inrcodec.entropy.histogram import Histogram
from inrcodec.entropy.raw import Raw
from inrcodec.entropy.scaled import Gaussian, Laplace

MODELS: dict[str, Model] = {model.name: model for model in (Laplace(), Gaussian(), Histogram(), Raw())}
BY_IDENTIFIER: dict[int, Model] = {model.identifier: model for model in MODELS.values()}
CHEAPEST = "cheapest"
"""Of all models the one with the fewest bits, tensor by tensor."""
CHOICES = (CHEAPEST, *MODELS)


def choose(name: str, symbols: np.ndarray, largest: int) -> tuple[Model, Settings]:
    """The model of that name, or the cheapest, with its best settings for a tensor's symbols, int64."""
    tried = [model for model in MODELS.values() if model.is_worth_trying(symbols)]
    candidates = tried if name == CHEAPEST else [MODELS[name]]
    fitted = [(model, model.settings(symbols, largest)) for model in candidates]
    return min(fitted, key=lambda pair: pair[0].bits(symbols, pair[1], largest))

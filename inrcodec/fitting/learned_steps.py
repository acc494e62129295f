"""Learned step sizes: a descent moves each tensor's step along with its parameters.

LSQ (Esser et al., ICLR 2020). A parameter v with step s is s round(clip(v / s, -M, M)); rounding passes the gradient
straight through, so that with respect to s it is round(v / s) - v / s within the range and -M or M beyond (their
equation 3). What is beyond the range has no gradient of its own: the step may leave outliers cut off.

LSQ divides the steps' gradients by sqrt(n M) of a tensor of n parameters, for plain descent. Adam does not see the
size of a gradient; instead what it moves is the logarithm of the step, so that steps of every size move by the same
shares.
"""

from math import log

import torch

from inrcodec.fitting.target import Parameters
from inrcodec.operations.fixed_point import Step
from inrcodec.quantization.base import QuantizedTensor, Settings, largest_symbol

GAIN = 5.0
"""Logarithms of steps per unit that a descent moves: at a tenth of a fit's rate a step of it is a quarter per cent."""


def key(name: str) -> str:
    """What the step of a tensor goes by among the parameters of a descent."""
    return f"step of {name}"


def beginning(start: dict[str, QuantizedTensor], device: torch.device) -> Parameters:
    """What a descent moves beside the parameters: of each tensor ln(step) / GAIN, float32 of no dimension."""
    steps = {name: Step(tensor.settings["mantissa"], tensor.settings["shift"]).value for name, tensor in start.items()}
    return {key(name): torch.tensor(log(step) / GAIN, device=device) for name, step in steps.items()}


def settings(learned: float) -> Settings:
    """What the file says of a learned step: the smallest of its steps that is not under it.

    Raises:
        ValueError: it is over the largest step.
    """
    step = Step.at_least(float(torch.tensor(learned * GAIN).exp()))
    return {"shift": step.shift, "mantissa": step.mantissa}


def place(values: torch.Tensor, learned: torch.Tensor) -> torch.Tensor:
    """Where values lie among the symbols, differentiable in both."""
    return values / _step(learned)


def straight_through(values: torch.Tensor, learned: torch.Tensor, bits: int) -> torch.Tensor:
    """Rounded forward; backward as LSQ has it."""
    largest, step = largest_symbol(bits), _step(learned)
    place = (values / step).clamp(-largest, largest)
    return (place + (place.round() - place).detach()) * step


def _step(learned: torch.Tensor) -> torch.Tensor:
    """The step as the file will say it, with the gradient of the learned one."""
    step, said = (learned * GAIN).exp(), settings(float(learned.detach()))
    return step + (Step(said["mantissa"], said["shift"]).value - step).detach()

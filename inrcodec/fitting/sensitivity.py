"""Bits per tensor by sensitivity: deep where rounding hurts the picture, shallow where it does not.

The distortion that quantizing a tensor alone brings is measured at every depth; then depths are bought, always where
the next bits lower distortion most, until the bits are spent: the allocation of Shoham and Gersho (IEEE TASSP 1988),
along the lower convex hulls, filled up with what still fits. HAWQ (Dong et al., ICCV 2019) asks the Hessian what
tensors are sensitive; a picture's function is small enough to be asked itself.
"""

import numpy as np
import torch

from inrcodec.fitting.step_search import distance
from inrcodec.fitting.target import Target
from inrcodec.quantization.depths import HIGHEST_BITS, LOWEST_BITS, Depths
from inrcodec.quantization.nearest import quantize
from inrcodec.threads import ONE_TORCH_THREAD

DEEPER = 6
"""Bits beyond its own that a tensor is tried with at most."""


@ONE_TORCH_THREAD
@torch.no_grad()
def sensitive_depths(
    target: Target, parameters: dict[str, np.ndarray], depths: Depths, objective: str = "l2"
) -> Depths:
    """Depths per tensor that spend no more bits, before entropy coding, than `depths` does.

    Args:
        depths: without exceptions, of a rule whose bits are not fixed.

    Raises:
        ValueError: a parameter is not finite.
    """
    values = {name: torch.from_numpy(array).to(target.device) for name, array in parameters.items()}
    rules, own = {}, {}
    for name, tensor in target.tensors.items():
        rules[name], own[name] = depths.of(name, tensor.role)

    def measured(name: str, bits: int) -> float:
        alone = Depths(exceptions={name: (rules[name].name, bits)})
        tensor = quantize({name: parameters[name]}, {name: target.tensors[name]}, alone)[name]
        changed = torch.from_numpy(tensor.values.astype(np.float32)).to(target.device)
        return distance(target, values | {name: changed}, objective)

    distances = {
        name: {bits: measured(name, bits) for bits in range(LOWEST_BITS, min(HIGHEST_BITS, most + DEEPER) + 1)}
        for name, most in own.items()
    }
    sizes = {name: array.size for name, array in parameters.items()}
    budget = sum(sizes[name] * bits for name, bits in own.items())
    bought = allocate(distances, sizes, budget)
    changed = {name: (rules[name].name, bits) for name, bits in bought.items() if bits != own[name]}
    return Depths(depths.rule, depths.bits, changed)


def allocate(distances: dict[str, dict[int, float]], sizes: dict[str, int], budget: int) -> dict[str, int]:
    """Bits for each tensor so that the sum of distances is small and sizes times bits are within the budget.

    Args:
        distances: by tensor and bits, the fewest first; fewer than these are never given, whatever the budget.
        sizes: numbers in each tensor.
        budget: bits in all.
    """
    bought = {name: min(found) for name, found in distances.items()}
    left = budget - sum(sizes[name] * bits for name, bits in bought.items())
    while True:
        offers = [
            ((found[bought[name]] - found[bits]) / (sizes[name] * (bits - bought[name])), name, bits)
            for name, found in distances.items()
            for bits in found
            if bits > bought[name] and sizes[name] * (bits - bought[name]) <= left
        ]
        gain, name, bits = max(offers, default=(0.0, "", 0))
        if gain <= 0:
            return bought
        left -= sizes[name] * (bits - bought[name])
        bought[name] = bits

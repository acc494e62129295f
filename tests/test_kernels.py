"""What is compiled does what plain torch does in float64, gradients included."""

import sys

import numpy as np
import pytest
import torch

from inrcodec.fitting import soft_rounding
from inrcodec.operations import convolution, doublings, kernels, perceptron, upsampling

PRECISION = 2e-5
"""Of sums of some hundred float32, by the largest of them."""


def both(compiled, by_torch, tensors, *rest):
    """Results and gradients of a form in float32 and of another in float64 are the same."""
    random, found = torch.Generator().manual_seed(1), []
    for form, precision in ((compiled, torch.float32), (by_torch, torch.float64)):
        moved = [tensor.to(precision).requires_grad_() for tensor in tensors]
        results = form(moved)
        weights = torch.randn(results.shape, generator=random.manual_seed(1), dtype=torch.float64).to(precision)
        found.append([results.detach(), *torch.autograd.grad((results * weights).sum(), moved)])
    for ours, theirs in zip(*found, strict=True):
        assert ours.shape == theirs.shape
        assert float((ours.double() - theirs).abs().max()) <= PRECISION * max(1.0, float(theirs.abs().max()))


def drawn(*shapes):
    random = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=random) for shape in shapes]


@pytest.mark.parametrize("pixels", [1, 255, 256, 700])
@pytest.mark.parametrize("inputs, hidden, outputs", [(7, 16, 3), (8, 5, 1), (3, 24, 4)])
def test_perceptron(inputs, hidden, outputs, pixels):
    tensors = drawn((inputs, pixels), (hidden, inputs + 1), (outputs, hidden), (outputs, inputs + 1))
    both(lambda moved: perceptron.perceptron(*moved), lambda moved: perceptron.by_torch(*moved), tensors)


@pytest.mark.parametrize("margins", [((1, 1), (1, 1)), ((0, 1), (1, 0)), ((1, 0), (0, 0))])
@pytest.mark.parametrize("channels, outputs, height, width", [(3, 3, 9, 7), (1, 1, 4, 300), (4, 2, 3, 3)])
def test_convolution(channels, outputs, height, width, margins):
    tensors = drawn((channels, height, width), (outputs, 9 * channels))
    both(
        lambda moved: convolution.convolve(*moved, margins),
        lambda moved: convolution.by_torch(*moved, margins),
        tensors,
    )


@pytest.mark.parametrize(
    "size, rows, columns",
    [
        ((37, 50), (0, 37), (0, 50)),
        ((64, 64), (5, 40), (11, 12)),
        ((64, 37), (7, 64), (0, 36)),
        ((5, 1), (0, 5), (0, 1)),
        ((130, 77), (31, 98), (3, 66)),
    ],
)
def test_doublings(size, rows, columns):
    levels = 5
    windows = [upsampling.windows_of(window, side, levels) for window, side in zip((rows, columns), size, strict=True)]
    sizes = [upsampling.sizes(side, levels)[1:] for side in size]
    taps, *grids = drawn((levels - 1, 4), *zip(*sizes, strict=True))
    both(
        lambda moved: doublings.doublings(moved[0], moved[1:], *windows),
        lambda moved: doublings.by_torch(moved[0], *windows, *moved[1:]),
        [taps, *grids],
    )


@pytest.mark.parametrize("temperature", [0.35, 0.08])
def test_soft_rounding(temperature):
    values, disturbance = drawn((700,), (700,))
    values *= 5
    values[:3] = torch.tensor([0.5, -2.0, 1000.25])
    compiled = soft_rounding.twice(values, temperature, disturbance, 0.2)
    by_torch = soft_rounding.twice_by_torch(values.double(), temperature, disturbance.double(), 0.2)
    for ours, theirs in zip(compiled, by_torch, strict=True):
        # What is rounded has a hundredth of a symbol's precision at 1000, and slopes of up to 40 multiply that.
        assert torch.allclose(ours.double(), theirs, rtol=2e-3, atol=2e-4)


def test_powers_of_two_are_right_to_two_steps_of_a_float():
    exponents = np.concatenate([np.linspace(-1, 1, 20001), np.linspace(-126, 126, 10001)]).astype(np.float32)
    whole, powers = np.empty(len(exponents), np.int32), exponents.copy()
    kernels._exp2(powers, whole, whole.view(np.float32), len(powers))
    assert np.abs(powers / np.exp2(exponents.astype(np.float64)) - 1).max() < 2 * np.finfo(np.float32).eps


def test_where_nothing_may_be_written_kernels_are_compiled_each_time(run):
    """Numba has no place for its cache then, neither beside the file nor in the user's folder, and raises an error."""
    program = """
import numba.core.caching as caching
for kind in vars(caching).values():
    if hasattr(kind, "_locator_classes"):
        kind._locator_classes = []
import numpy as np
from inrcodec.operations import kernels
planes, kernel, results = (np.ones(shape, np.float32) for shape in ((1, 4, 4), (1, 9), (1, 4, 4)))
kernels.convolution(planes, kernel, 1, 1, results)
print(results.min(), results.max())
"""
    result = run(sys.executable, "-c", program)
    assert result.stdout.split() == ["9.0", "9.0"], result.stderr

"""Our Adam and Muon against torch's, and what they must not cost."""

import sys

import pytest
import torch

from inrcodec.fitting.optimizers import Adam, Muon

SHAPES = [(24, 24), (40, 24), (24, 40)]


def walk(optimizer, parameters, before_step=lambda step: None, steps=range(6)):
    """Move parameters by gradients that depend on where they are."""
    for step in steps:
        for values in parameters:
            values.grad = torch.sin(3 * values.detach() + 2 * step)
        before_step(step)
        optimizer(step)
    return [values.detach() for values in parameters]


def starts():
    random = torch.Generator().manual_seed(1)
    return [torch.randn(shape, generator=random).requires_grad_() for shape in SHAPES]


def test_adam_is_torchs():
    ours, theirs = starts(), starts()
    adam = Adam(ours, 0.01)
    reference = torch.optim.Adam(theirs, lr=0.01, betas=Adam.BETAS, eps=Adam.EPSILON)
    walk(lambda step: adam.step(0.5 + 0.1 * step), ours)

    def rate(step):
        reference.param_groups[0]["lr"] = 0.01 * (0.5 + 0.1 * step)

    walk(lambda step: reference.step(), theirs, rate)
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-5, atol=1e-6)


def test_muon_is_torchs():
    ours, theirs = starts(), starts()
    sizes = [float(matrix.detach().norm()) / min(matrix.shape) ** 0.5 for matrix in theirs]
    groups = [{"params": [matrix], "lr": 0.02 * size} for matrix, size in zip(theirs, sizes, strict=True)]
    muon = Muon(ours, 0.02)
    reference = torch.optim.Muon(groups, weight_decay=0.0, ns_steps=Muon.ITERATIONS)
    moved = walk(lambda step: muon.step(1.0), ours)
    expected = walk(lambda step: reference.step(), theirs)
    for start, mine, other in zip(starts(), moved, expected, strict=True):
        # torch iterates in bfloat16, which has 8 bits.
        assert (mine - other).norm() < 0.02 * (other - start).norm()


@pytest.mark.parametrize("kind", [Adam, Muon])
def test_a_restored_state_goes_on_the_same(kind):
    through, halfway = starts(), starts()
    whole, first = kind(through, 0.01), kind(halfway, 0.01)
    expected = walk(lambda step: whole.step(1.0), through)
    walk(lambda step: first.step(1.0), halfway, steps=range(3))
    second = kind(halfway, 0.01)
    second.restore(first.state())
    resumed = walk(lambda step: second.step(1.0), halfway, steps=range(3, 6))
    for mine, other in zip(resumed, expected, strict=True):
        assert torch.equal(mine, other)


def test_a_fit_does_not_import_torchs_compiler(run):
    code = (
        "import sys, torch, numpy as np\n"
        "from inrcodec.fitting.target import Schedule, Target\nfrom inrcodec.fitting.trainer import fit\n"
        "from inrcodec.representations import Positional\n"
        "representation = Positional(hidden_features=16, hidden_layers=2)\n"
        "target = Target(np.zeros((8, 8, 3), np.uint8), representation, torch.device('cpu'))\n"
        "fit(target, Schedule(steps=3, batch_px=64))\n"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert run(sys.executable, "-c", code).returncode == 0

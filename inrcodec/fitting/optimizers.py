"""The rules by which parameters move: Muon for hidden matrices, Adam for the rest, SOAP for very small networks.

torch.optim has the first two, and the tests hold these against it. But its first step imports torch's compiler, which
takes as long as torch itself: seconds that every fit of a study would pay. Here a state is also plain tensors.
"""

from math import sqrt
from typing import Any

import torch

Tensors = list[torch.Tensor]


class Adam:
    """Adam (Kingma and Ba, ICLR 2015, algorithm 1) on float32 parameters that have gradients.

    Args:
        rate: step at the peak of the schedule, absolute.
    """

    BETAS = 0.9, 0.99
    EPSILON = 1e-10

    def __init__(self, parameters: Tensors, rate: float) -> None:
        self.parameters, self.rate, self.steps = parameters, rate, 0
        self.mean = [torch.zeros_like(values) for values in parameters]
        self.square = [torch.zeros_like(values) for values in parameters]

    @torch.no_grad()
    def step(self, share: float) -> None:
        """Move by `share` times the peak rate."""
        self.steps += 1
        (beta1, beta2), gradients = self.BETAS, [values.grad for values in self.parameters]
        torch._foreach_lerp_(self.mean, gradients, 1 - beta1)
        torch._foreach_mul_(self.square, beta2)
        torch._foreach_addcmul_(self.square, gradients, gradients, 1 - beta2)
        spread = torch._foreach_sqrt(self.square)
        torch._foreach_div_(spread, sqrt(1 - beta2**self.steps))
        torch._foreach_add_(spread, self.EPSILON)
        torch._foreach_addcdiv_(self.parameters, self.mean, spread, -share * self.rate / (1 - beta1**self.steps))

    def state(self) -> dict[str, Tensors | int]:
        """What `restore` needs."""
        return {"steps": self.steps, "mean": self.mean, "square": self.square}

    def restore(self, state: dict[str, Tensors | int]) -> None:
        """Go on from a state of an Adam on parameters of the same shapes."""
        self.steps = state["steps"]
        torch._foreach_copy_(self.mean, state["mean"])
        torch._foreach_copy_(self.square, state["square"])


class Muon:
    """Muon (Jordan et al., 2024): momentum whose singular values are made equal, on float32 matrices with gradients.

    Args:
        rate: step at the peak of the schedule, relative to each matrix's root mean square singular value now.
    """

    MOMENTUM = 0.95
    # Of the quintic iteration and how often: 3 are no worse than the usual 5 here (docs/results.md), and cheaper.
    COEFFICIENTS = 3.4445, -4.7750, 2.0315
    ITERATIONS = 3
    EPSILON = 1e-7

    def __init__(self, matrices: Tensors, rate: float) -> None:
        self.matrices = matrices
        self.rates = [rate * float(matrix.detach().norm()) / sqrt(min(matrix.shape)) for matrix in matrices]
        self.momentum = [torch.zeros_like(matrix) for matrix in matrices]

    @torch.no_grad()
    def step(self, share: float) -> None:
        """Move by `share` times the peak rate."""
        for matrix, rate, momentum in zip(self.matrices, self.rates, self.momentum, strict=True):
            momentum.lerp_(matrix.grad, 1 - self.MOMENTUM)
            direction = self._equalized(matrix.grad.lerp(momentum, self.MOMENTUM))
            rows, columns = matrix.shape
            matrix.add_(direction, alpha=-share * rate * sqrt(max(1.0, rows / columns)))

    def _equalized(self, matrix: torch.Tensor) -> torch.Tensor:
        """The matrix with singular values near 1, by Newton-Schulz iterations."""
        a, b, c = self.COEFFICIENTS
        tall = matrix.shape[0] > matrix.shape[1]
        x = matrix.T if tall else matrix
        x = x / x.norm().clamp_(min=self.EPSILON)
        for _ in range(self.ITERATIONS):
            gram = x @ x.T
            x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
        return x.T if tall else x

    def state(self) -> dict[str, Tensors | list[float]]:
        """What `restore` needs."""
        return {"momentum": self.momentum, "rates": self.rates}

    def restore(self, state: dict[str, Tensors | list[float]]) -> None:
        """Go on from a state of a Muon on matrices of the same shapes."""
        torch._foreach_copy_(self.momentum, state["momentum"])
        self.rates = state["rates"]


class Soap:
    """SOAP (Vyas et al., ICLR 2025): Adam in the eigenbasis of Shampoo's two preconditioners, on small matrices.

    Args:
        rate: step at the peak of the schedule, absolute.
    """

    BETAS = 0.95, 0.95
    EPSILON = 1e-8
    BASIS_EVERY = 10
    LARGEST_STEP = 2.0
    """Of one direction, in rates: after a turn there are some whose squares are still those of another."""

    def __init__(self, matrices: Tensors, rate: float) -> None:
        self.matrices, self.rate, self.steps = matrices, rate, 0
        self.mean = [torch.zeros_like(matrix) for matrix in matrices]
        self.square = [torch.zeros_like(matrix) for matrix in matrices]
        self.sides = [[matrix.new_zeros(size, size) for size in matrix.shape] for matrix in matrices]
        self.bases = [[torch.eye(size).to(matrix) for size in matrix.shape] for matrix in matrices]

    @torch.no_grad()
    def step(self, gradients: Tensors, share: float) -> None:
        """Move by `share` times the peak rate."""
        self.steps += 1
        beta1, beta2 = self.BETAS
        correction = sqrt(1 - beta2**self.steps) / (1 - beta1**self.steps)
        largest = self.LARGEST_STEP / correction
        for index, (matrix, gradient) in enumerate(zip(self.matrices, gradients, strict=True)):
            sides, square = self.sides[index], self.square[index]
            sides[0].lerp_(gradient @ gradient.T, 1 - beta2)
            sides[1].lerp_(gradient.T @ gradient, 1 - beta2)
            if self.steps == 1 or self.steps % self.BASIS_EVERY == 0:
                self._turn(index)
            left, right = self.bases[index]
            turned = left.T @ gradient @ right
            square.lerp_(turned.square(), 1 - beta2)
            self.mean[index].lerp_(gradient, 1 - beta1)
            direction = (left.T @ self.mean[index] @ right).div_(square.sqrt().add_(self.EPSILON))
            direction.clamp_(-largest, largest)
            matrix.sub_(left @ direction @ right.T, alpha=share * self.rate * correction)

    def _turn(self, index: int) -> None:
        """Bring the bases up to date: eigenvectors at first, then one step of orthogonal iteration each."""
        for axis, side in enumerate(self.sides[index]):
            if self.steps == 1:
                self.bases[index][axis] = torch.linalg.eigh(side + 1e-30 * torch.eye(len(side)).to(side))[1].flip(1)
                continue
            basis = self.bases[index][axis]
            order = (basis.T @ side @ basis).diagonal().argsort(descending=True)
            self.square[index] = self.square[index].index_select(axis, order)
            self.bases[index][axis] = torch.linalg.qr(side @ basis[:, order])[0]

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {name: getattr(self, name) for name in ("steps", "mean", "square", "sides", "bases")}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state of a SOAP on matrices of the same shapes."""
        for name, value in state.items():
            setattr(self, name, value)

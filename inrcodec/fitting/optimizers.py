"""The two rules by which parameters move: Muon for hidden matrices, Adam for the rest.

torch.optim has both, and the tests hold these against it. But its first step imports torch's compiler, which takes as
long as torch itself: seconds that every fit of a study would pay. Here a state is also plain tensors.
"""

from math import sqrt

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

"""What a fit minimises: a distance between predicted and original samples. A new one is a line in OBJECTIVES.

Imports no torch: configurations are checked against this list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from typing import Any

from inrcodec.files import InputError


@dataclass(frozen=True)
class Objective:
    """A loss on a batch of samples.

    Attributes:
        distance: of predicted and original samples in 0..1, torch tensors (rows, columns, channels) float32 each, to
            one number.
        meaning: what it is, and its source.
        window_px: the side of what it looks at; batches are of neighbouring pixels then, and no smaller.
        of_samples: the distance of each sample, if the whole is their mean.
    """

    distance: Callable[[Any, Any], Any]
    meaning: str
    window_px: int = 1
    of_samples: Callable[[Any, Any], Any] | None = None

    def require_fits(self, width: int, height: int) -> None:
        """Raise an InputError where a picture is smaller than the window."""
        if min(width, height) < self.window_px:
            smallest = f"{self.window_px} x {self.window_px} px"
            raise InputError(
                f"objective {self.meaning} needs pictures of {smallest} at least, this is {width} x {height}"
            )


def _mean_of(of_samples: Callable[[Any, Any], Any], meaning: str) -> Objective:
    return Objective(lambda predicted, original: of_samples(predicted, original).mean(), meaning, 1, of_samples)


def _squared(predicted: Any, original: Any) -> Any:
    return (predicted - original).square()


def _absolute(predicted: Any, original: Any) -> Any:
    return (predicted - original).abs()


def _log_cosh(predicted: Any, original: Any) -> Any:
    # log cosh x = |x| + log(1 + exp(-2 |x|)) - log 2, which does not overflow.
    size = (predicted - original).abs()
    return size + (-2 * size).exp().log1p() - log(2)


def _dissimilarity(name: str) -> Callable[[Any, Any], Any]:
    def distance(predicted: Any, original: Any) -> Any:
        import pytorch_msssim

        planes = (samples.movedim(-1, 0)[None] for samples in (predicted, original))
        return 1 - getattr(pytorch_msssim, name)(*planes, data_range=1.0)

    return distance


_one_minus_ssim, _one_minus_ms_ssim = _dissimilarity("ssim"), _dissimilarity("ms_ssim")
SSIM_WINDOW_PX, MS_SSIM_WINDOW_PX = 11, 161
"""Of five scales the coarsest has to hold the window."""

OBJECTIVES = {
    "l2": _mean_of(_squared, "mean squared error, as PSNR"),
    "l1": _mean_of(_absolute, "mean absolute error"),
    "log_cosh": _mean_of(_log_cosh, "mean logarithm of the hyperbolic cosine of the error, between l2 and l1"),
    "ssim": Objective(_one_minus_ssim, "1 - SSIM (Wang et al., IEEE TIP 2004)", SSIM_WINDOW_PX),
    "ms_ssim": Objective(_one_minus_ms_ssim, "1 - MS-SSIM (Wang et al., Asilomar 2003)", MS_SSIM_WINDOW_PX),
    "l1_ssim": Objective(
        lambda *samples: 0.8 * _absolute(*samples).mean() + 0.2 * _one_minus_ssim(*samples),
        ".8 mean absolute error + .2 (1 - SSIM), as NIF25 has it",
        SSIM_WINDOW_PX,
    ),
}

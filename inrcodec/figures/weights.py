"""What the weights look like to the entropy coder, and what it pays for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style

_BARS, _MODEL = "#b9cfe0", "#D55E00"

SHOWN_TENSORS = 4
"""So many have room."""

_RATES = {
    "spent_bits_per_parameter": ("spent in the file", "#0072B2", "o", "-"),
    "model_bits_per_parameter": ("entropy model's promise", _MODEL, "s", (0, (4, 1.5))),
    "entropy_bits_per_parameter": ("empirical entropy (bound)", "#009E73", "^", (0, (1.5, 1))),
}


@dataclass(frozen=True)
class TensorSymbols:
    """One quantized tensor as the entropy coder sees it.

    Attributes:
        name: the tensor's name.
        symbols: integers of any shape, quantized weights.
        probabilities: float (alphabet,), what the entropy model gives `lowest`, `lowest + 1`, ...
        lowest: the alphabet's first integer.
    """

    name: str
    symbols: np.ndarray
    probabilities: np.ndarray
    lowest: int

    @property
    def alphabet(self) -> np.ndarray:
        """Every integer that the model knows."""
        return self.lowest + np.arange(len(self.probabilities))

    @property
    def edges(self) -> np.ndarray:
        """Of the alphabet's bars."""
        return np.append(self.alphabet, self.alphabet[-1] + 1) - 0.5

    @property
    def shares(self) -> np.ndarray:
        """How often each integer of the alphabet is there, of all."""
        counts = np.bincount(self.symbols.ravel() - self.lowest, minlength=len(self.probabilities))
        return counts / counts.sum()


@matplotlib.rc_context(style.THEME)
def plot(tensors: Sequence[TensorSymbols], sweep: pd.DataFrame) -> Figure:
    """Histograms of a few tensors under the model's probabilities; below, bits paid per parameter.

    Args:
        tensors: one to four of them.
        sweep: columns `bits` (of the quantizer), `spent_bits_per_parameter`,
            `entropy_bits_per_parameter`, `model_bits_per_parameter`.
    """
    figure = Figure(figsize=(style.WIDTH, 5.8))
    top, bottom = figure.subfigures(2, 1, height_ratios=(1, 1.15))
    for axes, tensor in zip(top.subplots(1, len(tensors), squeeze=False)[0], tensors, strict=True):
        draw_histogram(axes, tensor)
    top.axes[0].set_ylabel("share of the weights")
    lines, labels = top.axes[0].get_legend_handles_labels()
    top.legend(lines, labels, loc="outside right center")
    _draw_sweep(bottom.subplots(), sweep)
    bottom.legend(loc="outside right center", handlelength=3)
    style.head(
        figure,
        "What do the weights cost?",
        "Empirical entropy: of each tensor's own histogram, which a file would have to describe too.",
    )
    return figure


def draw_histogram(axes: Axes, tensor: TensorSymbols) -> None:
    """How often each integer is there, and what the model gives it."""
    axes.stairs(tensor.shares, tensor.edges, fill=True, color=_BARS, label="quantized weights")
    axes.plot(tensor.alphabet, tensor.probabilities, color=_MODEL, linewidth=1.6, label="entropy model")
    axes.set_title(tensor.name, fontsize=9)
    axes.set_xlabel("weight (integer)")
    axes.set_ylim(bottom=0)


def _draw_sweep(axes: Axes, sweep: pd.DataFrame) -> None:
    sweep = sweep.sort_values("bits")
    axes.plot(sweep.bits, sweep.bits, color=style.FAINT, linestyle=":", label="no entropy coding")
    for column, (label, color, marker, linestyle) in _RATES.items():
        axes.plot(sweep.bits, sweep[column], color=color, marker=marker, linestyle=linestyle, label=label)
    axes.set(xlabel="quantizer bits per weight", ylabel="bits per parameter", xticks=sweep.bits)
    axes.set_ylim(bottom=0)

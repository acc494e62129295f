"""Figure: where the bits of a file's integers go, and what other ways to write the same integers take."""

from collections.abc import Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style
from inrcodec.figures.weights import TensorSymbols, draw_histogram

METHODS = {
    "fixed": ("fixed bits", "#8a8a8a"),
    "xz_packed": ("xz, packed bits", "#E69F00"),
    "brotli_packed": ("brotli, packed bits", "#E69F00"),
    "xz_bytes": ("xz, a byte each", "#E69F00"),
    "brotli_bytes": ("brotli, a byte each", "#E69F00"),
    "histogram": ("histograms", "#D55E00"),
    "gaussian": ("Gaussians", "#D55E00"),
    "laplace": ("Laplacians", "#D55E00"),
    "cheapest": ("best per tensor", "#D55E00"),
    "entropy": ("entropy (bound)", "#009E73"),
    "file": ("the whole file", "#0072B2"),
}
"""Methods of the table that are drawn: their names, and colours by kind."""
ROOM = 1.3
"""Times what fixed bits take: longer bars are cut."""


@matplotlib.rc_context(style.THEME)
def plot(tensor: TensorSymbols, costs: pd.DataFrame, titles: Sequence[tuple[str, str]]) -> Figure:
    """On the left one tensor's integers, their model, and the bits that each takes; on the right bytes by method.

    Args:
        tensor: of the first function's file.
        costs: rows of one picture: function, method, parameters, symbols_bytes, description_bytes.
        titles: functions by name, and their names for people; a panel each.
    """
    figure = Figure(figsize=(style.WIDTH, 5.0))
    left, right = figure.subfigures(1, 2, width_ratios=(1, 0.75 + 0.5 * len(titles)))
    shares, bits = left.subplots(2, 1, sharex=True)
    draw_histogram(shares, tensor)
    shares.set_ylabel("share of the weights")
    shares.legend(loc="upper left", fontsize=7.5, borderaxespad=0, handlelength=1, handletextpad=0.4)
    shares.margins(y=0.25)
    _draw_bits(bits, tensor)
    panels = right.subplots(1, len(titles), sharey=True, squeeze=False)[0]
    for axes, (function, title) in zip(panels, titles, strict=True):
        _draw_bytes(axes, costs[costs.function == function].set_index("method").loc[list(METHODS)], title)
    style.head(
        figure,
        "How many bytes do the same integers take?",
        "Left: one tensor of the first file. Right: all tensors; the pale end of a bar says how to read the rest.",
    )
    return figure


def _draw_bits(axes: Axes, tensor: TensorSymbols) -> None:
    """What each integer adds to the mean code length: its share times minus log2 of its probability."""
    bits = tensor.shares * -np.log2(tensor.probabilities)
    axes.stairs(bits, tensor.edges, fill=True, color="#0072B2")
    axes.set_title(f"the blue area is {bits.sum():.2f} bits per weight", fontsize=9)
    axes.set(xlabel="weight (integer)", ylabel="bits it adds to the mean")
    axes.set_ylim(bottom=0)


def _draw_bytes(axes: Axes, rows: pd.DataFrame, title: str) -> None:
    names, colors = zip(*METHODS.values(), strict=True)
    limit = ROOM * rows.symbols_bytes["fixed"]
    total = rows.symbols_bytes + rows.description_bytes
    axes.barh(names, rows.symbols_bytes, color=colors, height=0.72)
    axes.barh(names, rows.description_bytes, left=rows.symbols_bytes, color=colors, alpha=0.35, height=0.72)
    for place, value in enumerate(total):
        cut = value > limit
        about = {"ha": "right", "color": "black"} if cut else {"ha": "left"}
        text = f"{value:.0f} \N{RIGHTWARDS ARROW}" if cut else f" {value:.0f}"
        axes.text(min(value, limit), place, text, va="center", fontsize=8.5, **about)
    axes.axvline(rows.symbols_bytes["entropy"], color="#009E73", linewidth=1, linestyle=(0, (1.5, 1)))
    axes.set_xlim(0, limit)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.set_title(f"{title}\n{rows.parameters.iloc[0]} weights and biases", fontsize=9)
    axes.set_xlabel("bytes")

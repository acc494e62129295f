# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Your own representation in ten minutes
#
# You have an idea for a function that pictures could be. Write it as a `torch.nn.Module`, and the codec fits, rounds,
# codes and measures it like all others.

# %%
# Where the package is not there yet, as in Colab, it is installed; a minute.
import importlib.util
import subprocess
import sys

REPOSITORY = "https://github.com/OWNER/inrcodec"
if importlib.util.find_spec("inrcodec") is None:
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", f"inrcodec[study] @ git+{REPOSITORY}"], check=True)

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import torch

import inrcodec
from inrcodec.datasets import load_picture, shrink
from inrcodec.figures import style
from inrcodec.fitting.presets import Preset
from inrcodec.metrics.quality import psnr_db
from inrcodec.representations import Siren
from inrcodec.representations.module import Module

plt.rcParams.update(style.THEME)
STEPS = int(os.environ.get("INRCODEC_NOTEBOOK_STEPS", 400))
picture = shrink(load_picture({"kind": "packaged"}, "chelsea", None, Path()), 144)

# %% [markdown]
# ## The idea
#
# It takes coordinates (n, 2) in -1..1 and gives samples (n, channels) in about 0..1. This one hands the place to a
# small perceptron as waves in directions that are learnt.


# %%
class Waves(torch.nn.Module):
    """Sines of random directions, into a small perceptron."""

    def __init__(self, channels: int, width: int = 32, scale: float = 16.0) -> None:
        super().__init__()
        self.directions = torch.nn.Parameter(scale * torch.randn(2, width))
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(2 * width, width), torch.nn.GELU(), torch.nn.Linear(width, channels)
        )

    def forward(self, coordinates: torch.Tensor) -> torch.Tensor:
        phases = coordinates @ self.directions
        return self.layers(torch.cat([phases.sin(), phases.cos()], dim=-1)) + 0.5


# %% [markdown]
# ## A file of it
#
# `Module.of` wraps the class: so many channels, these settings. The rest is as for any network.


# %%
def fitted(representation) -> bytes:
    """The picture's file under a representation, at 8 bits per weight."""
    preset = Preset(representation, bits=8, fit_steps=STEPS, fine_tune_steps=1 + STEPS // 5, meaning="a try")
    return inrcodec.encode(picture, preset=preset)


file = fitted(Module.of(Waves, 3, {"width": 24}))
print(f"{len(file):,} bytes")

# %% [markdown]
# ## The picture again
#
# What the function computes is in its source alone, so who decodes has to name the class: no file is believed about
# what to import. In torch's floating point another machine may round otherwise; such files are *not portable*, and
# figures say so.

# %%
decoded = inrcodec.decode(file, module=Waves)
figure, (left, right) = plt.subplots(1, 2, figsize=(style.WIDTH, 3.4))
style.show(left, picture, "the original")
style.show(right, decoded, f"waves: {psnr_db(picture, decoded):.1f} dB")
plt.show()

# %% [markdown]
# ## Is it any good?
#
# A number of decibels says nothing without the bytes, and a single point little. So both are swept: yours and a
# SIREN.

# %%
waves = [fitted(Module.of(Waves, 3, {"width": width})) for width in (16, 24, 36)]
sirens = [fitted(Siren(hidden_features=neurons, hidden_layers=2)) for neurons in (16, 24, 36)]


def points(files: list[bytes]) -> list[tuple[float, float]]:
    """Bytes and decibels."""
    return [(len(data), psnr_db(picture, inrcodec.decode(data, module=Waves))) for data in files]


figure, axes = plt.subplots(figsize=(style.WIDTH, 3.6))
axes.plot(*zip(*points(waves), strict=True), **style.look(0), label="waves (not portable)")
axes.plot(*zip(*points(sirens), strict=True), **style.look(1), label="SIREN")
axes.set(xlabel="bytes", ylabel="PSNR in dB")
axes.legend()
plt.show()

# %% [markdown]
# ## Beside everything else
#
# One picture and one seed are a hint. A study measures your class beside classical codecs, on as many pictures as you
# like: put it into `waves.py`, and this into `mine.yaml`,
#
# ```yaml
# study: mine
# datasets:
#   - {name: photographs, kind: packaged, images: [chelsea, coffee], max_side_px: 192}
# functions:
#   siren: {representation: siren, hidden_features: [16, 24, 36], hidden_layers: 2}
#   mine: {representation: "waves.py:Waves", width: [16, 24, 36]}
# codings:
#   qat: {decider: fine_tune, bits: 8}
# classical: {jpeg: [20, 50, 80]}
# figures:
#   rate_distortion: {curves: {qat: [siren, mine]}}
# ```
#
# and run `snakemake --cores 2 --configfile mine.yaml` in the repository. The figure is
# `results/mine/figures/rate_distortion.png`. `docs/extending.md` says how a representation becomes one that decodes
# everywhere.

# %% [markdown]
# ## Try
#
# 1. `scale` is how fast the first waves are. What do 2 and 50 do to the picture?
# 2. Replace `GELU` by something of your own.
# 3. Take the directions out of the file: make them a tensor that is computed from a seed in `__init__`, not a
#    parameter. Is the curve higher?

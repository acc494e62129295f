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
# # A first picture
#
# A small network is fitted to one photograph, its weights are written into a file, and the file gives the picture
# back, at any size. It takes two minutes on a laptop. The ideas are those of chapter 1 of the tutorial, *A picture is
# a function*.

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
import numpy as np
from PIL import Image

import inrcodec
from inrcodec.baselines import classical
from inrcodec.datasets import load_picture, shrink
from inrcodec.figures import style
from inrcodec.fitting.presets import Preset
from inrcodec.metrics.quality import psnr_db
from inrcodec.representations import Positional

plt.rcParams.update(style.THEME)
STEPS = int(os.environ.get("INRCODEC_NOTEBOOK_STEPS", 600))

# %% [markdown]
# ## The picture
#
# A photograph that comes with scikit-image (CC0, Stefan van der Walt), shrunk so that a fit takes seconds. For one of
# yours write `picture = inrcodec.images.load("yours.png")`.

# %%
picture = shrink(load_picture({"kind": "packaged"}, "chelsea", None, Path()), 192)
height, width, channels = picture.shape
print(f"{width} x {height} pixels, {picture.size:,} samples")

# %% [markdown]
# ## The fit
#
# `Positional(28, 3)` is the tutorial's network, narrower: three layers of 28 sines behind a positional encoding.
# Weights become integers of 8 bits. First it is fitted, then fitted on with the rounding inside.


# %%
def fitted(neurons: int) -> bytes:
    """The file of a network with so many neurons per layer."""
    network = Positional(hidden_features=neurons, hidden_layers=3)
    preset = Preset(network, bits=8, fit_steps=STEPS, fine_tune_steps=1 + STEPS // 5, meaning="a first try")
    return inrcodec.encode(picture, preset=preset)


file = fitted(28)
facts = inrcodec.info(file)
print(f"{facts['parameters']:,} weights in {facts['file_bytes']:,} bytes, {facts['bpp']:.2f} bits per pixel")

# %% [markdown]
# ## The picture again
#
# The file is all that decoding needs.

# %%
decoded = inrcodec.decode(file)
figure, (left, right) = plt.subplots(1, 2, figsize=(style.WIDTH, 3.4))
style.show(left, picture, "the original")
style.show(right, decoded, f"decoded: {psnr_db(picture, decoded):.1f} dB")
plt.show()

# %% [markdown]
# ## Between the pixels
#
# A function can be asked anywhere. `size` says as how large a picture it is decoded, `region` which part of it: here
# the left eye, eight times as large. Beside it the pixels.

# %%
FACTOR = 8
x, y, wide, high = 45, 25, 48, 36
eye = inrcodec.decode(
    file, size=(FACTOR * width, FACTOR * height), region=(FACTOR * x, FACTOR * y, FACTOR * wide, FACTOR * high)
)
figure, (left, right) = plt.subplots(1, 2, figsize=(style.WIDTH, 3.8))
style.show(left, decoded[y : y + high, x : x + wide], "its pixels")
style.show(right, eye, "the function between them")
plt.show()

# %% [markdown]
# ## Larger files, better pictures
#
# How many weights there are is chosen. Each choice is a point: bytes and decibels. JPEG's points stand beside them.


# %%
def point(data: bytes, pixels: np.ndarray) -> tuple[float, float]:
    """Bits per pixel of a file, and the PSNR of what it decodes to."""
    return 8 * len(data) / (width * height), psnr_db(picture, pixels)


networks = [(data, inrcodec.decode(data)) for data in (fitted(16), file, fitted(48))]
jpegs = [(data, classical.decode(data)) for data in (classical.encode("jpeg", picture, q) for q in (10, 30, 60, 85))]

figure, axes = plt.subplots(figsize=(style.WIDTH, 3.6))
axes.plot(*zip(*[point(*one) for one in networks], strict=True), **style.look(0), label="networks")
axes.plot(*zip(*[point(*one) for one in jpegs], strict=True), **style.Curve("jpeg", "", None, "").look(), label="JPEG")
axes.set(xlabel="bits per pixel", ylabel="PSNR in dB")
axes.legend()
plt.show()

# %% [markdown]
# ## The codec
#
# With nothing else said `encode` fits another kind of function, a pyramid of integers that small networks interpret.
# Chapter 12 takes it apart. It may search for some seconds; compare its point with the curves above.

# %%
pyramid = inrcodec.encode(picture, quality=60, seconds=STEPS / 100)
pixels = inrcodec.decode(pyramid)
bpp, db = point(pyramid, pixels)
figure, axes = plt.subplots(figsize=(style.WIDTH / 2, 3.4))
style.show(axes, pixels, f"a pyramid: {bpp:.2f} bits per pixel, {db:.1f} dB")
plt.show()

# %% [markdown]
# ## Keep it

# %%
Path("chelsea.inr").write_bytes(pyramid)
inrcodec.register_inr_opener()
Image.open("chelsea.inr").size

# %% [markdown]
# ## Try
#
# 1. Fit for twice as many steps. Which curve moves, and how far?
# 2. Take a flat picture, `np.full((128, 192, 3), 128, np.uint8)`. How many bytes does each codec need, and what are
#    they spent on?
# 3. Decode at a quarter of the size. Is that the shrunk picture?

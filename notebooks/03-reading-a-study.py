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
# # Reading a study's tables
#
# Every figure of the tutorial is drawn from a table, a CSV file with one row per coded file. Here they are read by
# hand: a curve, a rate, and questions that no figure asks.

# %%
# Where the package is not there yet, as in Colab, it is installed; a minute.
import importlib.util
import subprocess
import sys

REPOSITORY = "https://github.com/OWNER/inrcodec"
if importlib.util.find_spec("inrcodec") is None:
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", f"inrcodec[study] @ git+{REPOSITORY}"], check=True)

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from inrcodec.figures import style

plt.rcParams.update(style.THEME)

# %% [markdown]
# ## The table
#
# `docs/tables` has those of the default study. After `make figures` yours are in `results/default/tables`, and
# `points.csv` beside them has all files once.

# %%
here = Path("../docs/tables")
folder = here if here.exists() else f"{REPOSITORY.replace('github.com', 'raw.githubusercontent.com')}/main/docs/tables"
files = pd.read_csv(f"{folder}/rate_distortion.csv")
print(f"{len(files)} files, {files.codec.nunique()} codecs, pictures: {', '.join(files.image.unique())}")
files[["image", "codec", "setting", "file_bytes", "bpp", "psnr_db", "encode_s", "decode_s"]].sample(5, random_state=0)

# %% [markdown]
# ## A curve
#
# A curve is one `codec`, a point one `setting`, averaged over the pictures.

# %%
curves = files.groupby(["codec", "setting"])[["bpp", "psnr_db"]].mean().reset_index()
shown = ["pyramid-latents", "tutorial-qat6", "siren-qat6", "jpeg"]

figure, axes = plt.subplots(figsize=(style.WIDTH, 4))
for place, codec in enumerate(shown):
    curve = curves[curves.codec == codec].sort_values("bpp")
    axes.plot(curve.bpp, curve.psnr_db, **style.look(place), label=codec)
axes.set(xlabel="bits per pixel", ylabel="PSNR in dB", xscale="log")
axes.legend()
plt.show()

# %% [markdown]
# ## One number for two curves
#
# How many bits fewer, at equal quality? Read each curve the other way round, log bits by decibels, over the decibels
# that both have; the mean distance is the Bjontegaard rate. Chapter 8 has its traps.


# %%
def saved_percent(codec: str, anchor: str) -> float:
    """Bits that a codec needs more than an anchor at equal PSNR, in percent; by straight lines between points."""
    one, other = (curves[curves.codec == name].sort_values("psnr_db") for name in (codec, anchor))
    decibels = np.linspace(
        max(one.psnr_db.min(), other.psnr_db.min()), min(one.psnr_db.max(), other.psnr_db.max()), 200
    )
    rates = [np.interp(decibels, curve.psnr_db, np.log(curve.bpp)) for curve in (one, other)]
    return 100 * (np.exp(np.mean(rates[0] - rates[1])) - 1)


pd.Series({codec: saved_percent(codec, "jpeg") for codec in shown[:-1]}, name="% of bits against JPEG").round(1)

# %% [markdown]
# The study's own, by smooth curves, are in `bd_rate.csv`, with the range of decibels that they were taken over.

# %%
rates = pd.read_csv(f"{folder}/bd_rate.csv")
rates[(rates.convention == "mean_of_psnr") & rates.codec.isin(shown)].round(1)

# %% [markdown]
# ## A question that no figure asks
#
# Of each codec the best file under 2,500 bytes: how many decibels on which picture?

# %%
small = files[files.file_bytes < 2500]
best = small.loc[small.groupby(["image", "codec"]).psnr_db.idxmax()]
best.pivot(index="codec", columns="image", values="psnr_db").sort_values("chelsea").round(1)

# %% [markdown]
# ## Where the seconds go
#
# Encoding is a search, decoding a forward pass: their ratio is what an implicit codec is.

# %%
some = files[files.codec.isin([*shown, "webp", "avif", "jxl"])]
seconds = some.groupby("codec")[["encode_s", "decode_s"]].median()
figure, axes = plt.subplots(figsize=(style.WIDTH, 4))
axes.scatter(seconds.decode_s, seconds.encode_s, color="#0072B2")
for codec, row in seconds.iterrows():
    axes.annotate(codec, (row.decode_s, row.encode_s), xytext=(5, 3), textcoords="offset points", fontsize=8)
axes.set(xscale="log", yscale="log", xlabel="seconds to decode", ylabel="seconds to encode")
plt.show()

# %% [markdown]
# ## Try
#
# 1. Draw the curves of one picture instead of the mean. Does the order change?
# 2. Which codec has the largest difference between PSNR and MS-SSIM, ranked?
# 3. `quantization_sweep.csv` has files of the same network at several bit depths. At how many bits does a bit buy the
#    most decibels?

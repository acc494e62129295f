"""Figure: the latents of a file, where its bits lie and what each part takes."""

from pathlib import Path

import numpy as np

from inrcodec.bitstream import container, latents
from inrcodec.decoding.decoder import render
from inrcodec.figures import anatomy, style
from inrcodec.images import load_rgb
from inrcodec.metrics.quality import psnr_db
from workflow_scripts import adapter


def plot(spec: dict, original: Path, file: Path, stem: Path) -> None:
    """file: of a function with grids of latents."""
    data = file.read_bytes()
    layout = container.parse(data)
    picture = container.decode_parameters(layout)
    names = list(picture.grids)[::-1]
    arrays = [picture.grids[name].astype(np.int64) for name in names]
    bits = latents.costs(arrays, picture.representation.context(picture.parameters))
    grids = [
        anatomy.Grid(f"1/{1 << level}", array, cost)
        for level, (array, cost) in enumerate(zip(arrays, bits, strict=True))
    ]
    parts = {}
    for name, tensor in picture.tensors.items():
        parts[name] = layout.tensors[name].code_bits(tensor.symbols) / 8
    # What is left is the header, the checksum, and the payload's last word.
    parts["header"] = len(data) - sum(parts.values()) - sum(cost.sum() for cost in bits) / 8
    decoded = render(picture)
    rate = 8 * len(data) / (layout.width * layout.height)
    quality_db = psnr_db(load_rgb(original), decoded)
    title = f"{len(data)} bytes, {rate:.2f} bits per pixel, {style.decibels(quality_db, 2)}. In the grids white is 0."
    style.save(anatomy.plot(title, decoded, grids, parts), stem)


if __name__ == "__main__":
    adapter.main(plot, "original", "file", "stem")

"""Figure: a row of pixels, and the function that a file holds through them."""

from pathlib import Path

from inrcodec.bitstream import container
from inrcodec.decoding.decoder import decode
from inrcodec.figures import row, style
from inrcodec.images import load_rgb
from workflow_scripts import adapter

FINER = 16
"""Points of the function per pixel."""
ROW = 0.4
"""Share of the height above the row: eyes are about there."""


def plot(spec: dict, file: Path, original: Path, stem: Path) -> None:
    """spec: nothing but the code's hash."""
    data, picture = file.read_bytes(), load_rgb(original)
    height, width = picture.shape[:2]
    y = int(ROW * height)
    (line,) = decode(data, (FINER * width, height), (0, y, FINER * width, 1))
    parameters = container.parse(data).parameters
    style.save(row.plot(picture, y, line, parameters, len(data)), stem)


if __name__ == "__main__":
    adapter.main(plot, "file", "original", "stem")

"""Figure: one file enlarged around a pixel: its pixels, interpolated, and functions."""

from pathlib import Path

from inrcodec.baselines.enlarging import enlarge
from inrcodec.decoding.decoder import decode
from inrcodec.figures import style, zoom
from inrcodec.files import InputError
from workflow_scripts import adapter

INTERPOLATED = {"nearest": "pixels", "bicubic": "bicubic", "lanczos": "Lanczos"}


def plot(spec: dict, files: list[Path], stem: Path) -> None:
    """spec: titles (the functions', by file), point_px (column, row); pixels are the first file's."""
    contents = [file.read_bytes() for file in files]
    decoded = decode(contents[0])
    size, point = decoded.shape[1::-1], tuple(spec["point_px"])
    if not all(0 <= place < side for place, side in zip(point, size, strict=True)):
        place, whole = (" x ".join(map(str, pair)) for pair in (point, size))
        raise InputError(f"figures.zoom.point_px is {place}, the picture has {whole} pixels")
    places = [((f * size[0], f * size[1]), zoom.window(f, size, point)) for f in zoom.FACTORS]
    views = {name: [enlarge(decoded, method, *place) for place in places] for method, name in INTERPOLATED.items()}
    for title, data in zip(spec["titles"], contents, strict=True):
        views["function:\n" + title.replace(", ", ",\n")] = [decode(data, *place) for place in places]
    style.save(zoom.plot(views, point, 8 * len(contents[0]) / (size[0] * size[1])), stem)


if __name__ == "__main__":
    adapter.main(plot, "files", "stem", lists=("files",))

"""Figure: one file enlarged around a pixel: its pixels, interpolated, and its function."""

from pathlib import Path

from inrcodec.baselines.enlarging import enlarge
from inrcodec.decoding.decoder import decode
from inrcodec.figures import style, zoom
from inrcodec.files import InputError
from workflow_scripts import adapter

INTERPOLATED = {"nearest": "pixels", "bicubic": "bicubic", "lanczos": "Lanczos"}


def plot(spec: dict, file: Path, stem: Path) -> None:
    """spec: title (the function's), point_px (column, row)."""
    data = file.read_bytes()
    decoded = decode(data)
    size, point = decoded.shape[1::-1], tuple(spec["point_px"])
    if not all(place < side for place, side in zip(point, size, strict=True)):
        place, whole = (" x ".join(map(str, pair)) for pair in (point, size))
        raise InputError(f"figures.zoom.point_px is {place}, the picture has {whole} pixels")
    sizes = [(factor * size[0], factor * size[1]) for factor in zoom.FACTORS]
    windows = [zoom.window(factor, size, point) for factor in zoom.FACTORS]
    views = {
        name: [enlarge(decoded, method, *view) for view in zip(sizes, windows, strict=True)]
        for method, name in INTERPOLATED.items()
    }
    views[f"function:\n{spec['title']}"] = [decode(data, *view) for view in zip(sizes, windows, strict=True)]
    style.save(zoom.plot(views, point), stem)


if __name__ == "__main__":
    adapter.main(plot, "file", "stem")

"""Figure: what codecs leave of a picture at one rate, magnified."""

from pathlib import Path

from inrcodec.figures import artefacts, style
from inrcodec.images import load_rgb
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import adapter, tables
from workflow_scripts.plot_reconstructions import chosen


def plot(spec: dict, points: Path, original: Path, decoded: list[Path], stem: Path) -> None:
    """spec and `decoded`: as in `plot_reconstructions`."""
    table = tables.read(points)
    # Those that everybody knows come first.
    spec = spec | {"curves": sorted(spec["curves"], key=lambda curve: style.Curve(*curve).place is not None)}
    kinds = [_kind(table[table.codec == codec].iloc[0]) for codec, *_ in spec["curves"]]
    style.save(artefacts.plot(load_rgb(original), chosen(spec, table, decoded), kinds), stem)


def _kind(row) -> str:
    """Of a codec, as `artefacts.SEEN` has it."""
    if row.family == "classical":
        return row.codec
    representation = REPRESENTATIONS.get(row.representation)
    return "latents" if representation and representation.has_grids else "network"


if __name__ == "__main__":
    adapter.main(plot, "points", "original", "decoded", "stem", lists=("decoded",))

"""The table behind a figure: one row per file, its rate and quality, and how it came about."""

import csv
import json
from math import prod
from pathlib import Path
from typing import Any

from inrcodec.representations.base import travelling
from workflow_scripts import adapter
from workflow_scripts.functions import representation_of

FUNCTION = ("function", "representation", "portable", "hyperparameters", "parameters", "multiply_adds")
CODING = ("coding", "decider", "rule", "bits", "entropy")
QUALITY = ("mse", "psnr_db", "ssim", "ms_ssim", "ssimulacra2", "flip", "lpips")
MEASURED = ("width_px", "height_px", "file_bytes", "bpp", *QUALITY, "encode_s", "decode_s")
COLUMNS = ("dataset", "image", "codec", "setting", "family", *FUNCTION, *CODING, *MEASURED, "file")


def points(spec: dict, root: Path, table: Path) -> None:
    """spec: pictures (pairs dataset, image), curves (as in `asking.Curve`), models and codings (by name in paths)."""
    rows = [
        row
        for dataset, image in spec["pictures"]
        for curve in spec["curves"]
        for row in _curve_rows(root, Path(dataset) / image, curve, spec)
    ]
    adapter.write_rows(table, [{column: row.get(column, "") for column in COLUMNS} for row in rows])
    adapter.log(f"{len(rows)} points of {len(spec['pictures'])} pictures")


def _curve_rows(root: Path, place: Path, curve: dict[str, Any], spec: dict[str, Any]) -> list[dict[str, Any]]:
    if not curve["points"]:
        rows = _scored(root, place, curve["codec"], f"{curve['codec']}/encode")
        return [row | {"codec": curve["codec"], "family": "classical"} for row in rows]
    rows = []
    for setting, model, coding in curve["points"]:
        (row,) = _scored(root, place, f"{model}/{coding}", f"{model}/{coding}")
        fit_s = facts(root / "fits" / place / model / "fit.json")["seconds"]["fit"]
        about = spec["models"][model]
        rows.append(
            row
            | _about(about, row)
            | {key: spec["codings"][coding][key] for key in CODING[1:]}
            | {"codec": curve["codec"], "setting": setting, "family": "implicit"}
            | {"function": curve["function"], "coding": curve["coding"], "encode_s": row["encode_s"] + fit_s}
        )
    return rows


def _about(model: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    representation = representation_of(model)
    tensors = representation.tensors(3, int(row["width_px"]), int(row["height_px"]))
    return {
        "representation": model["representation"],
        "portable": representation.portable,
        "hyperparameters": json.dumps(model["hyperparameters"]),
        "parameters": sum(prod(tensor.shape) for tensor in travelling(tensors).values()),
        "multiply_adds": sum(tensor.multiply_adds for tensor in tensors.values()),
    }


def _scored(root: Path, place: Path, sweep: str, encoded: str) -> list[dict[str, Any]]:
    """A sweep's scores as they are written, with the times of its own encoding and decoding."""
    encode_s = facts(root / "files" / place / f"{encoded}.json")["seconds"]
    decode_s = facts(root / "decoded" / place / f"{sweep}.json")["seconds"]
    with (root / "scores" / place / f"{sweep}.csv").open(newline="") as file:
        # A measure that does not apply is left empty.
        rows = [{key: "" if value == "nan" else value for key, value in row.items()} for row in csv.DictReader(file)]
    return [
        row
        | {"dataset": place.parent.name, "image": place.name}
        | {"encode_s": encode_s[row["setting"]], "decode_s": decode_s[row["setting"]]}
        for row in rows
    ]


def facts(path: Path) -> dict[str, Any]:
    """What a job wrote of itself: see `adapter.write_facts`."""
    return json.loads(path.read_text())


if __name__ == "__main__":
    adapter.main(points, "root", "table")

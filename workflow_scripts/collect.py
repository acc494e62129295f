"""Join every score and time of a study into its tables."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from inrcodec.metrics.bjontegaard import bd_rate_table
from workflow_scripts import adapter

POINT_COLUMNS = [
    *("dataset", "image", "codec", "setting", "family", "representation", "hidden_features", "hidden_layers"),
    *("method", "bits", "width_px", "height_px", "file_bytes", "bpp", "mse", "psnr_db", "ssim", "ms_ssim"),
    *("encode_s", "decode_s"),
]
ANCHOR = "jpeg"
CODING = {"ptq": "quantize", "qat": "fine_tune"}
"""Method -> the rule that writes its files."""
MISSING_COLUMNS = ["dataset", "image", "first_missing_file", "missing_files"]


def collect(spec: dict, root: Path, points: Path, curves: Path, bd_rate: Path, missing: Path, provenance: Path) -> None:
    """spec: images (pairs dataset, image), incomplete (rows of `missing`), models (by name), methods, classical."""
    point_tables, curve_tables, jobs = [], [], []
    for dataset, image in spec["images"]:
        place = Path(dataset) / image
        for model, about in spec["models"].items():
            curve_tables.append(_curve(root, place, model, about))
            point_tables += [_implicit(root, place, model, about, method) for method in spec["methods"]]
        point_tables += [_classical(root, place, codec) for codec in spec["classical"]]
        jobs += _jobs(root, place, spec)
    table = pd.concat(point_tables, ignore_index=True)
    table = table.astype({"bits": "Int64", "hidden_features": "Int64", "hidden_layers": "Int64"})
    adapter.write_csv(points, table[POINT_COLUMNS])
    adapter.write_csv(curves, pd.concat(curve_tables, ignore_index=True))
    adapter.write_csv(bd_rate, bd_rate_table(table, ANCHOR))
    adapter.write_csv(missing, pd.DataFrame(spec["incomplete"], columns=MISSING_COLUMNS))
    adapter.write_csv(provenance, pd.DataFrame(jobs).astype({"seed": "Int64"}))
    adapter.log(f"{len(table)} points of {len(spec['images'])} pictures, {len(spec['incomplete'])} pictures missing")


def _facts(path: Path) -> dict[str, Any]:
    """What a job wrote of itself: see `adapter.write_facts`."""
    return json.loads(path.read_text())


def _jobs(root: Path, place: Path, spec: dict) -> list[dict[str, Any]]:
    """One row per job of a picture: what it was, and how its result came about."""
    coding = {f"{model}-{method}": CODING[method] for model in spec["models"] for method in spec["methods"]}
    coding |= {codec: f"classical_{codec}" for codec in spec["classical"]}
    paths = [("fit", model, root / "fits" / place / model / "fit.json") for model in spec["models"]]
    for sweep, stage in coding.items():
        paths += [
            (stage, sweep, root / "files" / place / sweep / "encode.json"),
            ("decode", sweep, root / "decoded" / place / f"{sweep}.json"),
            ("measure", sweep, root / "scores" / place / f"{sweep}.json"),
        ]
    return [
        {"dataset": place.parent.name, "image": place.name, "stage": stage, "name": name, **_provenance(_facts(path))}
        for stage, name, path in paths
    ]


def _provenance(facts: dict[str, Any]) -> dict[str, Any]:
    settings = {key: value for key, value in facts["spec"].items() if key != "code"}
    block = settings.get("fit") or settings.get("schedule") or {}
    return {
        "code": facts["spec"]["code"],
        "seed": block.get("seed"),
        "settings": json.dumps(settings, sort_keys=True),
        "device": facts["device"],
        "threads": facts["threads"],
        "machine": facts["machine"],
        "versions": " ".join(f"{name}={version}" for name, version in facts["versions"].items()),
        "seconds": sum(facts["seconds"].values()),
        "process_s": facts["process_s"],
        "peak_memory_mib": facts["peak_memory_mib"],
    }


def _scores(root: Path, place: Path, sweep: str) -> pd.DataFrame:
    """A sweep's rows with times of its own encoding and decoding."""
    table = pd.read_csv(root / "scores" / place / f"{sweep}.csv", dtype={"setting": str})
    encoded = _facts(root / "files" / place / sweep / "encode.json")["seconds"]
    decoded = _facts(root / "decoded" / place / f"{sweep}.json")["seconds"]
    return table.assign(
        dataset=place.parent.name,
        image=place.name,
        encode_s=table["setting"].map(encoded),
        decode_s=table["setting"].map(decoded),
    )


def _implicit(root: Path, place: Path, model: str, about: dict, method: str) -> pd.DataFrame:
    table = _scores(root, place, f"{model}-{method}")
    fit_s = _facts(root / "fits" / place / model / "fit.json")["seconds"]["fit"]
    bits = table["setting"].astype(int)
    return table.assign(
        **_about(about),
        family="implicit",
        method=method,
        bits=bits,
        codec=[f"{about['representation']}-{depth}bit-{method}" for depth in bits],
        setting=model.rsplit("-", 1)[1],
        encode_s=table["encode_s"] + fit_s,
    )


def _classical(root: Path, place: Path, codec: str) -> pd.DataFrame:
    empty = {
        "representation": None,
        "hidden_features": None,
        "hidden_layers": None,
        "method": None,
        "bits": None,
    }
    return _scores(root, place, codec).assign(family="classical", codec=codec, **empty)


def _curve(root: Path, place: Path, model: str, about: dict) -> pd.DataFrame:
    table = pd.read_csv(root / "fits" / place / model / "curve.csv")
    named = {"dataset": place.parent.name, "image": place.name, "model": model, **_about(about)}
    for position, (column, value) in enumerate(named.items()):
        table.insert(position, column, value)
    return table


def _about(about: dict) -> dict:
    sizes = {key: about["hyperparameters"][key] for key in ("hidden_features", "hidden_layers")}
    return {"representation": about["representation"], **sizes}


if __name__ == "__main__":
    adapter.main(collect, "root", "points", "curves", "bd_rate", "missing", "provenance")

"""The pipeline through its real command line: the tiny study, end to end."""

import csv
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from workflow_command import snakemake_command, sweep_names

ROOT = Path(__file__).parents[1]
FIGURES = {"rate_distortion", "quantization_sweep", "fit_curves", "reconstructions", "weights", "film_strip", "costs"}
FIGURES |= {"row", "spectra", "hyperparameters"}
FIGURES |= {"entropy_coding", "zoom", "seconds"}


@pytest.fixture(scope="module")
def snakemake():
    """Run Snakemake on a configuration, in a working directory of its own."""

    def run_snakemake(*arguments, cwd, config=ROOT / "studies/tiny.yaml"):
        options = ["--cores", "4", "--resources", "gpu=1"]
        command = snakemake_command(cwd, config.read_text(), *arguments, *options)
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True)

    return run_snakemake


@pytest.fixture(scope="module")
def tiny(snakemake, tmp_path_factory):
    """A working directory in which the tiny study has been built."""
    folder = tmp_path_factory.mktemp("tiny")
    result = snakemake(cwd=folder)
    assert result.returncode == 0, result.stderr
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_everything_is_there(tiny):
    results = tiny / "results/tiny"
    assert {path.stem for path in (results / "figures").glob("*.svg")} == FIGURES
    assert {path.stem for path in (results / "figures").glob("*.png")} == FIGURES
    points = rows(results / "points.csv")
    # 2 pictures x (2 sizes, 1 of them at 2 bit depths more, 1 SIREN, 3 JPEG, 2 WebP)
    assert len(points) == 2 * (2 + 2 + 1 + 3 + 2)
    assert len({p["file"] for p in points}) == len(points)
    shown = rows(results / "tables/rate_distortion.csv")
    assert len({(p["image"], p["codec"], p["setting"]) for p in shown}) == len(shown) == 2 * (2 + 1 + 3 + 2)


def test_points_are_the_sizes_of_the_files(tiny):
    results = tiny / "results/tiny"
    for point in rows(results / "points.csv"):
        path = tiny / point["file"]
        assert path.is_relative_to(results / "files" / point["dataset"] / point["image"])
        assert int(point["file_bytes"]) == path.stat().st_size
        assert float(point["bpp"]) == 8 * path.stat().st_size / (int(point["width_px"]) * int(point["height_px"]))
        assert float(point["encode_s"]) > 0 and float(point["decode_s"]) > 0


def test_a_point_is_what_the_command_line_measures(tiny, run):
    import json

    results = tiny / "results/tiny"
    point = next(p for p in rows(results / "points.csv") if p["codec"] == "tutorial-qat")
    place = Path(point["dataset"]) / point["image"]
    coded = tiny / point["file"]
    facts = json.loads(run("inrcodec", "measure", "--json", results / f"pictures/{place}.png", coded).stdout)
    assert facts["psnr_db"] == float(point["psnr_db"])
    info = json.loads(run("inrcodec", "info", "--json", coded).stdout)
    assert info["parameters"] == int(point["parameters"]) and info["bits"] == int(point["bits"])


def test_every_job_says_how_its_result_came_about(tiny):
    jobs = rows(tiny / "results/tiny/provenance.csv")
    stages = {"fit", "nearest", "fine_tune", "classical_jpeg", "classical_webp", "decode", "measure"}
    assert {job["stage"] for job in jobs} == stages
    for job in jobs:
        assert job["threads"] == "1" and job["device"] and "numpy=" in job["versions"]
        assert (job["seed"] != "") == (job["stage"] in {"fit", "fine_tune"})
        # The process takes longer than its work; an interpreter with NumPy takes 20 MiB, with torch 150.
        assert 0 < float(job["seconds"]) < float(job["process_s"])
        assert float(job["peak_memory_mib"]) > (150 if job["seed"] else 20)


def test_nothing_is_left_to_do(tiny, snakemake):
    result = snakemake(cwd=tiny)
    assert result.returncode == 0
    assert "Nothing to be done" in result.stderr


ALONE = {
    "weights": {"picture": 1, "fit": 1, "fine_tune": 1, "nearest": 2, "plot_weights": 1},
    "film_strip": {"picture": 1, "fit": 1, "plot_film_strip": 1},
    "row": {"picture": 1, "fit": 1, "fine_tune": 1, "plot_row": 1},
    "spectra": {"picture": 1, "fit": 2, "power_spectra": 1, "plot_spectra": 1},
    "hyperparameters": {
        **{"picture": 1, "fit": 2, "fine_tune": 2, "decode": 2, "measure": 2},
        **{"points": 1, "plot_hyperparameters": 1},
    },
    "fit_curves": {"picture": 2, "fit": 4, "curves": 1, "plot_fit_curves": 1},
}


@pytest.mark.parametrize(("figure", "jobs"), ALONE.items(), ids=ALONE)
def test_a_figure_alone_asks_only_for_what_it_shows(snakemake, tmp_path, figure, jobs):
    result = snakemake(f"results/tiny/figures/{figure}.svg", "-n", "--quiet", "rules", cwd=tmp_path)
    planned = dict(re.findall(r"^(\w+) +(\d+)$", result.stdout + result.stderr, flags=re.MULTILINE))
    assert {rule: int(count) for rule, count in planned.items() if rule != "total"} == jobs


def test_make_builds_one_figure_alone(run):
    lines = run("make", "-n", "figures", "ONLY=weights", "STUDY=tiny", cwd=ROOT).stdout
    assert re.search(r"snakemake weights --cores all .*--configfile studies/tiny.yaml", lines)


def test_a_figure_goes_by_its_name(snakemake, tmp_path):
    result = snakemake("film_strip", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert {path.name for path in tmp_path.glob("results/tiny/figures/*")} == {"film_strip.svg", "film_strip.png"}


def test_the_report_holds_every_figure(tiny, snakemake):
    result = snakemake("--report", "report.zip", cwd=tiny)
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(tiny / "report.zip") as archive:
        text = "\n".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    for figure in FIGURES:
        assert f"{figure}.svg" in text
    for category in ("Rate-distortion", "Quantization", "Fitting", "Functions", "Pictures", "Costs"):
        assert category in text


def test_the_same_study_gives_the_same_bytes(tiny, snakemake, tmp_path):
    (sweep,) = sweep_names((ROOT / "studies/tiny.yaml").read_text(), "tutorial", "qat")
    target = f"results/tiny/files/photographs/chelsea/{sweep}.inr"
    assert snakemake(target, cwd=tmp_path).returncode == 0
    assert (tmp_path / target).read_bytes() == (tiny / target).read_bytes()


def test_a_bad_configuration_stops_before_the_first_job(snakemake, tmp_path):
    config = tmp_path / "bad.yaml"
    config.write_text((ROOT / "studies/tiny.yaml").read_text().replace("steps: 40", "steps: -40"))
    result = snakemake(cwd=tmp_path, config=config)
    assert result.returncode == 1
    assert "config: fit.steps is -40: Input should be greater than or equal to 1" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "results").exists()


def test_a_bad_picture_fails_alone(snakemake, tmp_path, photograph):
    from inrcodec.images import save

    (tmp_path / "mine").mkdir()
    save(photograph, tmp_path / "mine/good.png")
    (tmp_path / "mine/bad.png").write_bytes((tmp_path / "mine/good.png").read_bytes()[:700])
    (tmp_path / "mine/broken.png").symlink_to("nowhere")
    config = tmp_path / "mine.yaml"
    config.write_text(
        "study: tiny\ndatasets: [{name: mine, kind: folder, path: mine}]\n"
        "classical: {jpeg: [20, 60], webp: [20]}\nfigures: {rate_distortion: {curves: {}}}\n"
    )
    result = snakemake("--keep-going", cwd=tmp_path, config=config)
    assert result.returncode == 1
    assert re.search(
        r"^FAILED  Bring in bad of mine: /.*/mine/bad.png: cannot be read as a picture",
        result.stderr,
        flags=re.MULTILINE,
    )
    assert re.search(
        r"^FAILED  Bring in broken of mine: /.*/mine/broken.png: no such file", result.stderr, re.MULTILINE
    )
    results = tmp_path / "results/tiny"
    assert not (results / "pictures/mine/bad.png").exists()
    assert len(list((results / "scores/mine/good").rglob("*.csv"))) == 2


def test_any_folder_goes_in(snakemake, tmp_path, photograph):
    """Paths that Snakemake would take for patterns, links that lead nowhere, names of any script."""
    from inrcodec.images import save

    folder = tmp_path / "odd {image} {x}"
    folder.mkdir()
    (tmp_path / "work").mkdir()
    for name in ("猫", "犬", "a {b} 'c'\n"):
        save(photograph, folder / f"{name}.png")
    (folder / "broken.png").symlink_to("nowhere")
    config = tmp_path / "work/study.yaml"
    config.write_text(
        "study: 研究\ndatasets: [{name: mine, kind: folder, path: '../odd {image} {x}'}]\n"
        "classical: {jpeg: [50]}\nfigures: {rate_distortion: {curves: {}}}\n"
    )
    scores = [Path(f"results/研究/scores/mine/{name}/jpeg.csv") for name in ("猫", "犬", "a__b___c__", "broken")]
    result = snakemake(*scores, "--keep-going", cwd=tmp_path / "work", config=config)
    assert result.returncode == 1
    (failure,) = re.findall(r"^FAILED  (.*)$", result.stderr, flags=re.MULTILINE)
    assert failure.startswith(f"Bring in broken of mine: {folder}/broken.png: ")
    assert [(tmp_path / "work" / path).exists() for path in scores] == [True, True, True, False]
    save(255 - photograph, folder / "猫.png")
    (folder / "犬.png").touch()
    result = snakemake(*scores[:2], "-n", "--quiet", "rules", cwd=tmp_path / "work", config=config)
    assert re.search(r"^picture +1$", result.stdout + result.stderr, flags=re.MULTILINE)


@pytest.mark.parametrize("where", [["--directory"], []], ids=["directory", "elsewhere"])
def test_the_default_study_is_found_from_anywhere(tmp_path, where):
    options = [option for flag in where for option in (flag, tmp_path)]
    command = [*snakemake_command(tmp_path, "")[:3], "-s", ROOT / "Snakefile", *options, "--cores", "1", "-n", "-p"]
    arguments = ["--config", "fit={steps: 7}", "datasets=[{name: d, kind: packaged, images: [coffee]}]"]
    cwd = Path("/") if where else tmp_path
    result = subprocess.run([*map(str, command), *arguments], cwd=cwd, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert '"batch_px": 4096' in result.stdout + result.stderr and '"steps": 7' in result.stdout + result.stderr


def test_the_workflow_passes_snakemakes_linter(snakemake, tmp_path):
    result = snakemake("--lint", cwd=tmp_path)
    complaints = re.findall(r"^    \* (.+?):$", result.stderr, flags=re.MULTILINE)
    known = [
        r"Specify a conda environment or container for each rule\.",  # the environment is the project's own
        r"Mixed rules and functions in same snakefile\.",  # a stage's input function stands beside its rule
        r"Param (stem|folder|root) is a prefix of input or output file but hardcoded",  # scripts add the suffixes
        r"Environment variable (PATH|PYTHONPATH) used but not asserted.*",  # extended where set, needed nowhere
    ]
    surprising = [text for text in complaints if not any(re.fullmatch(pattern, text) for pattern in known)]
    assert complaints and not surprising

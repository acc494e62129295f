"""What happens when a job cannot do its work: one line that names it, and all else is kept."""

import csv
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from workflow_command import fit_name, snakemake_command

STUDY = """
study: failures
datasets:
  - {name: small, kind: packaged, images: [chelsea, coffee], max_side_px: 40}
  - {name: large, kind: packaged, images: [retina], max_side_px: 800}
fit: {steps: 3, batch_px: 1000000, curve_points: 2, film_frames: 1}
functions: {wide: {representation: siren, hidden_features: 1024, hidden_layers: 1}}
codings: {ptq: {decider: nearest}}
classical: {jpeg: [30, 80]}
figures:
  rate_distortion: {curves: {ptq: [wide]}}
  film_strip: {function: wide, image: retina}
"""
RESULTS = Path("results/failures")
FIT = fit_name(STUDY, "wide")
WEIGHTS = RESULTS / f"fits/small/chelsea/{FIT}/weights.safetensors"


def snakemake(folder: Path, *arguments, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    command = [*prefix, *snakemake_command(folder, STUDY, *arguments, "--cores", "2")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def failures(result: subprocess.CompletedProcess) -> list[str]:
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    return re.findall(r"^FAILED  (.*)$", result.stderr, flags=re.MULTILINE)


def after(commands: str) -> tuple[str, ...]:
    """Run what follows after shell commands."""
    return ("sh", "-c", f'{commands} && exec "$@"', "sh")


def mounted(commands: str) -> tuple[str, ...]:
    """Run what follows where commands have changed what is mounted, for it alone."""
    return ("unshare", "--user", "--map-root-user", "--mount", *after(commands))


namespaces = pytest.mark.skipif(
    subprocess.run([*mounted("mount -t tmpfs none /mnt"), "true"], capture_output=True).returncode != 0,
    reason="this machine does not let its users mount anything, not even for themselves",
)


@namespaces
def test_a_full_disk(tmp_path):
    fits = tmp_path / RESULTS / "fits"
    fits.mkdir(parents=True)
    result = snakemake(tmp_path, WEIGHTS, prefix=mounted(f"mount -t tmpfs -o size=8k none {fits}"))
    (line,) = failures(result)
    assert line.startswith(f"Fit {FIT} to chelsea: [Errno 28] No space left on device")
    # What was finished before stays finished.
    assert (tmp_path / RESULTS / "pictures/small/chelsea.png").exists()


@namespaces
def test_a_read_only_place_for_checkpoints(tmp_path, monkeypatch):
    monkeypatch.setenv("INRCODEC_CHECKPOINT_S", "0")
    state = tmp_path / ".state"
    state.mkdir()
    result = snakemake(tmp_path, WEIGHTS, prefix=mounted(f"mount --bind -o ro {state} {state}"))
    (line,) = failures(result)
    assert line.startswith(f"Fit {FIT} to chelsea: [Errno 30] Read-only file system: ")


@namespaces
def test_a_read_only_place_for_results(tmp_path):
    fits = tmp_path / RESULTS / "fits"
    fits.mkdir(parents=True)
    result = snakemake(tmp_path, WEIGHTS, prefix=mounted(f"mount --bind -o ro {fits} {fits}"))
    # Snakemake makes the folder, before the job can say anything.
    assert not failures(result)
    assert f"Failed to create output directory {WEIGHTS.parent}.\nOSError: [Errno 30] Read-only" in result.stderr


def test_want_of_memory_and_a_report_without_what_is_missing(tmp_path):
    """Fits of the large picture need more than 4 GiB; those of the small ones do not."""
    result = snakemake(tmp_path, "--keep-going", prefix=after("ulimit -v 4194304"))
    (line,) = failures(result)
    assert line.startswith(f"Fit {FIT} to retina: out of memory: ")
    assert f"large/retina lacks 4 results, first {RESULTS}/fits/large/retina/{FIT}/fit.json" in result.stderr
    assert "2 of 3 pictures are complete" in result.stderr and "--config complete_only=true" in result.stderr
    assert not (tmp_path / RESULTS / "points.csv").exists()

    result = snakemake(tmp_path, "--config", "complete_only=true")
    assert result.returncode == 0, result.stderr
    with (tmp_path / RESULTS / "points.csv").open() as file:
        assert {row["image"] for row in csv.DictReader(file)} == {"chelsea", "coffee"}
    with (tmp_path / RESULTS / "missing.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (row["dataset"], row["image"], row["missing_files"]) == ("large", "retina", "4")
    result = snakemake(tmp_path, "--report", "report.zip", "--config", "complete_only=true")
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        text = "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    assert "missing.csv" in text and "Completeness" in text and "retina" in text

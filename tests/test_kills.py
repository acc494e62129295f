"""Real kills of real runs: the same command goes on and ends with the bytes of an undisturbed run.

`pytest -rP tests/test_kills.py` prints the table of docs/results.md.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from workflow_command import fit_name, snakemake_command, sweep_names

STUDY = """
study: kills
datasets:
  - {name: photographs, kind: packaged, images: [chelsea], max_side_px: 40}
fit: {steps: 900, batch_px: 1024, curve_points: 4, film_frames: 2}
functions: {small: {representation: positional, hidden_features: 32, hidden_layers: 2}}
codings: {qat: {decider: fine_tune, steps: 500}}
figures: {rate_distortion: {curves: {qat: [small]}}}
"""
PLACE = "photographs/chelsea"
FIT, (SWEEP,) = fit_name(STUDY, "small"), sweep_names(STUDY, "small", "qat")
WEIGHTS = Path(f"results/kills/fits/{PLACE}/{FIT}/weights.safetensors")
TUNED = [Path(f"results/kills/files/{PLACE}/{SWEEP}.inr")]
LOGS = {
    "fit": Path(f"results/kills/logs/fit/{PLACE}/{FIT}.log"),
    "fine_tune": Path(f"results/kills/logs/fine_tune/{PLACE}/{SWEEP}.log"),
}
# In place of a power cut, loaded by every Python of a run: it dies when the n-th file of a name waits for its renaming.
POWER_CUT = """
import os, pathlib, signal
name, _, count = os.environ.get("POWER_CUT", "").partition(":")
rename = pathlib.Path.replace
def cut(self, target):
    global count
    if name and str(target).endswith(name) and not os.path.exists("cut"):
        count = int(count) - 1
        if count == 0:
            open("cut", "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
pathlib.Path.replace = cut
"""


RESULTS = {"fit": [WEIGHTS], "fine_tune": TUNED}


def start(
    folder: Path, stage: str = "fit", power_cut: str = "", study: str = STUDY, results: list[Path] | None = None
) -> subprocess.Popen:
    environment = os.environ | {"INRCODEC_CHECKPOINT_S": "0.2", "POWER_CUT": power_cut}
    if power_cut:
        (folder / "power").mkdir(exist_ok=True)
        (folder / "power/sitecustomize.py").write_text(POWER_CUT)
        environment["PYTHONPATH"] = os.pathsep.join([str(folder / "power"), os.environ.get("PYTHONPATH", "")])
    with (folder / "stderr").open("w") as log:
        return subprocess.Popen(
            snakemake_command(folder, study, *(results or RESULTS[stage]), "--cores", "1"),
            cwd=folder,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )


def wait_for(condition, process, seconds=60.0):
    """Poll until a condition of the outside world holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)


def job_processes(folder: Path) -> list[int]:
    """The processes of the descents that run in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if re.search(rb"workflow_scripts\.fi(t|ne_tune)\b", (entry / "cmdline").read_bytes()):
                    found += [int(entry.name)] if (entry / "cwd").readlink() == folder else []
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Path:
    """A folder in which everything was made at the first go."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert start(folder, "fine_tune").wait(timeout=120) == 0, (folder / "stderr").read_text()
    return folder


@pytest.fixture
def folder(stage, undisturbed, tmp_path) -> Path:
    """A folder in which everything before a stage is there."""
    folder = tmp_path / "folder"
    if stage == "fit":
        folder.mkdir()
    else:
        shutil.copytree(undisturbed, folder)
        for path in TUNED:
            (folder / path).unlink()
    return folder


def results(folder: Path, stage: str) -> list[bytes]:
    return [(folder / path).read_bytes() for path in RESULTS[stage]]


def hidden_files(folder: Path) -> list[Path]:
    """What writers that did not come to their end have left."""
    return [path for top in ("results", ".state") for path in (folder / top).rglob(".*") if path.is_file()]


def last_step(log: Path) -> int:
    """Of the last line about a step."""
    return int(re.findall(r"^step (\d+)/", log.read_text(), flags=re.MULTILINE)[-1])


def resumed_step(log: Path) -> int:
    found = re.search(r"^resumed at step (\d+)$", log.read_text(), flags=re.MULTILINE)
    return int(found[1]) if found else 0


def kill_job(process, folder):
    for pid in job_processes(folder):
        os.kill(pid, signal.SIGKILL)


def kill_snakemake(process, folder):
    process.kill()


def kill_both(process, folder):
    process.kill()
    kill_job(process, folder)


def terminate_all(process, folder):
    os.killpg(process.pid, signal.SIGTERM)


@pytest.mark.parametrize("stage", LOGS)
@pytest.mark.parametrize("kill", [kill_job, kill_snakemake, kill_both, terminate_all])
def test_the_same_command_goes_on(folder, undisturbed, kill, stage):
    log = folder / LOGS[stage]
    log.unlink(missing_ok=True)
    process = start(folder, stage)
    # Some way in: a checkpoint is there, and more than one line has been written since.
    wait_for(lambda: list(folder.glob(f".state/{stage}/*.pt")) and log.read_text().count("step ") > 2, process)
    kill(process, folder)
    assert process.wait(timeout=60) != 0
    killed_at = last_step(log)
    # A job whose Snakemake alone was killed goes on as an orphan: it may not disturb the next run either.
    resumed = start(folder, stage)
    assert resumed.wait(timeout=120) == 0, (folder / "stderr").read_text()
    assert results(folder, stage) == results(undisturbed, stage)
    if kill is not kill_snakemake:
        assert resumed_step(log) > 0
        print(f"| {stage} | {kill.__name__} | {killed_at} | {resumed_step(log)} | yes |")
    while job_processes(folder):
        time.sleep(0.05)
    assert not list(folder.glob(".state/*/*")) and not hidden_files(folder)


CUTS = {
    "a checkpoint of the fit": ("fit", ".pt:3"),
    "the fit's weights": ("fit", "weights.safetensors:1"),
    "the fit's last file": ("fit", "fit.json:1"),
    "a tuned file": ("fine_tune", f"{TUNED[0].name}:1"),
    "the tuning's last file": ("fine_tune", f"{TUNED[0].stem}.json:1"),
}


@pytest.mark.parametrize(("stage", "power_cut"), CUTS.values(), ids=CUTS)
def test_a_cut_between_write_and_rename(folder, undisturbed, stage, power_cut):
    process = start(folder, stage, power_cut)
    assert process.wait(timeout=120) != 0
    assert (folder / "cut").exists() and hidden_files(folder)
    log = folder / LOGS[stage]
    killed_at = last_step(log)
    assert start(folder, stage, power_cut).wait(timeout=120) == 0, (folder / "stderr").read_text()
    assert results(folder, stage) == results(undisturbed, stage)
    # A tuning whose descents had all ended goes on from their ends, and has no step to tell of.
    resumed_at = resumed_step(log) or killed_at
    assert resumed_at > 0 and (stage == "fit" or resumed_at >= 500)
    print(f"| {stage} | between write and rename of {power_cut} | {killed_at} | {resumed_at} | yes |")
    assert not list(folder.glob(".state/*/*")) and not hidden_files(folder)


def test_a_live_run_keeps_its_lock(tmp_path):
    process = start(tmp_path)
    wait_for(lambda: list(tmp_path.glob(".snakemake/locks/*")), process)
    second = start(tmp_path)
    assert second.wait(timeout=60) != 0
    assert "lock" in (tmp_path / "stderr").read_text().lower()
    assert process.wait(timeout=120) == 0


def test_a_changed_setting_does_not_resume(tmp_path):
    process = start(tmp_path)
    wait_for(lambda: list(tmp_path.glob(".state/fit/*.pt")), process)
    kill_both(process, tmp_path)
    process.wait(timeout=60)
    other = STUDY.replace("steps: 900", "steps: 50")
    weights = Path(str(WEIGHTS).replace(FIT, fit_name(other, "small")))
    changed = start(tmp_path, study=other, results=[weights])
    assert changed.wait(timeout=120) == 0, (tmp_path / "stderr").read_text()
    log = tmp_path / str(LOGS["fit"]).replace(FIT, fit_name(other, "small"))
    assert log.exists() and "resumed" not in log.read_text()

"""Real kills of real runs: the same command goes on and ends with the bytes of an undisturbed run.

`pytest -rP tests/test_kills.py` prints the table of docs/results.md.
"""

import os
import re
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
codings: {qat: {decider: fine_tune, steps: 900, search_steps: 300}}
figures: {rate_distortion: {curves: {qat: [small]}}}
"""
PLACE = "photographs/chelsea"
FIT, (SWEEP,) = fit_name(STUDY, "small"), sweep_names(STUDY, "small", "qat")
WEIGHTS = Path(f"results/kills/fits/{PLACE}/{FIT}/weights.safetensors")
TUNED = Path(f"results/kills/files/{PLACE}/{SWEEP}.inr")
LOGS = {
    "fit": Path(f"results/kills/logs/fit/{PLACE}/{FIT}.log"),
    "fine_tune": Path(f"results/kills/logs/fine_tune/{PLACE}/{SWEEP}.log"),
}
# In place of a power cut, loaded by every Python of a run: it dies when its n-th file of a pattern waits for renaming.
POWER_CUT = """
import os, pathlib, signal
pattern, _, count = os.environ.get("POWER_CUT", "").partition(":")
rename = pathlib.Path.replace
def cut(self, target):
    global count
    if pattern and pathlib.PurePath(target).match(pattern) and not os.path.exists("cut"):
        count = int(count) - 1
        if count == 0:
            open("cut", "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
pathlib.Path.replace = cut
"""


def start(folder: Path, power_cut: str = "", study: str = STUDY, result: Path | None = None) -> subprocess.Popen:
    environment = os.environ | {"INRCODEC_CHECKPOINT_S": "0.05", "POWER_CUT": power_cut}
    if power_cut:
        (folder / "power").mkdir(exist_ok=True)
        (folder / "power/sitecustomize.py").write_text(POWER_CUT)
        environment["PYTHONPATH"] = os.pathsep.join([str(folder / "power"), os.environ.get("PYTHONPATH", "")])
    with (folder / "stderr").open("w") as log:
        return subprocess.Popen(
            snakemake_command(folder, study, result or TUNED, "--cores", "1"),
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
    assert start(folder).wait(timeout=120) == 0, (folder / "stderr").read_text()
    return folder


def results(folder: Path) -> list[bytes]:
    return [(folder / path).read_bytes() for path in (WEIGHTS, TUNED)]


def hidden_files(folder: Path) -> list[Path]:
    """What writers that did not come to their end have left."""
    return [path for top in ("results", ".state") for path in (folder / top).rglob(".*") if path.is_file()]


def last_step(log: Path) -> int:
    """Of the last line about a step; 0 where a descent that had ended before had none to tell of."""
    return int(([0, *re.findall(r"^(?:resumed at )?step (\d+)", log.read_text(), flags=re.MULTILINE)])[-1])


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


@pytest.mark.parametrize("kill", [kill_job, kill_snakemake, kill_both, terminate_all])
def test_the_same_command_goes_on(tmp_path, undisturbed, kill):
    """Killed in the fit, then in the tuning."""
    killed_at = {}
    for stage, log in LOGS.items():
        process, log = start(tmp_path), tmp_path / log
        # Some way in: a checkpoint is there, and more than one line has been written since.
        wait_for(lambda: list(tmp_path.glob(f".state/{stage}/*.pt")), process)  # noqa: B023
        lines = log.read_text().count("step ")
        wait_for(lambda: log.read_text().count("step ") > lines + 1, process)  # noqa: B023
        kill(process, tmp_path)
        assert process.wait(timeout=60) != 0
        killed_at[stage] = last_step(log)
    # A job whose Snakemake alone was killed goes on as an orphan: it may not disturb the next run either.
    resumed = start(tmp_path)
    assert resumed.wait(timeout=120) == 0, (tmp_path / "stderr").read_text()
    assert results(tmp_path) == results(undisturbed)
    for stage, step in killed_at.items() if kill is not kill_snakemake else ():
        resumed_at = resumed_step(tmp_path / LOGS[stage])
        assert resumed_at > 0, (tmp_path / LOGS[stage]).read_text().splitlines()[:12]
        print(f"| {stage} | {kill.__name__} | {step} | {resumed_at} | yes |")
    while job_processes(tmp_path):
        time.sleep(0.05)
    assert not list(tmp_path.glob(".state/*/*")) and not hidden_files(tmp_path)


CUTS = [
    ("fit", ".state/fit/*.pt:3"),
    ("fit", "weights.safetensors:1"),
    ("fit", "fit.json:1"),
    ("fine_tune", ".state/fine_tune/*.pt:2"),
    ("fine_tune", f"{TUNED.name}:1"),
    ("fine_tune", f"{TUNED.stem}.json:1"),
]
"""The stage, and before which renaming of a checkpoint, weights, a file or facts the power goes."""


def test_cuts_between_write_and_rename(undisturbed, tmp_path):
    """One after another, the same command each time."""
    killed_at, resumed_at = [], []
    for stage, power_cut in CUTS:
        assert start(tmp_path, power_cut).wait(timeout=120) != 0
        (tmp_path / "cut").unlink()
        assert hidden_files(tmp_path)
        killed_at.append(last_step(tmp_path / LOGS[stage]))
        resumed_at.append(resumed_step(tmp_path / LOGS[stage]))
    assert start(tmp_path).wait(timeout=120) == 0, (tmp_path / "stderr").read_text()
    assert results(tmp_path) == results(undisturbed)
    # A run tells in its log where it resumed what the one before had lost; whole descents go on from their ends.
    resumed_at = [*resumed_at[1:], 0]
    for (stage, power_cut), killed, resumed in zip(CUTS, killed_at, resumed_at, strict=True):
        print(f"| {stage} | between write and rename of {power_cut} | {killed} | {resumed or killed} | yes |")
    assert resumed_at[0] > 0
    assert not list(tmp_path.glob(".state/*/*")) and not hidden_files(tmp_path)


def test_a_live_run_keeps_its_lock(tmp_path):
    process = start(tmp_path, result=WEIGHTS)
    wait_for(lambda: list(tmp_path.glob(".snakemake/locks/*")), process)
    second = start(tmp_path, result=WEIGHTS)
    assert second.wait(timeout=60) != 0
    assert "lock" in (tmp_path / "stderr").read_text().lower()
    assert process.wait(timeout=120) == 0


def test_a_changed_setting_does_not_resume(tmp_path):
    process = start(tmp_path, result=WEIGHTS)
    wait_for(lambda: list(tmp_path.glob(".state/fit/*.pt")), process)
    kill_both(process, tmp_path)
    process.wait(timeout=60)
    other = STUDY.replace("steps: 900", "steps: 50")
    weights = Path(str(WEIGHTS).replace(FIT, fit_name(other, "small")))
    changed = start(tmp_path, study=other, result=weights)
    assert changed.wait(timeout=120) == 0, (tmp_path / "stderr").read_text()
    log = tmp_path / str(LOGS["fit"]).replace(FIT, fit_name(other, "small"))
    assert log.exists() and "resumed" not in log.read_text()

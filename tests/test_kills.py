"""Real kills of real runs: the same command goes on and ends with the bytes of an undisturbed run.

`pytest -rP tests/test_kills.py` prints the table of docs/results.md.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STUDY = """
study: kills
datasets:
  - {name: photographs, kind: packaged, images: [chelsea], max_side_px: 40}
networks:
  - {representation: pe_siren, sizes: [32x2]}
fit: {steps: 1500, batch_px: 1024, curve_points: 4, film_frames: 2}
quantization: {bits: [6, 8], methods: [qat], fine_tune_steps: 700}
"""
PLACE = "photographs/chelsea/pe_siren-32x2"
WEIGHTS = Path(f"results/kills/fits/{PLACE}/weights.safetensors")
TUNED = [Path(f"results/kills/files/{PLACE}-qat/{bits}.inr") for bits in (6, 8)]
LOGS = {
    "fit": Path(f"results/kills/logs/fit/{PLACE}.log"),
    "fine_tune": Path(f"results/kills/logs/fine_tune/{PLACE}.log"),
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


def start(folder: Path, power_cut: str = "", study: str = STUDY) -> subprocess.Popen:
    (folder / "kills.yaml").write_text(study)
    command = [sys.executable, "-m", "snakemake", WEIGHTS, *TUNED, "-s", ROOT / "Snakefile"]
    command += ["--configfile", "kills.yaml", "--workflow-profile", ROOT / "profiles/default", "--cores", "1"]
    environment = os.environ | {"INRCODEC_CHECKPOINT_S": "0.2", "POWER_CUT": power_cut}
    if power_cut:
        (folder / "power").mkdir(exist_ok=True)
        (folder / "power/sitecustomize.py").write_text(POWER_CUT)
        environment["PYTHONPATH"] = os.pathsep.join([str(folder / "power"), os.environ.get("PYTHONPATH", "")])
    with (folder / "stderr").open("w") as log:
        return subprocess.Popen(
            list(map(str, command)),
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
def undisturbed(tmp_path_factory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    assert start(folder).wait(timeout=120) == 0, (folder / "stderr").read_text()
    return results(folder)


def results(folder: Path) -> list[bytes]:
    return [(folder / path).read_bytes() for path in [WEIGHTS, *TUNED]]


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
def test_the_same_command_goes_on(tmp_path, undisturbed, kill, stage):
    process = start(tmp_path)
    log = tmp_path / LOGS[stage]
    # Some way in: a checkpoint is there, and more than one line has been written since.
    wait_for(lambda: list(tmp_path.glob(f".state/{stage}/*.pt")) and log.read_text().count("step ") > 2, process)
    kill(process, tmp_path)
    assert process.wait(timeout=60) != 0
    killed_at = last_step(log)
    # A job whose Snakemake alone was killed goes on as an orphan: it may not disturb the next run either.
    resumed = start(tmp_path)
    assert resumed.wait(timeout=120) == 0, (tmp_path / "stderr").read_text()
    assert results(tmp_path) == undisturbed
    if kill is not kill_snakemake:
        lost = killed_at - resumed_step(log)
        print(f"| {stage} | {kill.__name__} | step {killed_at} | {max(lost, 0)} | yes |")
        assert resumed_step(log) > 0
    while job_processes(tmp_path):
        time.sleep(0.05)
    assert not list(tmp_path.glob(".state/*/*")) and not hidden_files(tmp_path)


CUTS = {
    "a checkpoint of the fit": ("fit", ".pt:3"),
    "the fit's weights": ("fit", "weights.safetensors:1"),
    "the fit's last file": ("fit", "fit.json:1"),
    "a tuned file": ("fine_tune", "8.inr:1"),
    "the tuning's last file": ("fine_tune", "encode.json:1"),
}


@pytest.mark.parametrize(("stage", "power_cut"), CUTS.values(), ids=CUTS)
def test_a_cut_between_write_and_rename(tmp_path, undisturbed, stage, power_cut):
    process = start(tmp_path, power_cut)
    assert process.wait(timeout=120) != 0
    assert (tmp_path / "cut").exists() and hidden_files(tmp_path)
    log = tmp_path / LOGS[stage]
    killed_at = last_step(log)
    assert start(tmp_path, power_cut).wait(timeout=120) == 0, (tmp_path / "stderr").read_text()
    assert results(tmp_path) == undisturbed
    # A tuning whose descents had all ended resumes at their ends, and has no step to tell of.
    if stage == "fit":
        lost = killed_at - resumed_step(log)
        print(f"| {stage} | between write and rename of {power_cut} | step {killed_at} | {max(lost, 0)} | yes |")
        assert resumed_step(log) > 0
    else:
        print(f"| {stage} | between write and rename of {power_cut} | step {killed_at} | 0 | yes |")
        assert "step" not in log.read_text() or resumed_step(log) >= 700
    assert not list(tmp_path.glob(".state/*/*")) and not hidden_files(tmp_path)


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
    changed = start(tmp_path, study=STUDY.replace("steps: 1500", "steps: 50"))
    assert changed.wait(timeout=120) == 0, (tmp_path / "stderr").read_text()
    assert "resumed" not in (tmp_path / LOGS["fit"]).read_text()

"""Real kills of real runs: the same command goes on and ends with the bytes of an undisturbed run."""

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
quantization: {bits: [8], methods: [ptq]}
"""
WEIGHTS = Path("results/kills/fits/photographs/chelsea/pe_siren-32x2/weights.safetensors")
LOG = Path("results/kills/logs/fit/photographs/chelsea/pe_siren-32x2.log")


def start(folder: Path) -> subprocess.Popen:
    (folder / "kills.yaml").write_text(STUDY)
    command = [sys.executable, "-m", "snakemake", WEIGHTS, "-s", ROOT / "Snakefile", "--configfile", "kills.yaml"]
    command += ["--workflow-profile", ROOT / "profiles/default", "--cores", "1", "--resources", "gpu=1"]
    with (folder / "stderr").open("w") as log:
        return subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env=os.environ | {"INRCODEC_CHECKPOINT_S": "0.2"},
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


def fit_processes(folder: Path) -> list[int]:
    """The processes of the fit that runs in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if b"workflow_scripts.fit" in (entry / "cmdline").read_bytes():
                    found += [int(entry.name)] if (entry / "cwd").readlink() == folder else []
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("undisturbed")
    assert start(folder).wait(timeout=120) == 0
    return (folder / WEIGHTS).read_bytes()


def kill_job(process, folder):
    for pid in fit_processes(folder):
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
    process = start(tmp_path)
    wait_for(lambda: list(tmp_path.glob(".state/fit/*.pt")), process)
    kill(process, tmp_path)
    assert process.wait(timeout=60) != 0
    # A job whose Snakemake alone was killed goes on as an orphan: it may not disturb the next run either.
    resumed = start(tmp_path)
    assert resumed.wait(timeout=120) == 0, (tmp_path / "stderr").read_text()
    assert (tmp_path / WEIGHTS).read_bytes() == undisturbed
    if kill is not kill_snakemake:
        step = re.search(r"resumed at step (\d+)", (tmp_path / LOG).read_text())
        assert step and int(step[1]) > 0
    while fit_processes(tmp_path):
        time.sleep(0.05)
    assert not list(tmp_path.glob(".state/fit/*"))


def test_a_live_run_keeps_its_lock(tmp_path):
    process = start(tmp_path)
    wait_for(lambda: list(tmp_path.glob(".snakemake/locks/*")), process)
    second = start(tmp_path)
    assert second.wait(timeout=60) != 0
    assert "lock" in (tmp_path / "stderr").read_text().lower()
    assert process.wait(timeout=120) == 0


def test_a_changed_setting_does_not_resume(tmp_path, undisturbed):
    process = start(tmp_path)
    wait_for(lambda: list(tmp_path.glob(".state/fit/*.pt")), process)
    kill_both(process, tmp_path)
    process.wait(timeout=60)
    changed = STUDY.replace("steps: 1500", "steps: 50")
    (tmp_path / "changed.yaml").write_text(changed)
    command = [sys.executable, "-m", "snakemake", "-s", ROOT / "Snakefile", "--configfile", "changed.yaml"]
    command += ["--workflow-profile", ROOT / "profiles/default", "--cores", "1", WEIGHTS]
    assert subprocess.run(list(map(str, command)), cwd=tmp_path, capture_output=True).returncode == 0
    assert "resumed" not in (tmp_path / LOG).read_text()

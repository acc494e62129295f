"""profiles/slurm against a real SLURM with two fake GPUs: a study, a job cancelled in the middle, a job that fails."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from workflow_command import snakemake_command, sweep_names

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
MISSING = [name for name in PROGRAMS if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]
pytestmark = [
    pytest.mark.slurm,
    pytest.mark.skipif(
        bool(MISSING),
        reason=f"no {', '.join(MISSING)} (on Debian: apt-get install slurmctld slurmd slurm-client munge)",
    ),
]

# The steps are many enough for a fit to be caught in the middle.
STUDY = """
study: cluster
datasets:
  - {name: photographs, kind: packaged, images: [chelsea], max_side_px: 40}
fit: {steps: 2500, batch_px: 1024, curve_points: 4, film_frames: 2}
functions:
  small: {representation: positional, hidden_features: 16, hidden_layers: 2}
  larger: {like: small, hidden_features: 24}
codings: {ptq: {decider: nearest}}
classical: {jpeg: [50]}
figures: {rate_distortion: {curves: {ptq: [small, larger]}}}
"""
RESULTS = Path("results/cluster")
PLACE = Path("photographs/chelsea")
SWEEPS = [*sweep_names(STUDY, "small", "ptq"), *sweep_names(STUDY, "larger", "ptq")]


def wait_for(condition, process: subprocess.Popen, seconds: float = 60.0) -> None:
    """Poll until a condition of the outside world holds, while a process lives."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment of a client of a SLURM that lives as long as this module's tests."""
    folder = tmp_path_factory.mktemp("slurm")
    environment = os.environ | {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "SLURM_CONF": str(folder / "slurm.conf"),
        "INRCODEC_CHECKPOINT_S": "0.5",
    }
    command = ["bash", HERE / "slurm_up.sh", folder, *free_ports(2), 2]
    with subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE) as daemons:
        wait_for(lambda: "idle" in ask("sinfo", environment), daemons)
        yield environment
        daemons.stdin.close()


def ask(command: str, environment: dict[str, str]) -> str:
    return subprocess.run(command.split(), env=environment, capture_output=True, text=True, check=False).stdout


def jobs(environment: dict[str, str], rule: str) -> list[dict[str, str]]:
    """What SLURM knows about the jobs of a rule, oldest first."""
    lines = ask("scontrol show job --details --oneliner", environment).splitlines()
    known = [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in lines]
    found = [job for job in known if job.get("Comment", "").startswith(f"rule_{rule}")]
    return sorted(found, key=lambda job: int(job["JobId"]))


@contextmanager
def start(*arguments, folder: Path, environment: dict[str, str] = os.environ) -> Iterator[subprocess.Popen]:
    """Snakemake on the study in a folder, killed at the latest when the block ends."""
    command = snakemake_command(folder, STUDY, *arguments)
    with (
        (folder / "stderr").open("w") as stderr,
        subprocess.Popen(command, cwd=folder, env=environment, stderr=stderr) as run,
    ):
        try:
            yield run
        finally:
            run.kill()


def submit(*arguments, folder: Path, environment: dict[str, str]) -> AbstractContextManager[subprocess.Popen]:
    # Both profiles, as a user may; profiles/default comes by itself.
    profiles = ["--profile", ROOT / "profiles/slurm", "--profile", HERE]
    return start(*arguments, *profiles, folder=folder, environment=environment)


@pytest.fixture(scope="module")
def disturbed(client, tmp_path_factory) -> Path:
    """The folder of a study that SLURM ran, one of its fits being cancelled in the middle."""
    folder = tmp_path_factory.mktemp("disturbed")
    with submit(folder=folder, environment=client) as run:
        wait_for(lambda: len(list(folder.glob(".state/fit/*.pt"))) == 2, run)
        ask(f"scancel {jobs(client, 'fit')[0]['JobId']}", client)
        assert run.wait(timeout=200) == 0, (folder / "stderr").read_text()
    return folder


def test_a_cancelled_fit_goes_on(client, disturbed):
    fits = jobs(client, "fit")
    assert sorted(job["JobState"] for job in fits) == ["CANCELLED", "COMPLETED", "COMPLETED"]
    logs = [path.read_text() for path in (disturbed / RESULTS / "logs/fit").rglob("*.log")]
    (step,) = re.findall(r"^resumed at step (\d+)$", "".join(logs), flags=re.MULTILINE)
    assert int(step) > 0


def test_files_are_those_of_a_local_run(disturbed, tmp_path):
    options = ["--cores", "2", "--resources", "gpu=2"]
    coded = [RESULTS / f"files/{PLACE}/{sweep}.inr" for sweep in SWEEPS]
    with start(*coded, *options, folder=tmp_path) as run:
        assert run.wait(timeout=120) == 0
    for path in coded:
        assert (disturbed / path).read_bytes() == (tmp_path / path).read_bytes()


def test_who_asks_for_a_gpu_gets_one(client, disturbed):
    assert {job["JOB_GRES"] for job in jobs(client, "fit")} == {"gpu:1"}
    others = [job for rule in ("classical", "nearest", "decode", "measure") for job in jobs(client, rule)]
    assert {job["JOB_GRES"] for job in others} == {"(null)"}


def test_fits_run_side_by_side(client, disturbed):
    # profiles/default allows one GPU at a time: not here.
    first, second, *_ = jobs(client, "fit")
    assert max(first["StartTime"], second["StartTime"]) < min(first["EndTime"], second["EndTime"])


def test_runtime_and_memory_grow_with_each_attempt(client, disturbed):
    fits = jobs(client, "fit")
    first, again = [job for job in fits if job["Comment"] == fits[0]["Comment"]]
    assert (first["TimeLimit"], again["TimeLimit"]) == ("02:00:00", "04:00:00")
    assert "mem=8000M" in first["TRES"] and "mem=16000M" in again["TRES"]


def test_a_failing_job_fails_the_run_and_its_log_is_named(client, disturbed):
    bad = disturbed / RESULTS / f"files/{PLACE}/jpeg/50.jpg"
    bad.write_bytes(bad.read_bytes()[:100])
    scores = [RESULTS / f"scores/{PLACE}/{sweep}.csv" for sweep in SWEEPS]
    targets = [RESULTS / f"decoded/{PLACE}/jpeg.npz", *scores]
    options = ["--forcerun", "measure", "--retries", "0"]
    with submit(*targets, *options, folder=disturbed, environment=client) as run:
        assert run.wait(timeout=100) == 1
    stderr = (disturbed / "stderr").read_text()
    assert f"log: {RESULTS}/logs/decode/{PLACE}/jpeg.log" in stderr
    assert re.search(r"error: results/\S+/50.jpg: 100 bytes: cannot be read as a picture", stderr)
    # Nothing else failed, and what was many went to SLURM as one.
    assert [(disturbed / path).exists() for path in targets] == [False, True, True]
    first, second = jobs(client, "measure")[-2:]
    assert first["ArrayJobId"] == second["ArrayJobId"]

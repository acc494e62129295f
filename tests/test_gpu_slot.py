"""GPU slots, with devices that are only names: the locks are real."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
import torch
from workflow_command import fit_name, snakemake_command

ROOT = Path(__file__).parents[1]
# Notes when it had which device; holds it for long enough to overlap with its neighbours.
FIT = (
    "import os, sys, time; name = os.environ.get('CUDA_VISIBLE_DEVICES'); start = time.monotonic(); "
    "time.sleep(0.6); open(sys.argv[1], 'w').write(f'{name} {start} {time.monotonic()}')"
)


@pytest.fixture
def start(tmp_path):
    """Start a command in a slot; keyword arguments are environment variables."""
    processes = []

    def start_one(program=FIT, output="out", **environment):
        settings = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)} | environment
        command = [sys.executable, "-m", "workflow_scripts.gpu_slot", "--", sys.executable, "-c", program]
        processes.append(subprocess.Popen([*command, str(tmp_path / output)], env=settings))
        return processes[-1]

    yield start_one
    for process in processes:
        process.kill()
        process.wait()


def intervals(tmp_path, count):
    """device -> sorted (start, end) of the fits that had it."""
    held: dict[str, list] = {}
    for index in range(count):
        name, begin, end = (tmp_path / f"out{index}").read_text().split()
        held.setdefault(name, []).append((float(begin), float(end)))
    return {name: sorted(times) for name, times in held.items()}


def test_each_fit_has_a_device_of_its_own(start, tmp_path):
    fits = [start(output=f"out{index}", CUDA_VISIBLE_DEVICES="3,7") for index in range(6)]
    assert [fit.wait(timeout=60) for fit in fits] == [0] * 6
    held = intervals(tmp_path, 6)
    assert set(held) == {"3", "7"} and sum(map(len, held.values())) == 6
    for times in held.values():
        assert all(end <= begin for (_, end), (begin, _) in pairwise(times))


def test_cards_are_shared_when_configured(start, tmp_path):
    settings = {"CUDA_VISIBLE_DEVICES": "0", "INRCODEC_FITS_PER_GPU": "2"}
    fits = [start(output=f"out{index}", **settings) for index in range(2)]
    assert [fit.wait(timeout=60) for fit in fits] == [0, 0]
    ((_, first_end), (second_begin, _)) = intervals(tmp_path, 2)["0"]
    assert second_begin < first_end


def test_a_killed_fit_frees_its_device(start, tmp_path):
    endless = "import sys, time; open(sys.argv[1], 'w').close(); time.sleep(600)"
    victim = start(endless, output="started", CUDA_VISIBLE_DEVICES="0")
    while not (tmp_path / "started").exists():
        time.sleep(0.05)
    waiting = start(output="out0", CUDA_VISIBLE_DEVICES="0")
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=2)
    victim.send_signal(signal.SIGKILL)
    assert waiting.wait(timeout=60) == 0


@pytest.mark.parametrize("visible", ["", "-1"])
def test_without_devices_the_command_just_runs(start, tmp_path, visible):
    assert start(output="out0", CUDA_VISIBLE_DEVICES=visible).wait(timeout=60) == 0
    assert not list(tmp_path.glob("inrcodec-gpu/*"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_a_real_card_is_the_only_one_that_torch_sees(start, tmp_path):
    program = (
        "import sys, torch; open(sys.argv[1], 'w').write(f'{torch.cuda.device_count()} {torch.ones(2).cuda().sum()}')"
    )
    assert start(program).wait(timeout=60) == 0
    assert (tmp_path / "out").read_text() == "1 2.0"


def test_the_exit_code_is_the_commands(start):
    assert start("raise SystemExit(5)", CUDA_VISIBLE_DEVICES="0").wait(timeout=60) == 5


STUDY = """
study: cards
datasets:
  - {name: photographs, kind: packaged, images: [chelsea], max_side_px: 40}
fit: {steps: 20, batch_px: 1024, curve_points: 2, film_frames: 1}
functions:
  small: {representation: positional, hidden_features: 16, hidden_layers: 2}
  larger: {like: small, hidden_features: 24}
figures: {fit_curves: {}}
"""


def fits_at_work(folder):
    """How many processes are fitting in a folder; those that wait for a card are still `workflow_scripts.gpu_slot`."""
    count = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            count += process.cmdline()[1:3] == ["-m", "workflow_scripts.fit"] and process.cwd() == str(folder)
    return count


@pytest.mark.parametrize(("cards", "limit", "at_once"), [("0,1", 2, 2), ("0,1", 1, 1), ("", 1, 2)])
def test_a_run_fits_as_many_at_once_as_it_has_cards_or_cores(tmp_path, cards, limit, at_once):
    fits = [f"results/cards/fits/photographs/chelsea/{fit_name(STUDY, name)}/fit.json" for name in ("small", "larger")]
    command = snakemake_command(tmp_path, STUDY, *fits, "--cores", "2", "--resources", f"gpu={limit}")
    settings = {"CUDA_VISIBLE_DEVICES": cards, "XDG_RUNTIME_DIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ | settings) as run:
        most = 0
        while run.poll() is None:
            most = max(most, fits_at_work(tmp_path))
            time.sleep(0.05)
    assert run.returncode == 0 and most == at_once
    slots = {path.name for path in tmp_path.glob("inrcodec-gpu/*")}
    assert slots == {f"{card}.0" for card in range(at_once) if cards}

"""The display: its numbers, from events such as Snakemake's, and what a terminal shows of a run."""

import contextlib
import io
import logging
import os
import pty
import re
import subprocess
import sys
import termios
import time

from PIL import Image
from rich.console import Console
from snakemake_interface_logger_plugins.common import LogEvent
from workflow_command import fit_name, snakemake_command, sweep_names

from workflow_scripts.display import Run, render


def event(kind, **facts):
    return logging.makeLogRecord({"event": kind, **facts})


def begin(run, jobid, rule, log):
    run.take(event(LogEvent.JOB_INFO, jobid=jobid, rule_name=rule, rule_msg=f"{rule} {jobid}", log=[str(log)]))


def screen(run):
    """What is drawn of a run."""
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(render(run))
    return console.export_text()


def test_counts_quality_and_time_left(tmp_path):
    run = Run()
    run.take(event(LogEvent.RUN_INFO, stats={"fit": 3, "decode": 5, "total": 8}))
    assert run.left_s() is None
    run.started = time.monotonic() - 10
    begin(run, 1, "fit", tmp_path / "1.log")
    run.running[1].started -= 10
    run.take(event(LogEvent.JOB_FINISHED, job_id=1))
    (tmp_path / "2.log").write_text("fit photographs\nstep 5/40  21.50 dB\n")
    begin(run, 2, "fit", tmp_path / "2.log")
    assert (run.done("fit"), run.total("fit"), run.done(), run.total()) == (1, 3, 1, 8)
    # Seven jobs to come, ten seconds each, one at a time.
    assert 60 < run.left_s() < 75
    text = screen(run)
    assert "1/3" in text and "1/8" in text and "5/40 21.50 dB" in text and "left" in text


def test_the_last_descent_that_ended_stays_in_sight(tmp_path):
    run = Run()
    run.take(event(LogEvent.RUN_INFO, stats={"fit": 2, "total": 2}))
    for jobid, ending in enumerate(["step 40/40  24.50 dB", "written by an earlier run"]):
        (tmp_path / f"{jobid}.log").write_text(f"fit photographs\n{ending}\n")
        begin(run, jobid, "fit", tmp_path / f"{jobid}.log")
        run.take(event(LogEvent.JOB_FINISHED, job_id=jobid))
    assert run.last.name == "fit 0" and screen(run).count("40/40 24.50 dB") == 1 and "starting" not in screen(run)


def test_a_failed_job_says_why(tmp_path):
    run = Run()
    endings = {
        "decode x: error: x.jpg: 3 bytes cannot be decoded": "decode 0: x.jpg: 3 bytes cannot be decoded (log: ",
        "step 5/40  21.50 dB": "decode 1: killed or crashed, without a word of its own",
    }
    for jobid, (last, expected) in enumerate(endings.items()):
        log = tmp_path / f"{jobid}.log"
        log.write_text(f"decode x\n{last}\n")
        begin(run, jobid, "decode", log)
        run.take(event(LogEvent.JOB_ERROR, jobid=jobid))
        assert run.failures[-1].startswith(expected)


def test_time_left_before_anything_has_finished(tmp_path):
    """A fit a quarter done after ten seconds promises what all descents take; the rest is taken at what is light."""
    run = Run()
    run.take(event(LogEvent.RUN_INFO, stats={"picture": 1, "fit": 2, "fine_tune": 1, "decode": 50, "total": 54}))
    begin(run, 0, "picture", tmp_path / "0.log")
    run.take(event(LogEvent.JOB_FINISHED, job_id=0))
    (tmp_path / "1.log").write_text("fit photographs\nstep 10/40  21.50 dB\n")
    begin(run, 1, "fit", tmp_path / "1.log")
    run.started -= 10
    run.running[1].started -= 10
    assert 110 < run.left_s() < 111


STUDY = """
study: seen
datasets:
  - {name: photographs, kind: packaged, images: [chelsea], max_side_px: 40}
fit: {steps: 40, batch_px: 1024, curve_points: 2, film_frames: 1}
functions: {small: {representation: positional, hidden_features: 32, hidden_layers: 2}}
codings: {ptq: {decider: nearest}}
figures: {rate_distortion: {curves: {ptq: [small]}}}
"""


def on_a_terminal(folder, command):
    """Exit status of a command, and what it writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, 80))
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        text = b""
        # Linux reports the end of a terminal's last writer as an error.
        with os.fdopen(ours, "rb", buffering=0) as terminal, contextlib.suppress(OSError):
            while piece := terminal.read(65536):
                text += piece
    return run.returncode, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.decode())


def test_a_terminal_shows_the_fits(tmp_path):
    (sweep,) = sweep_names(STUDY, "small", "ptq")
    scores = f"results/seen/scores/photographs/chelsea/{sweep}.csv"
    status, screen = on_a_terminal(tmp_path, snakemake_command(tmp_path, STUDY, scores, "--cores", "1"))
    assert status == 0, screen
    assert re.search(r"fits and fine-tunings +\S+ 1/1", screen) and re.search(r"all jobs +\S+ 5/5", screen)
    # In one line; and however short the fit was, what is drawn at the end tells of it.
    assert re.search(rf"Fit {fit_name(STUDY, 'small')} to chelsea +\S+ 40/40 \d\d\.\d\d dB", screen), screen
    assert "localrule" not in screen and "jobid:" not in screen


def test_a_terminal_shows_an_encoding(tmp_path):
    """What it waits for before the first step, then a bar; the file's size is on a line of its own."""
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "picture.png")
    arguments = ("encode", "picture.png", "picture.inr", "--effort", "1")
    status, screen = on_a_terminal(tmp_path, [sys.executable, "-m", "inrcodec", *arguments])
    assert status == 0, screen
    start, *bars, last = re.split(r"[\r\n]+", screen.strip())
    assert start == "starting; the first time ever it compiles, some 12 s"
    assert bars and all(re.match(r"fit +\[[#.]{24}\] step \d+ \d+\.\d\d dB ", bar) and len(bar) < 80 for bar in bars)
    assert all(len(bar) > len(start) for bar in bars) and last.startswith("picture.inr: ")

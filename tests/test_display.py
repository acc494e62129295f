"""The display's numbers, from events such as Snakemake's."""

import logging
import time

from rich.console import Console
from snakemake_interface_logger_plugins.common import LogEvent

from workflow_scripts.display import Run, render


def event(kind, **facts):
    return logging.makeLogRecord({"event": kind, **facts})


def begin(run, jobid, rule, log):
    run.take(event(LogEvent.JOB_INFO, jobid=jobid, rule_name=rule, rule_msg=f"{rule} {jobid}", log=[str(log)]))


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
    console = Console(width=100, record=True, file=(tmp_path / "screen").open("w"))
    console.print(render(run))
    console.file.close()
    text = console.export_text()
    assert "1/3" in text and "1/8" in text and "5/40 21.50 dB" in text and "left" in text


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

"""What a run shows of itself: on a terminal a few lines that renew themselves, after failures a line per failed job.

Snakemake prints ten lines per job. On a terminal this display takes their place: fits done of all, the running ones
and the last that ended with their PSNR, read from their logs, and the time left. Elsewhere, and in dry runs,
Snakemake's own lines stay.
"""

import logging
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

from inrcodec.fitting.deciders import DECIDERS

DESCENTS = ("fit", *(name for name, decider in DECIDERS.items() if decider.descends), "prior")
REFRESH_HZ = 2
BAR_WIDTH = 30
TAIL_BYTES = 400


@dataclass
class Job:
    """A running job: its rule, its name for people, its log, when it began (time.monotonic)."""

    rule: str
    name: str
    log: Path | None
    started: float

    def last_line(self) -> str:
        """Of its log so far."""
        try:
            text = self.log.read_bytes()[-TAIL_BYTES:].decode(errors="replace") if self.log else ""
        except OSError:
            text = ""
        return (text.strip().splitlines() or [""])[-1]

    def progress(self) -> tuple[int, int, str]:
        """Steps done, steps in all, and the rest of the line: the PSNR; zeros before the first such line."""
        found = re.fullmatch(r"step (\d+)/(\d+)  (.*)", self.last_line())
        return (int(found[1]), int(found[2]), found[3]) if found else (0, 0, "")


class Run:
    """Counts and times of a run, from Snakemake's events."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.planned: dict[str, int] = {}
        self.running: dict[int, Job] = {}
        self.last: Job | None = None
        """The last descent that ended with a word on its quality: most are too short to be seen running."""
        self.seconds: dict[str, list[float]] = {}
        self.failures: list[str] = []

    def take(self, record: logging.LogRecord) -> None:
        """Note what one of Snakemake's records says, if it is an event."""
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self.planned = {rule: count for rule, count in record.stats.items() if rule != "total"}
        elif event == LogEvent.JOB_INFO:
            log = Path(str(record.log[0]).split(" (")[0]) if record.log else None
            name = record.rule_msg or record.rule_name
            self.running[record.jobid] = Job(record.rule_name, name, log, time.monotonic())
        elif event == LogEvent.JOB_FINISHED and record.job_id in self.running:
            job = self.running.pop(record.job_id)
            self.seconds.setdefault(job.rule, []).append(time.monotonic() - job.started)
            if job.rule in DESCENTS and job.progress()[0]:
                self.last = job
        elif event == LogEvent.JOB_ERROR and record.jobid in self.running:
            job = self.running.pop(record.jobid)
            self.failures.append(f"{job.name}: {job_end(job)} (log: {job.log})")

    def done(self, *rules: str) -> int:
        """Finished jobs of these rules, of all when none is named."""
        return sum(len(seconds) for rule, seconds in self.seconds.items() if rule in rules or not rules)

    def total(self, *rules: str) -> int:
        """Planned jobs of these rules, of all when none is named."""
        return sum(count for rule, count in self.planned.items() if rule in rules or not rules)

    def left_s(self) -> float | None:
        """Seconds left: jobs to come at what their rule takes, as many at a time as until now; None: no idea yet."""
        taken_s = self._seconds_by_rule()
        if not taken_s:
            return None
        to_come_s = sum((count - self.done(rule)) * taken_s[rule] for rule, count in self.planned.items())
        now = time.monotonic()
        for job in self.running.values():
            to_come_s -= min(now - job.started, taken_s[job.rule])
        worked_s = sum(map(sum, self.seconds.values())) + sum(now - job.started for job in self.running.values())
        at_a_time = worked_s / max(now - self.started, 1e-3)
        return to_come_s / max(at_a_time, 1e-3)

    def _seconds_by_rule(self) -> dict[str, float]:
        """The mean of a rule's finished jobs, or what the steps of a running one promise, or the mean of rules alike.

        Alike are descents on one hand and all others on the other, which take a small part of that. Empty at first.
        """
        known = {}
        for job in self.running.values():
            step, steps, _ = job.progress()
            if step:
                known[job.rule] = (time.monotonic() - job.started) * steps / step
        known |= {rule: fmean(seconds) for rule, seconds in self.seconds.items()}
        if not known:
            return {}
        taken_s = {}
        for rule in self.planned:
            alike = [seconds for other, seconds in known.items() if (other in DESCENTS) == (rule in DESCENTS)]
            taken_s[rule] = known.get(rule) or fmean(alike or known.values())
        return taken_s


def job_end(job: Job) -> str:
    """Why a job failed: its own last line, or that it had none, as when the system kills it for its memory."""
    last = job.last_line()
    if ": error: " in last or re.match(r"[\w.]*(Error|Exception)\b", last):
        return last.split(": error: ", 1)[-1]
    return f"killed or crashed, without a word of its own; its log ends with {last!r}"


def render(run: Run) -> Table:
    """The display's lines at this moment."""
    # Where the terminal is narrow the bars give way: a name on two lines is hard to read.
    name, count, end = (Column(no_wrap=True) for _ in range(3))
    table = Table.grid(name, Column(max_width=BAR_WIDTH), count, end, padding=(0, 1))
    left_s = run.left_s()
    left = "" if left_s is None else f"{_clock(left_s)} left"
    fits = run.total(*DESCENTS)
    if fits:
        _row(table, "fits and fine-tunings", run.done(*DESCENTS), fits, "")
    _row(table, "all jobs", run.done(), run.total(), left)
    for job in filter(None, [run.last, *run.running.values()]):
        if job.rule in DESCENTS:
            step, steps, quality = job.progress()
            _row(table, f"  {job.name}", step, steps, quality)
    return table


def _row(table: Table, name: str, done: int, total: int, end: str) -> None:
    count = f"{done}/{total}" if total else "starting"
    table.add_row(name, ProgressBar(total=max(total, 1), completed=done), count, end)


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Display(logging.Handler):
    """Watches Snakemake's events; `start` and `stop` are for its hooks, which dry runs do not call."""

    def __init__(self) -> None:
        super().__init__()
        self.run, self.live, self.streams = Run(), None, []
        logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Note an event."""
        self.run.take(record)

    def start(self) -> None:
        """Begin to draw, where there is a terminal and something is to be said at all."""
        streams = [handler for handler in logger.handlers if handler.name == "DefaultStreamHandler"]
        console = Console(stderr=True)
        if not console.is_terminal or not streams:
            return
        self.live = Live(
            get_renderable=self._draw,
            console=console,
            refresh_per_second=REFRESH_HZ,
            redirect_stdout=False,
        )
        self.live.start()
        for stream in streams:
            # What is still printed goes above the lines that renew themselves.
            self.streams.append((stream, stream.setStream(sys.stderr)))
            stream.addFilter(_worth_a_line)

    def _draw(self) -> Table:
        # Called by a thread of its own; a handler's lock is held while it notes an event.
        with self.lock:
            return render(self.run)

    def stop(self) -> None:
        """Draw once more, and let Snakemake speak again."""
        if self.live:
            self.live.stop()
        for stream, original in self.streams:
            stream.setStream(original)
            stream.removeFilter(_worth_a_line)
        self.live, self.streams = None, []

    def failures(self) -> list[str]:
        """One line per failed job."""
        return [f"FAILED  {line}" for line in self.run.failures]


def _worth_a_line(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING

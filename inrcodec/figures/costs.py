"""Figure: what each stage of a study cost in time and memory."""

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inrcodec.figures import style


@matplotlib.rc_context(style.THEME)
def plot(jobs: pd.DataFrame) -> Figure:
    """Total wall seconds and largest memory of every stage.

    Args:
        jobs: one row per job: `stage`, `process_s` (wall), `peak_memory_mib` (resident).
    """
    stages = jobs.groupby("stage").agg({"process_s": "sum", "peak_memory_mib": "max"}).sort_values("process_s")
    counts = jobs["stage"].value_counts()
    figure = Figure(figsize=(style.WIDTH, 1.2 + 0.34 * len(stages)))
    time, memory = figure.subplots(1, 2, sharey=True)
    names = [f"{stage} ({counts[stage]})" for stage in stages.index]
    _bars(time, names, stages["process_s"], "seconds, all jobs together", "#0072B2")
    _bars(memory, names, stages["peak_memory_mib"], "MiB, the largest job", "#D55E00")
    total = stages["process_s"].sum()
    style.head(figure, "What does each stage cost?", f"{len(jobs)} jobs (per stage in brackets), {total:.0f} s in all.")
    return figure


def _bars(axes: Axes, names: list[str], values: pd.Series, label: str, color: str) -> None:
    bars = axes.barh(names, values, color=color, height=0.7)
    axes.bar_label(bars, [f"{value:.0f}" for value in values], padding=3, fontsize=9)
    axes.margins(x=0.15)
    axes.set_xlabel(label)
    axes.grid(visible=False, axis="y")

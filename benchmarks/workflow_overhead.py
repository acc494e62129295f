"""What the workflow costs beside the work: CPU seconds per job of 2,000 light jobs, seconds to plan the Kodak study.

    python benchmarks/workflow_overhead.py [--pictures 286]

Light jobs are real ones, those that classical codecs need on tiny pictures: no fits, nothing heavy. Their own work is
the same functions called on the same pictures in one process that has imported everything; the rest of the run's CPU
time, that of Snakemake, shells, interpreters and imports, is overhead.

The Kodak study's jobs are replaced by a script that creates their outputs; its rules, inputs and specs are the real
ones. So it is planned, built, and asked again when nothing is left to do.
"""

import argparse
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from inrcodec.threads import core_count

ROOT = Path(__file__).parents[1]
CODE = ["Snakefile", "rules", "report", "profiles", "workflow_scripts", "inrcodec", "studies"]
WIDTH, HEIGHT, QUALITY = 48, 32, 50
CODECS = {"jpeg": "jpg", "webp": "webp"}
JOBS_PER_PICTURE = 1 + 3 * len(CODECS)
STUDY = f"""
study: light
datasets:
  - {{name: tiles, kind: folder, path: tiles}}
classical: {{{", ".join(f"{codec}: [{QUALITY}]" for codec in CODECS)}}}
figures: {{rate_distortion: {{curves: {{}}}}}}
"""
STAND_IN = '''"""Creates its outputs, whatever they are."""
import sys
from pathlib import Path

name = ""
for word in sys.argv[1:]:
    if word.startswith("--"):
        name = word
    elif name == "--stem":
        for suffix in (".svg", ".png"):
            Path(word + suffix).touch()
    elif name not in {"--spec", "--cache", "--root", "--folder", "--job"} and not Path(word).exists():
        Path(word).write_text(word)
'''
STEP_SCRIPTS = "picture fit nearest fine_tune classical decode measure points all_points bd_rate curves provenance"
WORK = """
import resource, sys
from pathlib import Path
from workflow_scripts.classical import encode_sweep
from workflow_scripts.decode import decode_sweep
from workflow_scripts.measure import measure_sweep
from workflow_scripts.picture import picture

def cpu_s():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

def jobs(tile, out):
    original = out / "x.png"
    picture({"dataset": {"kind": "folder", "max_side_px": None}, "image": "x", "source": str(tile)}, original, out)
    for codec, suffix in CODECS.items():
        file, decoded, facts = out / f"QUALITY.{suffix}", out / "x.npz", out / "x.json"
        encode_sweep({"codec": codec}, original, [file], facts)
        decode_sweep({}, [file], decoded, facts)
        measure_sweep({}, original, [file], decoded, out / "x.csv", facts)

tiles = sorted(Path("tiles").iterdir())
out = Path("work")
out.mkdir()
jobs(tiles[0], out)
started = cpu_s()
for tile in tiles:
    jobs(tile, out)
print(f"work: {cpu_s() - started}")
"""


class Cost(NamedTuple):
    """Of a command and everything it started."""

    wall_s: float
    cpu_s: float
    output: str


def run(folder: Path, *command: str | Path) -> Cost:
    """Run a command that must succeed."""
    environment = os.environ | {"PYTHONPATH": str(folder if (folder / "Snakefile").exists() else ROOT)}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    wall_s, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout[-3000:])
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall_s, cpu_s, done.stdout)


def snakemake(folder: Path, snakefile: Path, config: str, *arguments: str | Path) -> Cost:
    command = [sys.executable, "-m", "snakemake", *arguments, "-s", snakefile, "--configfile", config]
    command += ["--workflow-profile", snakefile.parent / "profiles/default"]
    return run(folder, *command, "--cores", str(core_count()))


def light_jobs(folder: Path, pictures: int) -> None:
    """CPU and wall seconds of jobs that do next to nothing, and of what they do."""
    import numpy as np
    from PIL import Image

    (folder / "tiles").mkdir()
    (folder / "study.yaml").write_text(STUDY)
    random = np.random.default_rng(0)
    for index in range(pictures):
        smooth = random.integers(0, 256, (4, 6, 3), dtype=np.uint8)
        Image.fromarray(smooth).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).save(folder / f"tiles/t{index}.png")
    scores = [f"results/light/scores/tiles/t{index}/{codec}.csv" for index in range(pictures) for codec in CODECS]
    whole = snakemake(folder, ROOT / "Snakefile", "study.yaml", *scores)
    jobs = int(re.search(r"^total +(\d+)", whole.output, flags=re.MULTILINE)[1])
    assert jobs == pictures * JOBS_PER_PICTURE
    script = WORK.replace("CODECS", repr(CODECS)).replace("QUALITY", str(QUALITY))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as Snakemake has it for a job of one thread
    work_s = float(run(folder, sys.executable, "-c", script).output.rsplit("work: ", 1)[1])
    again = snakemake(folder, ROOT / "Snakefile", "study.yaml", *scores)
    print(f"{jobs} light jobs: {whole.wall_s:.0f} s wall, {whole.cpu_s:.0f} s CPU, their own work {work_s:.1f} s")
    print(f"overhead: {(whole.cpu_s - work_s) / jobs:.3f} s CPU per job")
    print(f"nothing to do: {again.wall_s:.1f} s wall")


def kodak(folder: Path) -> None:
    """Wall seconds to plan the full Kodak study, to run it without its work, and to find that nothing is left."""
    for name in CODE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, folder / name)
    scripts = (folder / "workflow_scripts").glob("plot_*.py")
    for path in [*scripts, *((folder / f"workflow_scripts/{name}.py") for name in STEP_SCRIPTS.split())]:
        path.write_text(STAND_IN)
    plan = snakemake(folder, folder / "Snakefile", "studies/kodak.yaml", "-n", "--quiet", "rules")
    jobs = int(re.search(r"^total +(\d+)", plan.output, flags=re.MULTILINE)[1])
    build = snakemake(folder, folder / "Snakefile", "studies/kodak.yaml")
    again = snakemake(folder, folder / "Snakefile", "studies/kodak.yaml")
    assert "Nothing to be done" in again.output
    print(f"Kodak, {jobs} jobs: planned in {plan.wall_s:.1f} s; nothing to do: answered in {again.wall_s:.1f} s")
    print(f"Kodak without its work: {build.wall_s:.0f} s wall, {build.cpu_s / jobs:.3f} s CPU per job")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=286, help="of the light study, 7 jobs each (286)")
    options = parser.parse_args()
    print(f"{platform.machine()}, {core_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        light_jobs(Path(folder), options.pictures)
    with tempfile.TemporaryDirectory() as folder:
        kodak(Path(folder))


if __name__ == "__main__":
    main()

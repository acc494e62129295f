import json
import os
import re
import sys
from functools import partial
from pathlib import Path

from snakemake.exceptions import WorkflowError

if sys.platform not in {"linux", "darwin"}:
    raise WorkflowError(f"the workflow runs on Linux and macOS, not on {sys.platform}; encoding and decoding do")

HOME = Path(workflow.basedir)
# Jobs are `python -m workflow_scripts...`: this interpreter, this checkout, whatever the working directory is.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HOME), os.environ.get("PYTHONPATH", "")]))
sys.path.insert(0, str(HOME))

from inrcodec.baselines.classical import CODECS
from inrcodec.files import InputError
from inrcodec.fitting.deciders import DECIDERS
from workflow_scripts import asking, configuration, entries, folders, study
from workflow_scripts.code_hash import code_hash
from workflow_scripts.display import Display
from workflow_scripts.gpu_slot import devices
from workflow_scripts.jobs import jobs
from workflow_scripts.run_lock import clear_stale_locks

if workflow.is_main_process:
    clear_stale_locks()
DISPLAY = Display()

try:
    STUDY = study.load(configuration.read(workflow.configfiles, workflow.config_settings.config_args))
    FOLDERS = {d.name: study.folder_images(d) for d in STUDY.datasets if d.kind == "folder"}
    IMAGES = study.images(STUDY, FOLDERS)
    study.refuse_learnt(STUDY, IMAGES)
except InputError as error:
    raise WorkflowError(str(error)) from None

ROOT = f"results/{STUDY.study}"
DATASETS = {dataset.name: dataset for dataset in STUDY.datasets}
IMAGES_BY_NAME = sorted({image for _, image in IMAGES})
MODELS = entries.settings_by_path(STUDY.function_entries)
CODINGS = entries.settings_by_path(STUDY.coding_entries)
# Where there is none, fits share the cores out. One core each: threads of small networks mostly wait for each other.
FIT_GPUS = 1 if devices() else 0
# A sweep is what one job decodes: a file of a fitted function, or all files of a classical codec.
SWEEPS = [f"{model}/{coding}" for model in MODELS for coding in CODINGS] + list(STUDY.classical)


def spec(script, **settings):
    """What a job depends on besides its inputs, as one string: the settings it reads, the code it runs.

    Snakemake compares parameters by value and without names, so they travel together, sorted.
    """
    return json.dumps({"code": code_hash(f"workflow_scripts.{script}"), **settings}, sort_keys=True)


GPU_SLOT = "python -m workflow_scripts.gpu_slot -- "


def script(name, arguments, slot=""):
    """A rule's shell command: a script with the rule's spec, its words in the rule's log; `slot`: GPU_SLOT or nothing.

    Snakemake evaluates it when a job starts: in a loop over rules, what differs comes from params.
    """
    job = f"python -m workflow_scripts.{name} --job '{name} {{wildcards}}' --spec {{params.spec:q}}"
    return f"{slot}{job} {arguments} > {{log}} 2>&1"


def any_of(names):
    """A wildcard's constraint: one of some names; where there are none, nothing that could be asked for."""
    return "|".join(map(re.escape, names)) or "none"


def sweep_files(sweep):
    """The coded files of a sweep, as patterns over {dataset} and {image}."""
    place = f"{ROOT}/files/{{dataset}}/{{image}}/{sweep}"
    if sweep not in STUDY.classical:
        return [f"{place}.inr"]
    return [f"{place}/{quality}.{CODECS[sweep].extension}" for quality in STUDY.classical[sweep]]

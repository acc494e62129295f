import json
import os
import sys
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
from workflow_scripts import configuration, folders, study
from workflow_scripts.code_hash import code_hash
from workflow_scripts.display import Display
from workflow_scripts.gpu_slot import devices
from workflow_scripts.run_lock import clear_stale_locks

if workflow.is_main_process:
    clear_stale_locks()
DISPLAY = Display()

try:
    STUDY = study.load(configuration.read(workflow.configfiles, workflow.config_settings.config_args))
    FOLDERS = {d.name: study.folder_images(d) for d in STUDY.datasets if d.kind == "folder"}
except InputError as error:
    raise WorkflowError(str(error)) from None

ROOT = f"results/{STUDY.study}"
DATASETS = {dataset.name: dataset for dataset in STUDY.datasets}
IMAGES = study.images(STUDY, FOLDERS)
IMAGES_BY_NAME = sorted({image for _, image in IMAGES})
MODELS = STUDY.models()
BITS = STUDY.quantization.bits
METHODS = STUDY.quantization.methods
# Where there is none, fits share the cores out. One core each: threads of small networks mostly wait for each other.
FIT_GPUS = 1 if devices() else 0
SWEEPS = [f"{model}-{method}" for model in MODELS for method in METHODS] + list(STUDY.classical)


def spec(script, **settings):
    """What a job depends on besides its inputs, as one string: the settings it reads, the code it runs.

    Snakemake compares parameters by value and without names, so they travel together, sorted.
    """
    return json.dumps({"code": code_hash(f"workflow_scripts.{script}"), **settings}, sort_keys=True)


def script(name, arguments, gpu=False):
    """A rule's shell command: a script with the rule's spec, its words in the rule's log; `gpu`: on a card of its own."""
    slot = "python -m workflow_scripts.gpu_slot -- " if gpu else ""
    job = f"python -m workflow_scripts.{name} --job '{name} {{wildcards}}' --spec {{params.spec:q}}"
    return f"{slot}{job} {arguments} > {{log}} 2>&1"


def sweep_files(sweep):
    """The coded files of a sweep, as patterns over {dataset} and {image}."""
    if sweep in STUDY.classical:
        settings, suffix = STUDY.classical[sweep], CODECS[sweep].extension
    else:
        settings, suffix = BITS, "inr"
    return [f"{ROOT}/files/{{dataset}}/{{image}}/{sweep}/{setting}.{suffix}" for setting in settings]

"""What several tests need: a real photograph, in sizes that keep the tests quick."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from browser import browser, make_page  # noqa: F401

from inrcodec.datasets import load_picture, shrink
from inrcodec.threads import core_count

ROOT = Path(__file__).parents[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: runs on SLURM, and those that are killed, mostly wait."""
    return core_count() + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that run Snakemake come first: they take minutes, and one begun last would leave the other cores idle."""
    items.sort(key=lambda item: not {"snakemake", "snakemake_command"} & vars(item.module).keys())


@pytest.fixture(scope="session")
def photograph() -> np.ndarray:
    """A photograph of a cat, 48 x 32."""
    packaged = {"kind": "packaged", "mirrors": [], "digests": {}}
    return shrink(load_picture(packaged, "chelsea", None, Path()), 48)


@pytest.fixture
def run():
    """Run a command of this environment and return the finished process, output captured as text."""

    def run_command(*command: str | Path, cwd: Path | None = None, **environment: str):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return subprocess.run(
            list(map(str, command)),
            cwd=cwd,
            env=os.environ | {"PATH": path} | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run_command

"""What only Linux has is not needed: the library and a job run with it taken away."""

import json

import pytest
import variants
from PIL import Image

FOREIGN = """
import os, sys, time
for module, names in (
    (os, ["sched_getaffinity", "sched_setaffinity", "process_cpu_count"]),
    (time, ["CLOCK_BOOTTIME"]),
    *([(os, ["fork", "getuid", "geteuid", "umask", "sysconf", "fchmod", "mkfifo"])] if {windows} else []),
):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
if {windows}:
    for name in ("resource", "fcntl", "pwd", "grp", "termios"):
        sys.modules[name] = None
from inrcodec.cli import main
"""
SYSTEMS = {"macOS": False, "Windows": True}


@pytest.fixture
def on(run):
    """Run a Python program where a system's lacks are mimicked."""

    def run_there(system: str, program: str, *arguments):
        return run("python", "-c", FOREIGN.format(windows=SYSTEMS[system]) + program, *arguments)

    return run_there


@pytest.fixture
def coded(tmp_path):
    path = tmp_path / "x.inr"
    path.write_bytes(variants.coded(width=40, height=30))
    return path


@pytest.mark.parametrize("system", SYSTEMS)
def test_decode_capabilities_and_pillow(on, coded, tmp_path, system):
    output = tmp_path / "x.png"
    result = on(system, "sys.exit(main(sys.argv[1:]))", "decode", coded, output)
    assert result.returncode == 0, result.stderr
    with Image.open(output) as picture:
        assert picture.size == (40, 30)
    result = on(system, "sys.exit(main(sys.argv[1:]))", "capabilities", "--json")
    assert json.loads(result.stdout)["threads"] >= 1, result.stderr
    program = "import inrcodec.InrImagePlugin\nfrom PIL import Image\nassert Image.open(sys.argv[1]).convert('L').size"
    result = on(system, program, coded)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("system", SYSTEMS)
def test_encode(on, coded, tmp_path, system):
    save = "from PIL import Image\nImage.new('RGB', (9, 7), 'red').save(sys.argv[2])\n"
    result = on(system, save + "sys.exit(main(sys.argv[1:]))", "encode", tmp_path / "red.png", tmp_path / "red.inr")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "red.inr").read_bytes()[1:4] == b"INR"


def test_a_job(on, coded, tmp_path):
    """The workflow runs on Linux and macOS; its jobs say what they cost on both."""
    program = """
paths = ["--files", sys.argv[1], "--pictures", "p.npz", "--facts", "f.json"]
sys.argv = ["decode", "--job", "decode x", "--spec", "{}", *paths]
from workflow_scripts import adapter, decode
adapter.main(decode.decode_sweep, "files", "pictures", "facts", lists=("files",))
"""
    result = on("macOS", f"os.chdir({str(tmp_path)!r})" + program, coded)
    assert result.returncode == 0, result.stderr
    facts = json.loads((tmp_path / "f.json").read_text())
    assert 0 < facts["process_s"] < 60 and facts["peak_memory_mib"] > 10 and facts["threads"] >= 1

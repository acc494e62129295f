"""What calls the library finds everything as it was: threads, random numbers, memory; and may thread and fork."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_info
from variants import coded

from inrcodec.decoding.decoder import decode


def blas_threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_decoding_in_several_threads_gives_blas_its_threads_back():
    before = blas_threads()
    assert max(before) > 1, "one core shows nothing here"
    # Of different sizes, so that they overlap and end in another order than they began.
    files = [coded(width=300, height=40 * (1 + index % 5)) for index in range(10)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(decode, files))
    assert blas_threads() == before


HOST = """
import os, sys, threading
import numpy as np, torch
from inrcodec.fitting.encoder import encode
from inrcodec.fitting.presets import Preset
from inrcodec.representations import Positional

picture = np.random.default_rng(0).integers(0, 256, (64, 96, 3)).astype(np.uint8)
preset = Preset(Positional(48, 3), 7, 12, 4, "for a test")  # large enough for threads
def work():
    return encode(picture, preset)
def fresh_thread(found):
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return found

torch.set_num_threads(3)
torch.manual_seed(7)
state = torch.get_rng_state()
(torch.rand(500, 500, generator=torch.Generator()) @ torch.rand(500, 500, generator=torch.Generator())).sin_()
first = work()
threads = [threading.Thread(target=work) for _ in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert torch.get_num_threads() == 3, torch.get_num_threads()
assert fresh_thread([]) == [3], fresh_thread([])
assert torch.equal(torch.get_rng_state(), state), "the global generator moved"
"""


def test_encoding_leaves_torch_as_it_was(run):
    result = run("python", "-c", HOST)
    assert result.returncode == 0, result.stderr


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system has no fork")
def test_a_forked_child_encodes(run):
    """A child has none of the threads that its parent's torch has started, and must not wait for them."""
    child = """
pid = os.fork()
if pid == 0:
    os._exit(0 if work() == first else 3)
for _ in range(600):
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        sys.exit(os.waitstatus_to_exitcode(status))
    threading.Event().wait(0.1)
os.kill(pid, 9)
sys.exit(4)
"""
    result = run("python", "-W", "ignore::DeprecationWarning", "-c", HOST + child)
    assert result.returncode == 0, result.stderr


MEMORY = """
import sys
import numpy as np, psutil
from inrcodec.decoding.decoder import decode

def resident_mib():
    return psutil.Process().memory_info().rss / 2**20

decode(open(sys.argv[1], "rb").read())
before = resident_mib()
for block_mib in (1, 8, 100):
    blocks = [np.ones(block_mib << 20, np.uint8) for _ in range(400 // block_mib)]
    assert resident_mib() > before + 300
    del blocks
    assert resident_mib() < before + 80, (block_mib, before, resident_mib())
"""


def test_memory_that_the_caller_frees_goes_back_to_the_system(run, tmp_path):
    path = tmp_path / "x.inr"
    path.write_bytes(coded(width=400, height=300, features=64))
    result = run("python", "-c", MEMORY, path)
    assert result.returncode == 0, result.stderr


def test_one_unloaded_image_serves_several_threads(tmp_path):
    from PIL import Image

    from inrcodec import register_inr_opener

    register_inr_opener()
    data = coded(width=300, height=200)
    (tmp_path / "x.inr").write_bytes(data)
    together = threading.Barrier(4)

    def pixels(picture: Image.Image) -> np.ndarray:
        together.wait()
        return np.asarray(picture.convert("RGB"))

    for _ in range(3):
        with Image.open(tmp_path / "x.inr") as picture, ThreadPoolExecutor(4) as pool:
            for found in pool.map(pixels, [picture] * 4):
                assert np.array_equal(found, decode(data))

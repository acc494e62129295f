"""Decode a sweep of files, knowing nothing but the files, and the class behind those that are not portable."""

import time
from pathlib import Path

import numpy as np

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.any_format import decode_any
from inrcodec.files import InputError
from inrcodec.representations.module import load_class
from workflow_scripts import adapter


def decode_sweep(spec: dict, files: list[Path], pictures: Path, facts: Path) -> None:
    """Decoded pictures by file name without suffix, and the processor's seconds that each took.

    Decoding takes milliseconds, and other jobs run beside it: the clock on the wall would measure those.

    spec: module, the class behind files that are not portable, where they are.
    """
    module = load_class(spec["module"]) if "module" in spec else None
    # Libraries are loaded and tables are built by the first picture of a process; no file's seconds hold that.
    _decode(files[0], module)
    decoded, seconds = {}, {}
    for path in files:
        started = time.process_time()
        decoded[path.stem] = _decode(path, module)
        seconds[path.stem] = time.process_time() - started
        adapter.log(f"{path.name}: {adapter.size_of(decoded[path.stem])}")
    adapter.write_arrays(pictures, decoded)
    adapter.write_facts(facts, spec, seconds)


def _decode(path: Path, module: type | None) -> np.ndarray:
    try:
        return decode_any(path.read_bytes(), module)
    except (BitstreamError, InputError) as error:
        raise InputError(f"{path}: {error}") from None


if __name__ == "__main__":
    adapter.main(decode_sweep, "files", "pictures", "facts", lists=("files",))

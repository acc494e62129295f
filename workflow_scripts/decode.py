"""Decode a sweep of files, knowing nothing but the files."""

import time
from pathlib import Path

from inrcodec.decoding.any_format import decode_any
from workflow_scripts import adapter


def decode_sweep(spec: dict, files: list[Path], pictures: Path, seconds: Path) -> None:
    """Decoded pictures by file name without suffix, and the seconds that each took."""
    decoded, spent = {}, {}
    for path in files:
        data = path.read_bytes()
        started = time.perf_counter()
        decoded[path.stem] = decode_any(data)
        spent[path.stem] = time.perf_counter() - started
    adapter.write_arrays(pictures, decoded)
    adapter.write_json(seconds, spent)


if __name__ == "__main__":
    adapter.main(decode_sweep, "files", "pictures", "seconds", lists=("files",))

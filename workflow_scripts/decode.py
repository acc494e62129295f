"""Decode a sweep of files, knowing nothing but the files, and the class behind those that are not portable."""

import time
from pathlib import Path

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.any_format import decode_any
from inrcodec.files import InputError
from inrcodec.representations.module import load_class
from workflow_scripts import adapter


def decode_sweep(spec: dict, files: list[Path], pictures: Path, facts: Path) -> None:
    """Decoded pictures by file name without suffix, and the seconds that each took.

    spec: module, the class behind files that are not portable, where they are.
    """
    module = load_class(spec["module"]) if "module" in spec else None
    decoded, seconds = {}, {}
    for path in files:
        data = path.read_bytes()
        started = time.perf_counter()
        try:
            decoded[path.stem] = decode_any(data, module)
        except (BitstreamError, InputError) as error:
            raise InputError(f"{path}: {error}") from None
        seconds[path.stem] = time.perf_counter() - started
        adapter.log(f"{path.name}: {adapter.size_of(decoded[path.stem])}")
    adapter.write_arrays(pictures, decoded)
    adapter.write_facts(facts, spec, seconds)


if __name__ == "__main__":
    adapter.main(decode_sweep, "files", "pictures", "facts", lists=("files",))

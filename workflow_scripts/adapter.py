"""What all scripts share: parse the rule's arguments, run the work, turn errors into one line and an exit code."""

import argparse
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.files import InputError, atomic_write


def main(work: Callable[..., None], *names: str, lists: tuple[str, ...] = ()) -> None:
    """Run `work(spec, name=Path, ...)` with paths from the command line, `lists` being one or more paths each.

    Exits with 1 and one line on bad input or a failing disk; other errors are bugs and show where.
    """
    parser = argparse.ArgumentParser(description=sys.modules[work.__module__].__doc__)
    parser.add_argument("--spec", type=json.loads, required=True, help="JSON: settings and code hash of this job")
    for name in names:
        nargs = "+" if name in lists else None
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, nargs=nargs, required=True)
    options = vars(parser.parse_args())
    try:
        work(options.pop("spec"), **options)
    except (InputError, BitstreamError, OSError) as error:
        sys.exit(f"{parser.prog}: error: {error}")


def write_json(path: Path, facts: dict) -> None:
    """Write sorted JSON atomically."""
    with atomic_write(path) as file:
        file.write((json.dumps(facts, indent=1, sort_keys=True) + "\n").encode())


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write a compressed .npz atomically; equal arrays give equal bytes."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    with atomic_write(path) as file:
        file.write(buffer.getbuffer())


def write_csv(path: Path, table) -> None:
    """Write a DataFrame atomically, full precision."""
    with atomic_write(path) as file:
        file.write(table.to_csv(index=False, lineterminator="\n").encode())

"""The command line `inrcodec`: what its commands do; `arguments.py` says what they accept."""

import argparse
import atexit
import gc
import json
import math
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import current_thread, main_thread
from types import MappingProxyType
from typing import Any, BinaryIO, TextIO

import numpy as np
from PIL import Image

from inrcodec.arguments import parser
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.bitstream.header import MAGIC
from inrcodec.decoding.decoder import Limits
from inrcodec.files import InputError, atomic_write, check_output, wants_memory
from inrcodec.notes import notes_as_lines, quiet_libraries

INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell says of a program that SIGPIPE has ended."""
HOW = ("quality", "effort", "bpp", "file_bytes")
"""Options of `encode` that a preset does not have."""
STANDARD_OUTPUT = {"-", "/dev/stdout"}
"""The second is a name for the stream: opened anew, it would overwrite what others have written there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if sys.stderr is None:
        # Closed by the caller: `print` would fall back on standard output, and a file opened later take its number.
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
    # What is alive at the end, torch's above all, need not be searched for cycles once more: a third of a second.
    atexit.register(gc.freeze)
    try:
        try:
            options = parser(COMMANDS).parse_args(arguments)
            with notes_as_lines("inrcodec"):
                options.run(options)
        finally:
            _flush(sys.stdout)
    except BrokenPipeError:
        return BROKEN_PIPE
    except KeyboardInterrupt:
        _say("inrcodec: interrupted")
        return INTERRUPTED
    except Exception as error:
        _say(f"inrcodec: error: {_in_one_line(error)}")
        return 1
    return 0


def _in_one_line(error: Exception) -> str:
    if wants_memory(error):
        return "out of memory"
    text = " ".join(str(error).split())
    if not isinstance(error, InputError | BitstreamError | OSError | ImportError):
        # A fault of ours: whoever mends it wants to see where.
        if sys.flags.dev_mode:
            raise error
        return f"unexpected {type(error).__name__}: {text} (python -X dev -m inrcodec shows where)"
    if isinstance(error.__context__, Image.DecompressionBombError) or getattr(error, "section", "") == "limits":
        return f"{text}; --no-limits if the file is trusted"
    return text


def _say(line: str) -> None:
    """A line on standard error, if anyone listens there."""
    with suppress(OSError):
        try:
            print(line, file=sys.stderr)
        finally:
            _flush(sys.stderr)


def _flush(stream: TextIO | None) -> None:
    """Write out what is buffered; where that fails, drop it, or the interpreter's end fails once more and noisily."""
    try:
        if stream is not None:
            stream.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise


def _encode(options: argparse.Namespace) -> None:
    from inrcodec import api

    started = time.perf_counter()
    how = {name: getattr(options, name) for name in HOW if getattr(options, name) is not None}
    if not options.prior:
        how["prior"] = False
    api.check_together(options.preset, set(how))
    picture = _load(options.picture, options)
    _check_coded_output(options)
    from inrcodec.progress import FitLine

    opening = "starting; the first time ever it compiles, some 12 s" if options.preset is None else "starting"
    with FitLine(opening) as line, _interruptible(options.preset is None) as interrupted:
        with _uncollected():
            import inrcodec.fitting.encoder

            if options.preset is None:
                import inrcodec.operations.kernels  # noqa: F401
        # Reading the picture and importing torch and Numba, which the lines above do, count too.
        seconds = options.seconds and max(0.1, options.seconds - (time.perf_counter() - started))

        def show(stage: str, progress: Any) -> bool:
            line.show(stage, progress)
            return bool(interrupted)

        data = api.encode(picture, **how, preset=options.preset, seconds=seconds, seed=options.seed, on_progress=show)
    with _output(options.output) as file:
        file.write(data)
    facts = {
        "file_bytes": len(data),
        "bpp": 8 * len(data) / (picture.shape[0] * picture.shape[1]),
        "encode_s": time.perf_counter() - started,
    }
    wanted = how.get("file_bytes") or how.get("bpp", 0) * picture.shape[0] * picture.shape[1] / 8
    if wanted and abs(len(data) / wanted - 1) > 0.02:
        _say(f"inrcodec: warning: {len(data)} bytes are the nearest to {wanted:.0f} that was found")
    if len(data) > picture.nbytes:
        _say(f"inrcodec: warning: {len(data)} bytes are more than the {picture.nbytes} of the picture's samples")
    if options.json:
        _print_json(facts, to="stderr" if options.output in STANDARD_OUTPUT else "stdout")
    else:
        _say("{0}: {file_bytes} bytes, {bpp:.3f} bpp, {encode_s:.1f} s".format(options.output, **facts))
    if interrupted:
        _say("inrcodec: interrupted; what was written is the file of what there was")
        raise SystemExit(INTERRUPTED)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is made here stays, and is never searched for cycles: modules as large as torch load a fifth faster."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _interruptible(wanted: bool) -> Iterator[list[int]]:
    """A list that a first Ctrl-C puts something into; a second one interrupts. Only a main thread hears of any."""
    seen: list[int] = []
    wanted = wanted and current_thread() is main_thread()

    def take(number: int, frame: Any) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append(number)

    before = signal.signal(signal.SIGINT, take) if wanted else None
    try:
        yield seen
    finally:
        if wanted:
            signal.signal(signal.SIGINT, before)


def _decode(options: argparse.Namespace) -> None:
    from inrcodec import api
    from inrcodec.images import write
    from inrcodec.progress import ShareLine

    data, size = _read(options.file), options.size
    if options.output not in STANDARD_OUTPUT:
        check_output(options.output, options.file)
    kind = _picture_format(options.output)
    if options.scale:
        about = api.info(data)
        size = tuple(max(1, round(about[side] * options.scale)) for side in ("width", "height"))
    with ShareLine("decode") as line:
        picture = api.decode(
            data,
            size=size,
            region=options.region,
            limits=_limits(options),
            on_progress=line.show,
            module=_module(options),
        )
    with _output(options.output) as file:
        write(picture, file, kind)


def _info(options: argparse.Namespace) -> None:
    from inrcodec import api

    _print(api.info(_read(options.file)), options.json)


def _html(options: argparse.Namespace) -> None:
    from inrcodec import viewer

    data = _read(options.file)
    if options.output not in STANDARD_OUTPUT:
        _refuse_picture_name(options.output, "a page", ".html")
        for source in filter(None, (options.file, options.compare)):
            check_output(options.output, source)
    original = None if options.compare is None else _load(options.compare, options)
    name = "picture.inr" if options.file == "-" else Path(options.file).name
    text = viewer.page(data, compare=original, name=name, limits=_limits(options))
    with _output(options.output) as file:
        file.write(text.encode())


def _measure(options: argparse.Namespace) -> None:
    from inrcodec import api
    from inrcodec.metrics.measure import WITHOUT_NUMBER, score

    original, data = _load(options.original, options), _read(options.file)
    started = time.perf_counter()
    if data.startswith(MAGIC):
        decoded = api.decode(data, limits=_limits(options), module=_module(options))
    else:
        decoded = _load(data if options.file == "-" else options.file, options)
    decode_s = time.perf_counter() - started
    _print(score(original, decoded, len(data)) | {"decode_s": decode_s}, options.json, WITHOUT_NUMBER)


def _capabilities(options: argparse.Namespace) -> None:
    from inrcodec.capabilities import capabilities, describe

    facts = capabilities()
    if options.json:
        _print_json(facts)
    else:
        print(describe(facts))


def _limits(options: argparse.Namespace) -> Limits | None:
    return Limits(1 << 62, 1 << 124) if options.no_limits else None


def _module(options: argparse.Namespace) -> type | None:
    if options.module is None:
        return None
    from inrcodec.representations.module import load_class

    return load_class(options.module)


def _load(source: str | bytes, options: argparse.Namespace) -> np.ndarray:
    from inrcodec.images import load

    kept = Image.MAX_IMAGE_PIXELS
    if options.no_limits:
        Image.MAX_IMAGE_PIXELS = None
    try:
        with quiet_libraries():
            return load(_standard("stdin").buffer if source == "-" else source)
    finally:
        Image.MAX_IMAGE_PIXELS = kept


def _check_coded_output(options: argparse.Namespace) -> None:
    if options.output in STANDARD_OUTPUT:
        return
    _refuse_picture_name(options.output, "an .inr file", ".inr")
    check_output(options.output, options.picture)


def _refuse_picture_name(output: str, what: str, own: str) -> None:
    """Where a shell has made two pictures of *.png, the second is no output."""
    suffix = Path(output).suffix.lower()
    if suffix != own and suffix in {".inr", *Image.registered_extensions()}:
        raise InputError(f"{output}: is named as a picture, {what} is not written there")


def _picture_format(output: str) -> str:
    """The format to decode into: by the suffix; PNG for streams and devices, which have none."""
    from inrcodec.images import format_of

    path = Path(output)
    is_stream = output in STANDARD_OUTPUT or (path.exists() and not path.is_file())
    return "PNG" if is_stream and not path.suffix else format_of(path)


def _standard(name: str) -> TextIO:
    stream = getattr(sys, name)
    if stream is None:
        raise InputError(f"standard {name.removeprefix('std')}put is closed")
    return stream


def _read(name: str) -> bytes:
    return _standard("stdin").buffer.read() if name == "-" else Path(name).read_bytes()


@contextmanager
def _output(name: str) -> Iterator[BinaryIO]:
    if name in STANDARD_OUTPUT:
        yield _standard("stdout").buffer
    else:
        with atomic_write(name) as file:
            yield file


def _print(facts: dict[str, Any], as_json: bool, reasons: Mapping[str, str] = MappingProxyType({})) -> None:
    """Facts, and of those that are no numbers the reasons."""
    if as_json:
        _print_json(facts, reasons)
        return
    for key, value in facts.items():
        shown = f"{value:.4f}" if isinstance(value, float) else str(value)
        if _is_no_number(value) and key in reasons:
            shown = reasons[key]
        print(f"{key:<16} {shown}", file=_standard("stdout"))


def _print_json(facts: dict[str, Any], reasons: Mapping[str, str] = MappingProxyType({}), to: str = "stdout") -> None:
    """JSON knows neither infinity nor nan: null stands for them, and `KEY_reason` says why."""
    known: dict[str, Any] = {}
    for key, value in facts.items():
        known[key] = None if _is_no_number(value) else value
        if _is_no_number(value):
            known[f"{key}_reason"] = reasons.get(key, str(value))
    print(json.dumps(known, allow_nan=False), file=_standard(to))


def _is_no_number(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


COMMANDS = {
    "encode": _encode,
    "decode": _decode,
    "info": _info,
    "html": _html,
    "measure": _measure,
    "capabilities": _capabilities,
}

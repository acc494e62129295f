"""The command line `inrcodec`."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.files import InputError, atomic_write
from inrcodec.fitting.presets import PRESETS, preset

EXAMPLES = """examples:
  inrcodec encode picture.png picture.inr --preset tutorial
  inrcodec encode picture.png picture.inr --seconds 60
  inrcodec info picture.inr
  inrcodec decode picture.inr decoded.png
  inrcodec measure picture.png picture.inr

exit codes: 0 done, 1 bad input or failure (one line says which), 2 wrong usage
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (InputError, BitstreamError, OSError, ImportError) as error:
        print(f"inrcodec: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("inrcodec: interrupted", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="inrcodec",
        description="Pictures as small neural networks: encode, decode, measure.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    encode = _command(commands, "encode", _encode, "fit a picture and write it as .inr")
    encode.add_argument("picture", type=Path)
    encode.add_argument("output", type=Path)
    meanings = "; ".join(f"{name}: {item.meaning}" for name, item in PRESETS.items())
    encode.add_argument("--preset", choices=list(PRESETS), default="tutorial", help=meanings)
    encode.add_argument("--seconds", type=_positive, help="fit this long instead of the preset's steps")
    encode.add_argument("--seed", type=int, default=0, help="of initial parameters and batches (default 0)")
    decode = _command(commands, "decode", _decode, "write the picture of an .inr file")
    decode.add_argument("file", type=Path)
    decode.add_argument("output", type=Path, help="any picture format that Pillow writes, by its suffix")
    info = _command(commands, "info", _info, "show what an .inr file says of itself")
    info.add_argument("file", type=Path)
    measure = _command(commands, "measure", _measure, "score a coded file against its original")
    measure.add_argument("original", type=Path)
    measure.add_argument("file", type=Path, help=".inr or any classical picture file")
    _command(commands, "capabilities", _capabilities, "show what this machine can do")
    for name in ("info", "measure", "capabilities"):
        commands.choices[name].add_argument("--json", action="store_true", help="print JSON")
    return parser


def _command(commands: Any, name: str, run: Callable, meaning: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=meaning, description=meaning)
    parser.set_defaults(run=run)
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of seconds")
    return value


def _encode(options: argparse.Namespace) -> None:
    from inrcodec.images import load_rgb

    started = time.perf_counter()
    picture = load_rgb(options.picture)
    chosen = preset(options.preset)
    from inrcodec.fitting.encoder import encode
    from inrcodec.progress import ProgressLine

    seconds = options.seconds and max(0.1, options.seconds - (time.perf_counter() - started))
    with ProgressLine() as line:
        data = encode(picture, chosen, seconds, options.seed, line.show)
    with atomic_write(options.output) as file:
        file.write(data)
    bpp = 8 * len(data) / (picture.shape[0] * picture.shape[1])
    elapsed = time.perf_counter() - started
    print(f"{options.output}: {len(data)} bytes, {bpp:.3f} bpp, {elapsed:.1f} s", file=sys.stderr)


def _decode(options: argparse.Namespace) -> None:
    from inrcodec.decoding.decoder import decode
    from inrcodec.images import save

    save(decode(options.file.read_bytes()), options.output)


def _info(options: argparse.Namespace) -> None:
    from inrcodec.bitstream.container import parse

    layout = parse(options.file.read_bytes())
    facts = {
        "width": layout.width,
        "height": layout.height,
        "channels": layout.channels,
        "bits": layout.bits,
        "representation": layout.representation.name,
        **asdict(layout.representation),
        "header_bytes": layout.header_bytes,
        "payload_bytes": len(layout.payload),
        "file_bytes": layout.file_bytes,
        "bpp": 8 * layout.file_bytes / (layout.width * layout.height),
    }
    _print(facts, options.json)


def _measure(options: argparse.Namespace) -> None:
    from inrcodec.decoding.any_format import decode_any
    from inrcodec.images import load_rgb
    from inrcodec.metrics.measure import score

    original, data = load_rgb(options.original), options.file.read_bytes()
    started = time.perf_counter()
    decoded = decode_any(data)
    decode_s = time.perf_counter() - started
    _print(score(original, decoded, len(data)) | {"decode_s": decode_s}, options.json)


def _capabilities(options: argparse.Namespace) -> None:
    from inrcodec.capabilities import capabilities, describe

    facts = capabilities()
    print(json.dumps(facts, indent=2) if options.json else describe(facts))


def _print(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts))
        return
    for key, value in facts.items():
        print(f"{key:<16} {value:.4f}" if isinstance(value, float) else f"{key:<16} {value}")

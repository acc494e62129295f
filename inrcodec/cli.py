"""The command line `inrcodec`."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.files import InputError, atomic_write
from inrcodec.fitting.presets import PRESETS

EXAMPLES = """examples:
  inrcodec encode picture.png picture.inr
  inrcodec encode picture.png picture.inr --preset small --seconds 60
  inrcodec decode picture.inr decoded.png
  inrcodec decode picture.inr larger.png --scale 2.5
  inrcodec decode picture.inr detail.png --region 100,50,320,200
  inrcodec measure picture.png picture.inr --json
  curl -s https://example.org/picture.inr | inrcodec decode - - > decoded.png

presets:
{presets}

exit codes: 0 done; 1 bad input or failure, one line says which; 2 wrong usage; 130 interrupted
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
    presets = "\n".join(f"  {name:<10}{item.meaning}" for name, item in PRESETS.items())
    parser = argparse.ArgumentParser(
        prog="inrcodec",
        description="Pictures as small neural networks: encode, decode, measure. A file named - is a standard stream.",
        epilog=EXAMPLES.format(presets=presets),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    encode = _command(commands, "encode", _encode, "fit a picture and write it as .inr")
    encode.add_argument("picture")
    encode.add_argument("output")
    encode.add_argument("--preset", choices=list(PRESETS), default="tutorial", help="see inrcodec --help")
    encode.add_argument("--seconds", type=_positive, help="take this long in all, instead of the preset's steps")
    encode.add_argument("--seed", type=int, default=0, help="of initial parameters and batches (default 0)")
    decode = _command(commands, "decode", _decode, "write the picture of an .inr file")
    decode.add_argument("file")
    decode.add_argument("output", help="any picture format that Pillow writes, by its suffix; PNG for -")
    sizes = decode.add_mutually_exclusive_group()
    sizes.add_argument("--size", type=_size, metavar="WxH", help="decode at this size, whatever the picture's own")
    sizes.add_argument("--scale", type=_positive, metavar="S", help="decode at S times the picture's size")
    decode.add_argument("--region", type=_region, metavar="X,Y,W,H", help="only this part, in decoded pixels")
    decode.add_argument("--no-limits", action="store_true", help="for trusted files beyond the limits on size and work")
    info = _command(commands, "info", _info, "show what an .inr file says of itself")
    info.add_argument("file")
    measure = _command(commands, "measure", _measure, "score a coded file against its 8-bit original")
    measure.add_argument("original")
    measure.add_argument("file", help=".inr or any classical picture file")
    _command(commands, "capabilities", _capabilities, "show what this machine can do")
    for name in ("encode", "info", "measure", "capabilities"):
        commands.choices[name].add_argument("--json", action="store_true", help="print JSON")
    return parser


def _command(commands: Any, name: str, run: Callable, meaning: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=meaning, description=meaning)
    parser.set_defaults(run=run)
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = map(int, text.split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not WIDTHxHEIGHT") from None
    return width, height


def _region(text: str) -> tuple[int, int, int, int]:
    try:
        x, y, width, height = map(int, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not X,Y,WIDTH,HEIGHT") from None
    return x, y, width, height


def _encode(options: argparse.Namespace) -> None:
    from inrcodec import api
    from inrcodec.images import load

    started = time.perf_counter()
    picture = load(sys.stdin.buffer if options.picture == "-" else options.picture)
    import inrcodec.fitting.encoder  # noqa: F401
    from inrcodec.progress import FitLine

    # Reading the picture and importing torch, which the line above does, count too.
    seconds = options.seconds and max(0.1, options.seconds - (time.perf_counter() - started))
    with FitLine() as line:
        data = api.encode(picture, preset=options.preset, seconds=seconds, seed=options.seed, on_progress=line.show)
    _write(options.output, data)
    facts = {
        "file_bytes": len(data),
        "bpp": 8 * len(data) / (picture.shape[0] * picture.shape[1]),
        "encode_s": time.perf_counter() - started,
    }
    if options.json:
        print(json.dumps(facts), file=sys.stderr if options.output == "-" else sys.stdout)
    else:
        summary = "{file_bytes} bytes, {bpp:.3f} bpp, {encode_s:.1f} s".format(**facts)
        print(f"{options.output}: {summary}", file=sys.stderr)


def _decode(options: argparse.Namespace) -> None:
    from inrcodec import api
    from inrcodec.decoding.decoder import Limits
    from inrcodec.images import save, write
    from inrcodec.progress import ShareLine

    data, size = _read(options.file), options.size
    if options.scale:
        about = api.info(data)
        size = tuple(max(1, round(about[side] * options.scale)) for side in ("width", "height"))
    limits = Limits(1 << 62, 1 << 124) if options.no_limits else None
    with ShareLine("decode") as line:
        picture = api.decode(data, size=size, region=options.region, limits=limits, on_progress=line.show)
    if options.output == "-":
        write(picture, sys.stdout.buffer, "PNG")
    else:
        save(picture, options.output)


def _info(options: argparse.Namespace) -> None:
    from inrcodec import api

    _print(api.info(_read(options.file)), options.json)


def _measure(options: argparse.Namespace) -> None:
    from inrcodec.decoding.any_format import decode_any
    from inrcodec.images import load_rgb
    from inrcodec.metrics.measure import score

    original, data = load_rgb(options.original), _read(options.file)
    started = time.perf_counter()
    decoded = decode_any(data)
    decode_s = time.perf_counter() - started
    _print(score(original, decoded, len(data)) | {"decode_s": decode_s}, options.json)


def _capabilities(options: argparse.Namespace) -> None:
    from inrcodec.capabilities import capabilities, describe

    facts = capabilities()
    print(json.dumps(facts, indent=2) if options.json else describe(facts))


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _write(name: str, data: bytes) -> None:
    if name == "-":
        sys.stdout.buffer.write(data)
        return
    with atomic_write(name) as file:
        file.write(data)


def _print(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts))
        return
    for key, value in facts.items():
        print(f"{key:<16} {value:.4f}" if isinstance(value, float) else f"{key:<16} {value}")

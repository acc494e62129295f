"""What the command line `inrcodec` accepts, and what it says of itself."""

import argparse
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from inrcodec.decoding.grid import MAXIMUM_SIDE_PX
from inrcodec.files import InputError
from inrcodec.fitting.presets import EFFORT, EFFORTS, PRESETS, QUALITY, check_options

Run = Callable[[argparse.Namespace], None]

EXAMPLES = """examples:
  inrcodec encode picture.png picture.inr
  inrcodec encode picture.png picture.inr --quality 90 --effort 5
  inrcodec encode picture.png picture.inr --preset tutorial
  inrcodec decode picture.inr decoded.png
  inrcodec decode picture.inr larger.png --scale 2.5
  inrcodec decode picture.inr detail.png --region 100,50,320,200
  inrcodec measure picture.png picture.inr --json
  inrcodec html picture.inr page.html --compare picture.png
  curl -s https://example.org/picture.inr | inrcodec decode - - > decoded.png

presets:
{presets}

exit codes: 0 done; 1 bad input or failure, one line says which; 2 wrong usage; 130 interrupted; 141 nobody reads the
output any more
"""


def parser(runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """The parser of a whole command line; of what it returns, `run` is the function of the command that was named.

    Args:
        runs: what runs each command, by name.
    """
    presets = "\n".join(f"  {name:<10}{item.meaning}" for name, item in PRESETS.items())
    whole = argparse.ArgumentParser(
        prog="inrcodec",
        description="Pictures as small neural networks: encode, decode, measure. A file named - is a standard stream.",
        epilog=EXAMPLES.format(presets=presets),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = whole.add_subparsers(required=True, metavar="command")
    encode = _command(commands, "encode", runs, "fit a picture and write it as .inr")
    encode.add_argument("picture", help="in any format that Pillow reads")
    encode.add_argument("output", help="the .inr file")
    how = encode.add_argument_group("how good, how long")
    how.add_argument(
        *("-q", "--quality"),
        type=_option("quality", float),
        help=f"0 to 100 (default {QUALITY}); 90 looks like the original, 30 is a thumbnail's",
    )
    how.add_argument(
        *("-e", "--effort"),
        type=_option("effort", int),
        help=f"1 to {len(EFFORTS)} (default {EFFORT}); one more takes twice as long, and makes the file smaller",
    )
    sizes = how.add_mutually_exclusive_group()
    sizes.add_argument("--bpp", type=_option("bpp", float), help="bits per pixel wanted, instead of a quality")
    sizes.add_argument(
        "--bytes", type=_option("file_bytes", int), dest="file_bytes", metavar="N", help="size wanted, in bytes"
    )
    encode.add_argument(
        "--no-prior",
        dest="prior",
        action="store_false",
        help="short searches too begin with random networks instead of some learnt from other photographs",
    )
    encode.add_argument(
        "--preset", choices=list(PRESETS), help="one of the tutorial's networks instead: see inrcodec --help"
    )
    encode.add_argument(
        "--seconds",
        type=_option("seconds", float),
        help="search this long, instead of what effort or preset say; coding comes on top",
    )
    encode.add_argument(
        "--seed", type=_option("seed", int), default=0, help="of initial parameters and batches (default 0)"
    )
    decode = _command(commands, "decode", runs, "write the picture of an .inr file")
    decode.add_argument("file", help="an .inr file")
    decode.add_argument("output", help="any picture format that Pillow writes, by its suffix; PNG for -")
    sizes = decode.add_mutually_exclusive_group()
    sizes.add_argument("--size", type=_size, metavar="WxH", help="decode at this size, whatever the picture's own")
    sizes.add_argument("--scale", type=_scale, metavar="S", help="decode at S times the picture's size")
    decode.add_argument("--region", type=_region, metavar="X,Y,W,H", help="only this part, in decoded pixels")
    info = _command(commands, "info", runs, "show what an .inr file says of itself")
    info.add_argument("file", help="an .inr file")
    html = _command(
        commands, "html", runs, "write a page that shows an .inr file, decodes it itself and needs no network"
    )
    html.add_argument("file", help="an .inr file")
    html.add_argument("output", help="one HTML file, to be opened from disk or sent")
    html.add_argument(
        "--compare",
        metavar="ORIGINAL",
        help="show beside it the original, and of RGB of 8 bits a JPEG and a WebP as large",
    )
    measure = _command(commands, "measure", runs, "score a coded file against its original")
    measure.add_argument("original", help="the picture that was encoded")
    measure.add_argument("file", help=".inr or any other picture file")
    _command(commands, "capabilities", runs, "show what this machine can do")
    for name in ("encode", "decode", "html", "measure"):
        commands.choices[name].add_argument(
            "--no-limits", action="store_true", help="for trusted files beyond the limits on size and work"
        )
    for name in ("decode", "measure"):
        meaning = "the class behind a file that is not portable; its code is run"
        commands.choices[name].add_argument("--module", metavar="FILE.py:CLASS", help=meaning)
    for name in ("encode", "info", "measure", "capabilities"):
        commands.choices[name].add_argument("--json", action="store_true", help="print JSON")
    return whole


def _command(commands: Any, name: str, runs: Mapping[str, Run], meaning: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=meaning, description=meaning)
    command.set_defaults(run=runs[name])
    return command


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version  # As slow as all else of --help.

        print(f"inrcodec {version('inrcodec')}")
        parser.exit()


def _option(name: str, convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """The type of a command-line argument that is one of `inrcodec.fitting.presets.OPTIONS`."""

    def parse(text: str) -> Any:
        value: Any = text
        with suppress(ValueError):
            value = convert(text)
        try:
            check_options(**{name: value})
        except InputError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
        return value

    return parse


def _scale(text: str) -> float:
    with suppress(ValueError):
        if 0 < (value := float(text)) <= MAXIMUM_SIDE_PX:
            return value
    raise argparse.ArgumentTypeError(f"{text} is not a number above 0 and up to {MAXIMUM_SIDE_PX}")


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

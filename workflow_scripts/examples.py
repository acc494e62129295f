"""The files of examples/: from pictures whose licences are clear to `.inr` files, their digests and their page.

    python -m workflow_scripts.examples                    # what is missing of examples/, and its README's table
    python -m workflow_scripts.examples --originals DIR    # only the pictures they were made from
    python -m workflow_scripts.examples --scripts DIR      # only what the live figures of pages load

A file that is there is never made again: another machine's fit is another file.
"""

import argparse
import base64
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import inrcodec
from inrcodec import datasets, images, viewer
from inrcodec.files import InputError, atomic_write
from inrcodec.fitting.presets import Preset
from inrcodec.metrics.quality import psnr_db
from inrcodec.representations import Siren

FOLDER = Path(__file__).parents[1] / "examples"
TABLE = "<!-- table: python -m workflow_scripts.examples -->\n"
CC0 = "[CC0](https://creativecommons.org/publicdomain/zero/1.0/)"
PUBLIC = "public domain"


@dataclass(frozen=True)
class Example:
    """A file, and all that it takes to make it again.

    Attributes:
        picture: makes the original, (height, width, channels) uint8 or uint16.
        original: what that is, in words.
        options: of `inrcodec.encode`.
        about: what the file is an example of.
    """

    name: str
    picture: Callable[[], np.ndarray]
    original: str
    licence: str
    options: dict[str, Any]
    about: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.inr"

    @property
    def command(self) -> str:
        """What makes the file from the original: of the shell, or of Python where the shell has no option for it."""
        preset = self.options.get("preset")
        if isinstance(preset, Preset):
            siren = f"Siren({preset.representation.hidden_features}, {preset.representation.hidden_layers})"
            how = f"{siren}, {preset.bits}, {preset.fit_steps}, {preset.fine_tune_steps}"
            return f'inrcodec.encode("{self.name}.png", preset=Preset({how}, ""))'
        how = "".join(f" --{option} {value}" for option, value in self.options.items())
        return f"inrcodec encode {self.name}.png {self.name}.inr{how}"


def _packaged(image: str, max_side_px: int | None = None) -> np.ndarray:
    return datasets.shrink(datasets.load_picture({"kind": "packaged"}, image, None, Path()), max_side_px)


def _deep_grey() -> np.ndarray:
    """Sums of 2 x 2 pixels: two bits more than each has, so 8 would not do."""
    with as_file(files("skimage.data").joinpath("camera.png")) as path:
        grey = images.load(path)[..., 0].astype(np.int64)
    sums = grey[::2, ::2] + grey[1::2, ::2] + grey[::2, 1::2] + grey[1::2, 1::2]
    return ((sums * 65535 + 510) // 1020).astype(np.uint16)[..., None]


def _portrait() -> np.ndarray:
    """A face in a disc, transparent around it, with an edge that is one pixel soft."""
    side_px = 96
    face = datasets.shrink(_packaged("astronaut")[0:240, 104:344], side_px)
    places = np.arange(side_px) + 0.5 - side_px / 2
    inside_px = side_px / 2 - np.hypot(places, places[:, None])
    alpha = np.round(255 * np.clip(inside_px + 0.5, 0, 1)).astype(np.uint8)
    return np.dstack([np.where(alpha[..., None] > 0, face, 0), alpha]).astype(np.uint8)


EXAMPLES = {
    example.name: example
    for example in (
        Example(
            "chelsea",
            lambda: _packaged("chelsea"),
            "*Chelsea the cat*, Stefan van der Walt",
            CC0,
            {"preset": "tutorial"},
            "the tutorial's network: positional encoding, three sine layers of 128",
        ),
        Example(
            "cat",
            lambda: _packaged("chelsea", 144),
            "the same, shrunk to 144 x 96",
            CC0,
            {"preset": Preset(Siren(32, 3), 8, 3000, 300, "")},
            "a SIREN: three sine layers of 32 on bare coordinates, and nothing else",
        ),
        Example(
            "coffee",
            lambda: _packaged("coffee"),
            "*Coffee cup*, Rachel Michetti, by courtesy of Pikolo Espresso Bar",
            CC0,
            {},
            "a photograph with nothing else said: a pyramid of latents",
        ),
        Example(
            "coffee-small",
            lambda: _packaged("coffee"),
            "the same",
            CC0,
            {"quality": 30},
            "the same photograph as a thumbnail's worth of bytes",
        ),
        Example(
            "camera",
            _deep_grey,
            "*Camera*, Lav Varshney, sums of 2 x 2 pixels",
            CC0,
            {"quality": 85},
            "grey, 16 bits per sample",
        ),
        Example(
            "portrait",
            _portrait,
            "*Eileen Collins*, NASA, cut to a disc of 96 pixels",
            PUBLIC,
            {},
            "colour and alpha, at an icon's size",
        ),
    )
}

MEASURED_IN_PAGES = {"cat"}


def digest(samples: np.ndarray) -> str:
    """SHA-256 of a picture's samples, row by row, channels interleaved, little-endian."""
    return hashlib.sha256(samples.astype(samples.dtype.newbyteorder("<")).tobytes()).hexdigest()


def encode(example: Example) -> None:
    """Write a file from its original; a minute or two."""
    data = inrcodec.encode(example.picture(), **example.options)
    with atomic_write(example.path) as file:
        file.write(data)


def row(example: Example) -> str:
    """The file's line of the table."""
    decoded, original, facts = inrcodec.decode(example.path), example.picture(), inrcodec.info(example.path)
    height, width, _ = decoded.shape
    columns = (
        f"`{example.name}.inr`",
        example.about,
        f"{example.original}; {example.licence}",
        f"{width} x {height}",
        f"{facts['file_bytes']:,}",
        f"{facts['bpp']:.2f}",
        f"{psnr_db(original, decoded):.1f}",
        f"`{example.command}`",
    )
    return f"| {' | '.join(columns)} |\n"


def table() -> str:
    """All lines of the README's table."""
    head = "| file | what it is | original, licence | pixels | bytes | bits per pixel | dB | made by |\n"
    return head + "| --- " * 8 + "|\n" + "".join(map(row, EXAMPLES.values()))


def script(example: Example) -> str:
    """JavaScript that gives an example to the live figures of a page, also where nothing can be fetched.

    The file's bytes, and without loss the original where a figure measures against it.
    """
    given = {"file": _base64(example.path.read_bytes())}
    if example.name in MEASURED_IN_PAGES:
        picture = io.BytesIO()
        Image.fromarray(example.picture()).save(picture, "WEBP", lossless=True, quality=100, method=6)
        given["original"] = "data:image/webp;base64," + _base64(picture.getvalue())
    return f"inrLive.examples[{json.dumps(example.name)}] = {json.dumps(given)};\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def write_originals(folder: Path) -> None:
    """Every example's original as PNG."""
    for example in EXAMPLES.values():
        images.save(example.picture(), folder / f"{example.name}.png")


def write_scripts(folder: Path) -> None:
    """What the live figures load beside the code: `example-NAME.js`, and `prior-NUMBER.js` of those that need one."""
    scripts = {f"example-{example.name}.js": script(example) for example in EXAMPLES.values()}
    numbers = {inrcodec.info(example.path).get("prior") for example in EXAMPLES.values()} - {0, None}
    scripts |= {f"prior-{number}.js": viewer.prior_script(number) for number in numbers}
    for name, text in scripts.items():
        with atomic_write(folder / name) as file:
            file.write(text.encode())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--originals", type=Path, metavar="DIR")
    options.add_argument("--scripts", type=Path, metavar="DIR")
    given = options.parse_args()
    if given.originals:
        return write_originals(given.originals)
    if given.scripts:
        return write_scripts(given.scripts)
    for example in EXAMPLES.values():
        if not example.path.exists():
            print(f"{example.command} ...", flush=True)
            encode(example)
    digests = {name: digest(inrcodec.decode(example.path)) for name, example in EXAMPLES.items()}
    with atomic_write(FOLDER / "digests.json") as file:
        file.write((json.dumps(digests, indent=2) + "\n").encode())
    page = FOLDER / "README.md"
    before, mark, _ = page.read_text().partition(TABLE)
    if not mark:
        raise InputError(f"{page} has no line {TABLE.strip()}")
    with atomic_write(page) as file:
        file.write((before + mark + table()).encode())


if __name__ == "__main__":
    main()

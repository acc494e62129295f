"""The viewer in the browser: its scripts, and pages that hold one file and all that it takes to show it.

`decoder.js` decodes, `viewer.js` and `viewer.css` show; they need nothing beside each other. `page.html` is what `page`
fills in.
"""

import html
import io
import json
import math
from base64 import b64encode
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from inrcodec import priors
from inrcodec.api import decode, info
from inrcodec.baselines import classical
from inrcodec.decoding.decoder import Limits
from inrcodec.files import InputError
from inrcodec.images import write

FOLDER = Path(__file__).parent
SCRIPTS = ("decoder.js", "viewer.js")
STYLE = "viewer.css"
POSTER_SIDE_PX = 1024
"""The longest side of the copy that is seen without scripts; a whole large one would weigh more than all else."""


def page(
    data: bytes,
    compare: np.ndarray | None = None,
    name: str = "picture.inr",
    limits: Limits | None = None,
) -> str:
    """One HTML page that shows an .inr file and asks for nothing else, neither from a disk nor from a network.

    Args:
        data: the file's bytes.
        compare: the original, (height, width, channels) uint8 or uint16 as `inrcodec.images.load` gives it, to be seen
            beside the file; RGB of 8 bits also as a JPEG and a WebP whose sizes are nearest to the file's.
        name: what the page calls the file.
        limits: of decoding the copy that is seen where scripts do not run.

    Raises:
        BitstreamError: the file is damaged, not one of ours, not portable, or beyond the limits.
        InputError: the original is of another size.
    """
    facts = info(data)
    size = facts["width"], facts["height"]
    poster_size = _within(size, POSTER_SIDE_PX)
    poster = decode(data, size=None if poster_size == size else poster_size, limits=limits)
    others = [] if compare is None else _comparison(compare, size, len(data))
    scripts = [(FOLDER / script).read_text(encoding="utf-8") for script in SCRIPTS]
    if number := facts.get("prior"):
        scripts.insert(1, prior_script(number))
    example = (
        f"{{ name: {_in_script(name)}, compare: {_in_script(others)}, "
        f"file: Uint8Array.from(atob({_in_script(b64encode(data).decode())}), (sign) => sign.charCodeAt(0)) }}"
    )
    return Template((FOLDER / "page.html").read_text(encoding="utf-8")).substitute(
        name=html.escape(name),
        summary=f"{size[0]} x {size[1]} pixels in {len(data):,} bytes, {facts['bpp']:.3g} bits per pixel. "
        "The file is in this page, and so is its decoder.",
        alt=html.escape(f"The picture of {name}"),
        poster=_data_address("image/png", _png(poster)),
        width=poster.shape[1],
        height=poster.shape[0],
        style=(FOLDER / STYLE).read_text(encoding="utf-8"),
        scripts="\n".join(script.replace("</script", r"<\/script") for script in scripts),
        example=example,
    )


def prior_script(number: int) -> str:
    """A prior as the script `prior-NUMBER.js`, which adds it to the decoder in JavaScript.

    Raises:
        InputError: it is not installed.
    """
    arrays = {
        name: {"shape": array.shape, "values": array.ravel().tolist()} for name, array in priors.load(number).items()
    }
    return f"inr.addPrior({number}, {json.dumps(arrays, separators=(',', ':'))});\n"


def _within(size: tuple[int, int], longest_px: int) -> tuple[int, int]:
    share = min(1, longest_px / max(size))
    width, height = (max(1, math.floor(side * share)) for side in size)
    return width, height


def _comparison(original: np.ndarray, size: tuple[int, int], file_bytes: int) -> list[dict[str, Any]]:
    """What the viewer offers beside the file."""
    height, width, channels = original.shape
    if (width, height) != size:
        raise InputError(f"the original is {width}x{height}, the file's picture is {size[0]}x{size[1]}")
    files = [("the original, as PNG", "image/png", _png(original))]
    if channels == 3 and original.dtype == np.uint8:
        for codec in ("jpeg", "webp"):
            coded = classical.encode_to_size(codec, original, file_bytes)
            files.append((classical.CODECS[codec].title, f"image/{codec}", coded))
    return [{"label": label, "src": _data_address(kind, file), "bytes": len(file)} for label, kind, file in files]


def _png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    write(picture, file, "PNG")
    return file.getvalue()


def _data_address(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{b64encode(data).decode()}"


def _in_script(value: Any) -> str:
    """As JavaScript inside HTML, which nothing in a text can end."""
    return json.dumps(value).replace("<", r"\u003c")

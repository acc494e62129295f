"""The parts of pages that run in the reader's browser: their scripts, and the files that they show.

`<div class="inr-viewer">` becomes a viewer of examples/, with a copy of the first one's picture for readers without
scripts; `<figure class="inr-live">` a live figure.
"""

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sphinx.application import Sphinx

import inrcodec
from inrcodec import priors
from inrcodec.baselines import classical
from inrcodec.viewer import FOLDER, prior_script
from workflow_scripts import examples
from workflow_scripts.examples import EXAMPLES, Example

VIEWER = '<div class="inr-viewer">'
SCRIPTS = {VIEWER: ["decoder.js", "viewer.js", "viewer.css"], '<figure class="inr-live"': ["live.js"]}
"""What a page needs that holds such an element; live.js loads the rest when its figure is in view."""


def write(app: Sphinx) -> None:
    """Put scripts, files and what they are compared with where pages find them."""
    if app.builder.format != "html":
        return
    app.config.html_static_path += [str(file) for file in sorted(FOLDER.iterdir()) if file.suffix in {".js", ".css"}]
    static, folder = Path(app.outdir, "_static"), Path(app.outdir, "examples")
    for path in (static, folder):
        path.mkdir(parents=True, exist_ok=True)
    for number in [*priors.RATE_WEIGHTS, *priors.STARTS]:
        (static / f"prior-{number}.js").write_text(prior_script(number))
    examples.write_scripts(static)
    first, *_ = EXAMPLES.values()
    for example in EXAMPLES.values():
        shutil.copy(example.path, folder)
        for name, data in _others(example).items():
            (folder / name).write_bytes(data)
    Image.fromarray(inrcodec.decode(first.path)).save(folder / "first.webp", quality=90)


def _others(example: Example) -> dict[str, bytes]:
    """Files of the same picture by name: JPEG and WebP of about as many bytes, where they can hold it."""
    original = example.picture()
    if original.dtype != np.uint8 or original.shape[2] != 3:
        return {}
    size = example.path.stat().st_size
    return {
        f"{example.name}.{classical.CODECS[codec].extension}": classical.encode_to_size(codec, original, size)
        for codec in ("jpeg", "webp")
    }


def finish(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Give a page the scripts that its parts need, and the viewer its files."""
    body = context.get("body", "")
    for element, files in SCRIPTS.items():
        for file in files if element in body else []:
            (app.add_css_file if file.endswith(".css") else app.add_js_file)(file)
    if VIEWER in body:
        context["body"] = body.replace(VIEWER, _viewer(Path(app.outdir, "examples"), "../" * page.count("/")))


def _viewer(folder: Path, root: str) -> str:
    shown = [
        {
            "name": f"{example.name}.inr ({example.about})",
            "src": f"{root}examples/{example.name}.inr",
            "compare": [
                {"label": codec.title, "src": f"{root}examples/{file.name}", "bytes": file.stat().st_size}
                for codec in (classical.CODECS["jpeg"], classical.CODECS["webp"])
                if (file := folder / f"{example.name}.{codec.extension}").exists()
            ],
        }
        for example in EXAMPLES.values()
    ]
    with Image.open(folder / "first.webp") as picture:
        width, height = picture.size
    about = re.sub(r"[*\[\]]", "", next(iter(EXAMPLES.values())).original)
    given = html.escape(json.dumps(shown))
    return (
        f'<div class="inr-viewer" data-examples="{given}" data-priors="{root}_static/" data-query>'
        f'<img src="{root}examples/first.webp" width="{width}" height="{height}" alt="{html.escape(about)}">'
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write)
    app.connect("html-page-context", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

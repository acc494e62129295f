"""Last touches to pages: what assistive technology misses in them, the scripts of those that have a live part."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
VIEWER = ROOT / "inrcodec/viewer"
LIVE = {"inr-viewer": ["decoder.js", "viewer.js", "viewer.css"], "inr-live": ["decoder.js", "live.js"]}
"""Files of the viewer's folder that an element of a class needs."""
COPIED = {"docs/tables": "tables", "examples": "examples"}
"""Folders that pages lead to, and where they lie in the site."""


def finish(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Change a page before it is written."""
    body = context.get("body", "")
    for name in LIVE:
        if f'class="{name}"' in body:
            for file in LIVE[name]:
                (app.add_css_file if file.endswith(".css") else app.add_js_file)(file)
    # What scrolls sideways must be reachable by keyboard.
    body = body.replace("<pre>", '<pre tabindex="0">')
    context["body"] = body.replace('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper')
    if "furo_navigation_tree" in context:
        # Sphinx's captions of navigation are headings without a level.
        tree = context["furo_navigation_tree"]
        context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')


def copy(app: Sphinx, error: Exception | None) -> None:
    """Put the folders that pages lead to into the site."""
    for source, target in COPIED.items():
        if error is None and app.builder.format == "html" and (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, Path(app.outdir, target), dirs_exist_ok=True)


def static(app: Sphinx, config: object) -> None:
    app.config.html_static_path += [str(path) for path in sorted(VIEWER.glob("*")) if path.suffix in {".js", ".css"}]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", static)
    app.connect("html-page-context", finish, priority=900)
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

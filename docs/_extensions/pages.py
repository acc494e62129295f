"""Last touches to pages: what assistive technology misses in them, and the tables that their numbers lead to."""

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx


def finish(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Change a page before it is written."""
    # What scrolls sideways must be reachable by keyboard.
    body = context.get("body", "").replace("<pre>", '<pre tabindex="0">')
    context["body"] = body.replace('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper')
    # Sphinx's captions of navigation are headings without a level.
    tree = context["furo_navigation_tree"]
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')


def copy_tables(app: Sphinx, error: Exception | None) -> None:
    """Put the tables into the site."""
    if error is None and app.builder.format == "html":
        shutil.copytree(Path(app.srcdir, "tables"), Path(app.outdir, "tables"), dirs_exist_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    # After the theme's own.
    app.connect("html-page-context", finish, priority=900)
    app.connect("build-finished", copy_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

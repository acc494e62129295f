"""Files of the repository that pages speak of, as pages of the site: the code as it was when these pages were made."""

import html
import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {".py": "python", ".smk": "python", ".yaml": "yaml", ".js": "javascript", ".md": "markdown", ".wat": "text"}
"""By suffix. What is none of them is offered as a download."""


def address(env: BuildEnvironment, page: str, path: Path, line: int | None = None) -> str:
    """The address of a file's page, or of a folder's, as seen from a page that then will link to it."""
    env.linked_sources.setdefault(page, set()).add(path.relative_to(ROOT).as_posix())
    anchor = f"#L-{line}" if line else ""
    return posixpath.relpath(_page(path) + ".html", posixpath.dirname(page) or ".") + anchor


def _page(path: Path) -> str:
    name = path.relative_to(ROOT).as_posix()
    return f"source/{name}/index" if path.is_dir() else f"source/{name}"


class SourceLinks(SphinxTransform):
    """Links to files and folders outside docs/ lead to pages of theirs, with the same content."""

    default_priority = 300

    def apply(self) -> None:
        page = self.env.current_document.docname
        links = (addnodes.download_reference, addnodes.pending_xref)
        for node in list(self.document.findall(lambda found: isinstance(found, links))):
            if node.get("reftype") != "myst":
                continue
            # What ends in .md is a page to MyST, and has lost its suffix.
            target = node["reftarget"] + (".md" if node.get("refdomain") == "doc" else "")
            path = Path(os.path.normpath(Path(self.env.doc2path(page)).parent / target))
            outside = path.is_relative_to(ROOT) and not path.is_relative_to(self.env.srcdir)
            if outside and (path.is_dir() or (path.suffix in LANGUAGES and path.is_file())):
                uri = address(self.env, page, path)
                node.replace_self(nodes.reference("", "", *node.children, refuri=uri, internal=True))


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    """A page of every linked file, its lines numbered, and of every linked folder, with its files."""
    linked = {ROOT / name for names in app.env.linked_sources.values() for name in names}
    folders = {path for path in linked if path.is_dir()}
    for folder in sorted(folders):
        files = sorted(path for path in folder.glob("*.py"))
        linked.update(files)
        items = "".join(f'<li><a href="{path.name}.html"><code>{path.name}</code></a></li>' for path in files)
        yield _page(folder), *_context(folder, f"<ul>{items}</ul>")
    for file in sorted(linked - folders):
        highlighted = app.builder.highlighter.highlight_block(
            file.read_text(), LANGUAGES[file.suffix], linenos="inline", lineanchors="L"
        )
        yield _page(file), *_context(file, highlighted)


def _context(path: Path, body: str) -> tuple[dict[str, str], str]:
    title = path.relative_to(ROOT).as_posix()
    return {"title": title, "body": f"<h1>{html.escape(title).replace('/', '/<wbr>')}</h1>{body}"}, "page.html"


def begin(app: Sphinx) -> None:
    if not hasattr(app.env, "linked_sources"):
        app.env.linked_sources = {}


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    env.linked_sources.pop(page, None)


def merge(app: Sphinx, env: BuildEnvironment, pages: set[str], other: BuildEnvironment) -> None:
    env.linked_sources |= {page: other.linked_sources[page] for page in pages if page in other.linked_sources}


def setup(app: Sphinx) -> dict[str, object]:
    app.add_transform(SourceLinks)
    app.connect("builder-inited", begin)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}

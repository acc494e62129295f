"""Comments of Markdown, which readers on GitHub do not see, and what the site makes of them.

* A number that is tied to a table (`workflow_scripts.documents`) is checked, and becomes a link to that table.
* A table of what code declares is checked.
* A directive, `<!--{name} arguments`, its lines, `-->`, is for the site alone: lists of pages, Python's docstrings.
"""

import re
from collections.abc import Iterator
from html import escape

from sphinx.application import Sphinx
from sphinx.util import logging

from workflow_scripts import declared, documents

logger = logging.getLogger(__name__)
FORM = "<!--= TABLE COLUMN key=value -->"
ANEW = "`make docs` writes it anew"
DIRECTIVE = re.compile(r"^<!--(\{[a-z-]+\}.*?\n.*?)^-->$", re.MULTILINE | re.DOTALL)


def read(app: Sphinx, page: str, source: list[str]) -> None:
    """Check and rewrite a page; no line moves, so that warnings name those of the file."""
    text = source[0]
    for position, mistake in mistakes(text):
        logger.warning(mistake, location=(page, text.count("\n", 0, position) + 1))
    for table in {found[3] for found in documents.TIED.finditer(text)}:
        app.env.note_dependency(documents.DOCS / f"tables/{table}.csv")
    root = "../" * page.count("/")
    text = documents.TIED.sub(lambda found: _linked(found, root), text)
    source[0] = DIRECTIVE.sub(lambda found: f"```{found[1]}```", text)


def mistakes(text: str) -> Iterator[tuple[int, str]]:
    """Every mistake in a page's comments: its place in the text, and what it is."""
    tied = list(documents.TIED.finditer(text))
    good = {found.end() for found in tied}
    for found in re.finditer(r"<!--=.*?-->", text, re.DOTALL):
        if found.end() not in good:
            yield found.start(), f"{found[0]} is not of the form {FORM}, or not behind a number"
    for found in tied:
        try:
            now = documents.rounded(documents.value(*found.groups()[2:]), found[1])
        except (ValueError, KeyError, OSError) as error:
            yield found.start(), f"{found[1]} is tied to no cell of a table: {error}"
        else:
            if now != found[1]:
                yield found.start(), f"{found[1]} is {now} in {found[3]}.csv: {ANEW}"
    for found in documents.DECLARED.finditer(text):
        if found[1] not in declared.TABLES:
            yield found.start(), f"no table is called {found[1]}, but {', '.join(declared.TABLES)}"
        elif documents.table(found[1]) != found[2]:
            yield found.start(), f"the table {found[1]} is not what the code declares: {ANEW}"


def _linked(found: re.Match[str], root: str) -> str:
    number, unit, table, column, factor, conditions = found.groups()
    asked = f"{table}.csv: {column}{f' * {factor}' if factor else ''} where {', '.join(conditions.split())}"
    # No line ends between a number and its unit.
    joined = re.sub("^ ", "\N{NO-BREAK SPACE}", unit)
    # HTML, not Markdown: answers to exercises stand in HTML blocks.
    return f'<a class="measured" href="{root}tables/{table}.csv" title="{escape(asked)}">{number}</a>{joined}'


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The tutorial's chapters: every part of the template, figures and links that exist, excerpts that are the code,
numbers that are a table's."""

import re
import textwrap
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "docs/tutorial").glob("*.md"))
PARTS = ["The question", "The idea", "The experiment", "Try it", "What goes wrong", "Summary", "Exercises"]
CODE = {path: path.read_text() for folder in ("inrcodec", "workflow_scripts") for path in (ROOT / folder).rglob("*.py")}


def without_indents(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_has_every_part_in_order(chapter):
    text = chapter.read_text()
    number = int(chapter.name.split("-")[0])
    assert text.startswith(f"# {number}. ") and "**You will learn**" in text and "**You need**" in text
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert [heading for heading in headings if heading in PARTS] == PARTS
    exercises = text[text.index("## Exercises") :]
    assert (
        len(re.findall(r"^\d\. ", exercises, flags=re.MULTILINE)) == exercises.count("<summary>Answer</summary>") == 4
    )


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_its_links_and_figures_exist(chapter):
    text = chapter.read_text()
    assert re.search(r"!\[[^\]]{20,}\]\(", text), "a figure needs words for those who do not see it"
    for link in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (chapter.parent / link).exists(), link


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_its_excerpts_are_the_code(chapter):
    text = chapter.read_text()
    code = {path: without_indents(content) for path, content in CODE.items()}
    for excerpt in re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        found = [path for path, content in code.items() if without_indents(textwrap.dedent(excerpt)) in content]
        assert found, excerpt
        assert any(str(path.relative_to(ROOT)) in text for path in found), f"no link to {found}"


# Numbers. Behind one stands, hidden from readers, where it comes from: `24.2 dB<!--= TABLE COLUMN key=value ... -->`,
# the mean of a column of docs/tables/TABLE.csv over the pictures whose rows match (spaces in values are underscores;
# `*1000` behind the column is a change of unit), or `<!-- source: ... -->`, where else it was read.

MINUS = "\N{MINUS SIGN}"
NUMBER = rf"[{MINUS}+-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
TIED = re.compile(rf"({NUMBER})([^\d<\n]{{0,20}})<!--= (\S+) ([^ *]+)(?:\*(\S+))?((?: [^ =]+=\S+)*) -->")
WITH_UNIT = re.compile(rf"{NUMBER} (?:dB|%|bytes|KiB|bpp|bits per pixel)(?!\w)(?!<!--(?:= | source: ))")


def cell(table: str, column: str, conditions: str) -> float:
    rows = pd.read_csv(ROOT / f"docs/tables/{table}.csv")
    for condition in conditions.split():
        key, value = condition.split("=", 1)
        rows = rows[
            rows[key].map(lambda found: f"{found:g}" if isinstance(found, float) else str(found).replace(" ", "_"))
            == value
        ]
    pictures = [key for key in ("dataset", "image") if key in rows]
    assert len(rows) and (len(rows) == 1 or not rows.duplicated(pictures).any()), f"{len(rows)} rows of {table} match"
    return float(rows[column].mean())


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_its_numbers_are_those_of_the_tables(chapter):
    for written, _, table, column, factor, conditions in TIED.findall(chapter.read_text()):
        digits = len(written.partition(".")[2])
        value = float(written.replace(",", "").replace(MINUS, "-"))
        found = cell(table, column, conditions) * float(factor or 1)
        assert abs(value - found) <= 0.5001 * 10**-digits, f"{written} is {found} in {table} {column}{conditions}"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_what_is_measured_says_where(chapter):
    text = re.sub(r"^```.*?^```", "", chapter.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert not WITH_UNIT.findall(text[: text.index("## Exercises")])
    assert text.count("<!--=") == len(TIED.findall(text)), "a comment that is not of the form, or not behind a number"

"""The tutorial's chapters: every part of the template, figures and links that exist, excerpts that are the code,
numbers that are a table's."""

import re
import textwrap
from pathlib import Path

import pytest

from workflow_scripts import documents

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "docs/tutorial").glob("[01]*.md"))
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


# Numbers; `workflow_scripts.documents` says how one is tied to its table. What has none says `<!-- source: ... -->`.

WITH_UNIT = re.compile(rf"{documents.NUMBER} (?:dB|%|bytes|KiB|bpp|bits per pixel)(?!\w)(?!<!--(?:= | source: ))")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.stem)
def test_what_a_page_repeats_is_what_tables_and_code_say(page):
    text = page.read_text()
    changed = set(documents.written_anew(text).splitlines()) - set(text.splitlines())
    assert not changed, "make docs writes them anew"


def test_a_number_is_written_as_the_one_before(tmp_path, monkeypatch):
    (tmp_path / "tables").mkdir()
    rows = "dataset,image,codec,step,db\nd,a,my codec,1.5,-2.04\nd,b,my codec,1.5,-3\nd,a,other,2,1234.56\n"
    (tmp_path / "tables/t.csv").write_text(rows)
    monkeypatch.setattr(documents, "DOCS", tmp_path)

    def anew(number, comment):
        return documents.written_anew(f"{number}<!--= {comment} -->").partition("<")[0]

    assert anew(f"{documents.MINUS}1.0 dB", "t db codec=my_codec") == f"{documents.MINUS}2.5 dB"
    assert anew("-.33", "t db*0.1 codec=my_codec step=1.5") == "-.25"
    assert anew("7,000", "t db step=2") == "1,235" and anew("7.00 %", "t db step=2") == "1234.56 %"
    assert anew("+1", "t db image=a codec=other") == "+1235"
    for comment in ("t db codec=none", "t db image=a"):
        with pytest.raises(ValueError, match="rows of t"):
            anew("1", comment)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_what_is_measured_says_where(chapter):
    text = re.sub(r"^```.*?^```", "", chapter.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert not WITH_UNIT.findall(text[: text.index("## Exercises")])
    assert text.count("<!--=") == len(documents.TIED.findall(text)), (
        "a comment that is not of the form, or not behind a number"
    )

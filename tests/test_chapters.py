"""The tutorial's chapters: every part of the template, figures and links that exist, excerpts that are the code."""

import re
import textwrap
from pathlib import Path

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

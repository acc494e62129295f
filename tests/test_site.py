"""The site, built by its rule and served from a subfolder as on GitHub Pages, in a real browser."""

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser import WIDTHS_PX, overflow_px, serious_findings
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted(path.stem for path in (ROOT / "docs/tutorial").glob("[01]*.md"))
PAGE_BYTES = 600 * 1024
THOROUGHLY = ["index", "tutorial/05-quantisation", "configuration", "viewer"]
"""Pages that are looked at in every width, and in the dark."""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The folder of the built site, in a folder of its own name."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "snakemake", "site", "--cores", "1", "-s", str(ROOT / "Snakefile")]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder / "build/site"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    """Where the site is served: a subfolder of a server."""
    handler = functools.partial(_Quiet, directory=site.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}"
        server.shutdown()
        thread.join()


def pages(site: Path) -> list[str]:
    """Every page by its path without suffix, and of those that show files of the repository two."""
    names = [path.relative_to(site).with_suffix("").as_posix() for path in sorted(site.rglob("*.html"))]
    shown = ["source/inrcodec/fitting/trainer.py", "source/inrcodec/operations/index"]
    assert set(shown) <= set(names)
    return [name for name in names if not name.startswith("source/")] + shown


def test_every_page_is_sound_on_a_narrow_screen(site, address, make_page):
    page = make_page(width=WIDTHS_PX[0])
    faults = {}
    for name in pages(site):
        page.goto(f"{address}/{name}.html")
        found = serious_findings(page)
        resources = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        weight = page.evaluate(f"{resources}.reduce((sum, one) => sum + one.encodedBodySize, 0)")
        faults[name] = found + [f"{overflow_px(page)} px too wide"] * bool(overflow_px(page))
        faults[name] += [f"{weight} bytes"] * (weight > PAGE_BYTES)
    assert len(faults) > 20 and not {name: found for name, found in faults.items() if found}


@pytest.mark.parametrize("width", WIDTHS_PX)
def test_pages_are_sound_in_the_dark_at_every_width(address, make_page, width):
    page = make_page(width=width, scheme="dark")
    for name in THOROUGHLY:
        page.goto(f"{address}/{name}.html")
        assert overflow_px(page) == 0, name
        assert width < max(WIDTHS_PX) or serious_findings(page) == [], name


class _Links(HTMLParser):
    """The names of a page's places, and what it links to or loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.places |= {found[key] for key in ("id", "name") if found.get(key)}
        self.links += [found["href"]] if tag == "a" and found.get("href") else []
        self.loaded += [found[key] for key in ("src", "href") if tag != "a" and found.get(key)]


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(site):
    read = {path: _Links(path.read_text()) for path in site.rglob("*.html")}
    wrong = []
    for path, found in read.items():
        wrong += [(path.name, uri) for uri in found.loaded if urlsplit(uri).netloc]
        for uri in found.links + found.loaded:
            parts = urlsplit(uri)
            if parts.scheme or parts.netloc:
                continue
            target = Path(os.path.normpath(path.parent / unquote(parts.path))) if parts.path else path
            missing = parts.fragment and target in read and unquote(parts.fragment) not in read[target].places
            if uri.startswith("/") or not target.is_file() or not target.is_relative_to(site) or missing:
                wrong.append((path.name, uri))
    assert sum(len(found.links) for found in read.values()) > 1000 and not wrong


def test_chapters_say_what_made_their_figures(site, address, make_page):
    page = make_page()
    for chapter in CHAPTERS:
        page.goto(f"{address}/tutorial/{chapter}.html")
        for figure in page.query_selector_all("article figure:not(.inr-live)"):
            name = figure.get_attribute("id").removeprefix("figure-")
            assert len(figure.query_selector("figcaption p").inner_text()) > 50
            hrefs = [link.get_attribute("href") for link in figure.query_selector_all(".legend a")]
            assert hrefs[1] == f"../source/inrcodec/figures/{name}.py.html"
            line = int(hrefs[0].removeprefix("../source/rules/figures.smk.html#L-"))
            assert f'"{name}": (' in (ROOT / "rules/figures.smk").read_text().splitlines()[line - 1]
            assert f"snakemake {name} --cores 2" in figure.inner_text()
        assert page.evaluate("[...document.querySelectorAll('article img')].every(image => image.naturalWidth > 0)")
        assert page.locator("article figcaption .legend").count() >= 1


def test_the_viewer_decodes_an_example(address, make_page):
    page = make_page()
    page.goto(f"{address}/viewer.html")
    page.wait_for_selector(".inr-viewer canvas")
    names = page.locator(".inr-examples option").all_inner_texts()
    page.locator(".inr-examples").select_option(index=next(i for i, name in enumerate(names) if name.startswith("cat")))
    page.get_by_text("2,203 bytes").first.wait_for()


def test_live_figures_find_what_they_need(site, make_page):
    page, kinds = make_page(), set()
    for chapter in CHAPTERS:
        page.goto((site / f"tutorial/{chapter}.html").as_uri())
        for figure in page.locator("figure.inr-live").all():
            figure.scroll_into_view_if_needed()
            figure.locator("canvas, svg").first.wait_for()
            assert "did not start" not in figure.inner_text()
            kinds.add(figure.get_attribute("data-live"))
    assert kinds == {"fit", "siren", "requantise", "coder", "symbol", "grids"}


def test_numbers_lead_to_their_tables(address, make_page):
    page = make_page()
    page.goto(f"{address}/tutorial/01-a-picture-is-a-function.html")
    number = page.locator("a.measured").first
    assert number.get_attribute("href") == "../tables/quantization_sweep.csv"
    assert "file_bytes where codec=middle-qat, setting=6" in number.get_attribute("title")


def test_answers_unfold_and_are_printed(address, make_page):
    page = make_page()
    page.goto(f"{address}/tutorial/01-a-picture-is-a-function.html")
    answer = page.locator("details").nth(1)

    def height():
        return answer.bounding_box()["height"] - answer.locator("summary").bounding_box()["height"]

    folded = height()
    page.emulate_media(media="print")
    assert height() > folded + 10
    assert page.evaluate("getComputedStyle(document.querySelector('.sidebar-drawer')).display") == "none"
    page.emulate_media(media="screen")
    assert height() == folded
    answer.locator("summary").click()
    assert height() > folded + 10


def test_formulas_have_their_font(site, address, make_page):
    page = make_page()
    page.goto(f"{address}/tutorial/08-against-classical-codecs.html")
    assert page.evaluate(
        "document.fonts.ready.then(fonts => [...fonts].map(font => [font.family, font.status].join()))"
    ) == ["Formulas,loaded"]
    drawn = TTFont(site / "_static/formulas.woff2").getBestCmap()
    shown = {
        sign
        for path in site.rglob("*.html")
        for formula in re.findall(r"<math.*?</math>", path.read_text(), re.DOTALL)
        for sign in re.sub(r"<[^>]*>|&\w+;|\s", "", formula)
    }
    assert {"∑", "λ"} <= shown and not {sign for sign in shown if ord(sign) not in drawn}


@pytest.mark.parametrize("where", ["server", "disk"])
def test_search_works_without_a_network(site, address, make_page, where):
    page = make_page()
    page.goto(f"{address if where == 'server' else site.as_uri()}/search.html?q=Rissanen")
    page.wait_for_selector("#search-results li")
    assert "06-entropy-coding" in page.locator("#search-results li a").first.get_attribute("href")


# One page with every mistake, line by line.
MISTAKES = {
    "# A page": None,
    "![](figures/row.png) and": "needs words for those who do not see it",
    "![A figure that nobody drew](figures/nothing.png)": "image file not readable: figures/nothing.png",
    "7.0 dB<!--= row db codec=a -->": "7.0 is 8.5 in row.csv",
    "1.0 dB<!--= row db codec=b -->": "1.0 is tied to no cell of a table: 0 rows of row.csv have codec=b",
    "1.0 dB<!--= row psnr codec=a -->": "1.0 is tied to no cell of a table: 'psnr'",
    "1.0 dB<!--= nothing db codec=a -->": "1.0 is tied to no cell of a table: ",
    "some dB<!--= row db codec=a -->": "or not behind a number",
    "<!-- declared: nothing -->\n<!-- end -->": "no table is called nothing",
    "<!-- declared: presets -->\n<!-- end -->": "the table presets is not what the code declares",
    "[a page](nothing.md)": "'nothing.md'",
    "[a module](../inrcodec/nothing.py)": "'../inrcodec/nothing.py'",
    "[a heading](#nothing)": "'nothing'",
    "$$ \\nothing $$": 'Unknown LaTeX command "\\nothing"',
}


def test_mistakes_fail_the_build_by_page_and_line(tmp_path):
    for name in ("_extensions", "_static", "conf.py"):
        (shutil.copytree if name[0] == "_" else shutil.copy)(ROOT / "docs" / name, tmp_path / "docs" / name)
    for name in ("inrcodec", "workflow_scripts", "examples", "report", "rules"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name, content in {"figures/row.png": "", "tables/row.csv": "codec,db\na,8.5\n"}.items():
        (tmp_path / "docs" / name).parent.mkdir()
        (tmp_path / "docs" / name).write_text(content)
    shutil.copy(ROOT / "docs/figures/row.png", tmp_path / "docs/figures")
    (tmp_path / "docs/index.md").write_text("\n\n".join(MISTAKES))
    command = [Path(sys.executable).parent / "sphinx-build", "-W", "--keep-going", "-n", "-q", "docs", "site"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert built.returncode == 1
    lines = built.stderr.splitlines()
    line = 1
    for text, mistake in MISTAKES.items():
        found = [said for said in lines if f"docs/index.md:{line}: " in said]
        assert any(mistake in said for said in found) if mistake else not found, (line, mistake, built.stderr)
        line += text.count("\n") + 2

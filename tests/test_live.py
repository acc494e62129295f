"""The chapters' live figures in a real browser, opened from disk: what is touched is answered, and truly."""

import gzip
import re
import shutil
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest
from browser import SCHEMES, overflow_px, serious_findings

import inrcodec
from inrcodec.metrics.quality import psnr_db
from workflow_scripts import examples

ROOT = Path(__file__).parents[1]
CODE = ROOT / "inrcodec/viewer"
CHAPTERS = {path.name[:2]: path.read_text() for path in sorted((ROOT / "docs/tutorial").glob("*.md"))}
FIGURE = re.compile(r'^<figure class="inr-live" data-live="(\w+)">\n\n(.*?)\n\n</figure>$', re.MULTILINE | re.DOTALL)
FIGURES = {kind: words for text in CHAPTERS.values() for kind, words in FIGURE.findall(text)}
QUOTED = re.compile(r"([\d,]*\.?\d+) ?\S*<!-- source: \S*live\.js -->")
"""Numbers of the static state that the live one gives, too."""


def quoted(kind: str) -> list[float]:
    return [float(number.replace(",", "")) for number in QUOTED.findall(FIGURES[kind])]


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def write_page(path: Path, kinds: Iterable[str]) -> None:
    """A page of figures as they stand in the chapters."""
    figures = "".join(f'<figure class="inr-live" data-live="{kind}"><p>{FIGURES[kind]}</p></figure>' for kind in kinds)
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Live figures</title>'
        '<meta name="viewport" content="width=device-width"><style>:root { color-scheme: light dark }</style>'
        f'<script defer src="live.js"></script><main><h1>Live figures</h1>{figures}</main>'
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A site's folder of scripts, a page for each figure, and one of them all."""
    folder = tmp_path_factory.mktemp("live")
    for name in ("live.js", "live.css", "decoder.js"):
        shutil.copy(CODE / name, folder)
    examples.write_scripts(folder)
    write_page(folder / "all.html", FIGURES)
    for kind in FIGURES:
        write_page(folder / f"{kind}.html", [kind])
    return folder


@pytest.fixture
def figure(make_page, folder):
    """A figure of a page of its own, when it has started; the page is `figure.page`."""

    def started(kind: str):
        page = make_page()
        page.goto((folder / f"{kind}.html").as_uri())
        page.wait_for_selector('[data-state="ready"]')
        return page.locator("figure")

    return started


def answer(figure) -> str:
    return figure.locator(".inr-live-answer").inner_text()


def set_slider(figure, value: int) -> None:
    """As a reader does who drags it there and lets go."""
    figure.locator("input[type=range]").evaluate(
        """(slider, value) => {
          slider.value = value;
          for (const name of ["input", "change"]) slider.dispatchEvent(new Event(name));
        }""",
        value,
    )


def fitted_db(figure) -> float:
    """The decibels of the fit that is running, when it has ended."""
    figure.locator(".inr-live-answer").filter(has_text="after 300 steps").wait_for(timeout=60_000)
    return float(re.search(r"([\d.]+) dB", answer(figure))[1])


def picture(figure, index: int = 0) -> str:
    return figure.locator("canvas").nth(index).evaluate("canvas => canvas.toDataURL()")


def test_every_kind_is_in_a_chapter():
    kinds = re.search(r"const KINDS = \{(.*?)\};", (CODE / "live.js").read_text(), re.DOTALL)[1]
    assert set(re.findall(r"^    (\w+)(?:,|:)", kinds, re.MULTILINE)) == set(FIGURES)
    assert all(len(words) > 100 for words in FIGURES.values()), "what a figure says without script"


def test_it_is_small():
    assert len(gzip.compress((CODE / "live.js").read_bytes(), 9)) < 12 * 1024


def test_waves_of_the_right_speed_fit_better(figure):
    siren = figure("siren")
    found = []
    for omega in (1, 20, 100):
        set_slider(siren, omega)
        siren.locator(".inr-live-answer").filter(has_text=f"ω = {omega}:").wait_for()
        found.append(fitted_db(siren))
    assert found[1] > found[0] + 5 and found[1] > found[2] + 5
    assert found == pytest.approx(quoted("siren"), abs=0.3)
    assert siren.locator("polyline").count() == 3


def test_a_fit_begins_and_stops_when_the_reader_says_so(figure):
    fit = figure("fit")
    before = picture(fit, 1)
    assert answer(fit) == "Not fitted yet." and fit.locator("input").count() == 0
    button = fit.get_by_role("button")
    button.press("Enter")
    fit.locator("polyline").wait_for()
    button.press("Enter")
    assert answer(fit) == "Stopped." and picture(fit, 1) != before
    # Its omega is that of the best of the three.
    assert quoted("fit") == [max(quoted("siren"))]


def test_fewer_bits_are_fewer_decibels_and_bytes(figure):
    requantise = figure("requantise")
    slider = requantise.get_by_role("slider")
    results = {}
    for bits in range(8, 1, -1):
        assert slider.get_attribute("aria-valuetext") == str(bits)
        db, size = numbers(answer(requantise))
        results[bits] = (db, size, picture(requantise))
        slider.press("ArrowLeft")
    assert all(results[bits][:2] < results[bits + 1][:2] for bits in range(2, 8))
    assert all(results[bits][1] < results[bits + 1][1] for bits in range(2, 8))
    assert len({pixels for _, _, pixels in results.values()}) == 7
    assert [results[bits][0] for bits in (8, 6, 4)] == quoted("requantise")
    cat = examples.EXAMPLES["cat"]
    assert results[8][0] == pytest.approx(psnr_db(cat.picture(), inrcodec.decode(cat.path)), abs=0.05)
    # All that is not the integers: header, steps, scales, and what the models' formulas cost.
    assert 0 < cat.path.stat().st_size - results[8][1] < 300


def decoded(digits: str, count: int, letters: dict[str, int]) -> str:
    """What digits behind the point stand for, in exact fractions."""
    place = Fraction(int(digits or "0", 2), 2 ** len(digits))
    message = ""
    while len(message) < count:
        below = Fraction(0)
        for letter, parts in letters.items():
            share = Fraction(parts, 64)
            if place < below + share:
                message += letter
                place = (place - below) / share
                break
            below += share
    return message


MESSAGES = ["", "E", "R", "RRRRRRRRRRRR", "            ", "SENATOR", "TEA AT NOON", "ONE TREASON"]


def test_the_range_coder_is_exact(figure):
    page = figure("coder").page
    letters = page.evaluate("inrLive.coder.letters")
    assert len(letters) == 8 and sum(letters.values()) == 64
    for message in MESSAGES:
        *ends, digits, back, ideal = page.evaluate(
            """message => {
              const { low, width, whole, digits } = inrLive.coder.encode(message);
              const back = inrLive.coder.decode(digits, message.length);
              return [low, width, whole].map(String).concat([digits, back, inrLive.coder.ideal(message)]);
            }""",
            message,
        )
        low, width, whole = map(int, ends)
        low, high = Fraction(low, whole), Fraction(low + width, whole)
        step = Fraction(1, 2 ** len(digits))
        written = int(digits or "0", 2) * step
        assert low <= written and written + step <= high, "whatever follows the digits stays in the interval"
        # Fewer digits would not do: the next number of one less begins or ends outside.
        first = -(-low // (2 * step)) * 2 * step
        assert not digits or first + 2 * step > high
        assert ideal <= len(digits) < ideal + 2
        assert back == message == decoded(digits, len(message), letters)
        assert 2 ** float(-ideal) == pytest.approx(float(high - low))


def test_a_message_is_typed_and_the_interval_shrinks(figure):
    coder = figure("coder")
    assert "9 letters in 25 bits" in answer(coder) and "25 are written" in FIGURES["coder"]
    box = coder.get_by_role("textbox")
    box.fill("")
    lengths = []
    for letter in "rats!":
        box.press(letter)
        lengths.append(numbers(answer(coder)))
    assert box.input_value() == "RATS" and "“RATS”" in answer(coder)
    assert [count for count, _ in lengths] == [1, 2, 3, 4, 4]
    assert [bits for _, bits in lengths[:4]] == sorted(bits for _, bits in lengths[:4])
    box.fill("RSRSRSRSR")
    assert numbers(answer(coder))[1] > 27


def test_a_grid_is_switched_off_and_on(figure):
    grids = figure("grids")
    whole, all_bytes = picture(grids), numbers(answer(grids))[0]
    finest, *others = grids.get_by_role("checkbox").all()
    assert len(others) == 6
    finest.press("Space")
    left, db = numbers(answer(grids))
    assert picture(grids) != whole
    assert [all_bytes, all_bytes - left, db] == quoted("grids")
    # The latents are nearly all of the file.
    size = examples.EXAMPLES["coffee"].path.stat().st_size
    assert 0.95 * size < all_bytes < size
    finest.press("Space")
    assert picture(grids) == whole and numbers(answer(grids)) == [all_bytes]


def test_a_weight_has_a_hand_in_every_pixel_and_a_latent_is_local(figure):
    symbol = figure("symbol")
    assert numbers(answer(symbol)) == quoted("symbol")
    set_slider(symbol, 0)
    assert numbers(answer(symbol)) == [0, 0]
    unchanged = [picture(symbol, index) for index in (0, 2)]
    set_slider(symbol, -40)
    network, pyramid = numbers(answer(symbol))
    assert network > 50 and 0 < pyramid < 2
    assert all(picture(symbol, index) != before for index, before in zip((0, 2), unchanged, strict=True))
    before = answer(symbol)
    symbol.get_by_role("button").press("Enter")
    assert answer(symbol) != before


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_phone_shows_all_and_readers_of_screens_hear_it(make_page, folder, scheme):
    page = make_page(width=360, scheme=scheme)
    page.goto((folder / "all.html").as_uri())
    for kind in FIGURES:
        page.locator(f'[data-live="{kind}"]').scroll_into_view_if_needed()
        page.wait_for_selector(f'[data-live="{kind}"][data-state="ready"]')
    assert overflow_px(page) == 0 and page.faults == []
    assert serious_findings(page) == []
    # axe-core fetches style sheets, which a page from disk may not.
    page.faults.clear()


def test_what_is_missing_is_said_and_the_sentence_stays(make_page, folder, tmp_path):
    for name in ("grids.html", "live.js", "live.css"):
        shutil.copy(folder / name, tmp_path)
    page = make_page()
    page.goto((tmp_path / "grids.html").as_uri())
    found = page.locator("figure")
    found.get_by_text("did not start: decoder.js could not be loaded").wait_for()
    assert "A grid switched off" in found.inner_text()
    page.faults.clear()

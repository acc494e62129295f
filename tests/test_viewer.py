"""The viewer in a real browser: what the page shows are the decoder's pixels, and every way to move about it works."""

import gzip
import io
import json
import re
import zlib
from base64 import b64decode, b64encode
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from browser import SCHEMES, WIDTHS_PX, overflow_px, serious_findings
from PIL import Image
from variants import coded

from inrcodec import decode, info
from inrcodec.baselines import classical
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.cli import main
from inrcodec.files import InputError
from inrcodec.images import save
from inrcodec.viewer import FOLDER, page, prior_script

GOLDEN = Path(__file__).parent / "golden"
DIGESTS = json.loads((GOLDEN / "digests.json").read_text())
FUNCTION = (GOLDEN / "positional_sine.inr").read_bytes()
PYRAMID = (GOLDEN / "pyramid_uniform.inr").read_bytes()
READY = ".inr-status:has-text('first seen')"
EMBEDDING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page with a viewer</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="viewer.css"><script src="decoder.js"></script><script src="viewer.js"></script></head>
<body style="margin: 0"><main><h1>A page</h1>
<div class="inr-viewer" data-query data-priors="." data-examples='EXAMPLES'></div></main></body></html>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder as a site would have it: the viewer, files, a page that embeds them. Returns the folder."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("decoder.js", "viewer.js", "viewer.css"):
        (folder / name).write_bytes((FOLDER / name).read_bytes())
    for name in ("positional_sine", "pyramid_uniform", "reject_truncated"):
        (folder / f"{name}.inr").write_bytes((GOLDEN / f"{name}.inr").read_bytes())
    examples = [{"name": name, "src": f"{name}.inr"} for name in ("positional_sine", "pyramid_uniform")]
    (folder / "index.html").write_text(EMBEDDING.replace("EXAMPLES", json.dumps(examples)))
    return folder


@pytest.fixture(scope="module")
def address(site):
    """The site behind a server."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_page(make_page, tmp_path):
    """Write the self-contained page of a file, open it from disk and wait until the picture is there."""

    def opened(data: bytes, compare=None, cores: int = 2, **options):
        path = tmp_path / "page.html"
        # The viewer within reach of `view`.
        path.write_text(
            page(data, compare=compare).replace("inr.viewer(document", "window.viewer = inr.viewer(document")
        )
        made = make_page(**{"width": 800, "height": 700} | options)
        made.add_init_script(f"Object.defineProperty(navigator, 'hardwareConcurrency', {{ value: {cores} }})")
        made.goto(path.as_uri())
        made.wait_for_selector(READY)
        return made

    return opened


def after(page, action):
    """Do something that changes what is seen, and wait until all of it is."""
    action()
    page.evaluate(
        """async () => {
          // A frame for what changes sizes, one to plan, one to draw.
          for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
          const viewer = document.querySelector('.inr-viewer');
          while (viewer.ariaBusy) {
            await new Promise((done, failed) => {
              viewer.addEventListener('inr-settled', done, { once: true });
              setTimeout(() => failed(new Error(document.querySelector('.inr-status').textContent)), 15000);
            });
          }
        }"""
    )


def press(page, *keys):
    page.focus(".inr-canvas")
    for key in keys:
        page.keyboard.press(key)


def canvas(page, name="inr-canvas") -> np.ndarray:
    """What a canvas holds, (height, width, 3)."""
    address = page.evaluate(f"() => document.querySelector('.{name}').toDataURL('image/png')")
    return np.asarray(Image.open(io.BytesIO(b64decode(address.partition(",")[2]))).convert("RGB"))


def zoom(page) -> float:
    return float(page.inner_text(".inr-level")[1:].replace(",", ""))


def view(page) -> dict[str, float]:
    """Where the window lies, in pixels of the whole picture at the window's resolution."""
    names = ["virtualWidth", "virtualHeight", "left", "top", "width", "height"]
    return page.evaluate("(names) => Object.fromEntries(names.map((name) => [name, viewer.view[name]]))", names)


def expected(page, data: bytes) -> np.ndarray:
    """What the canvas is to hold where the picture covers it: the Python decoder's samples."""
    now = view(page)
    size = now["virtualWidth"], now["virtualHeight"]
    left, top = max(now["left"], 0), max(now["top"], 0)
    shown = min(now["width"], size[0]), min(now["height"], size[1])
    return decode(data, size=size, region=(left, top, *shown))


def inner_part(shown: np.ndarray, width: int, height: int) -> np.ndarray:
    """The picture in the middle of a canvas that is larger."""
    top, left = (shown.shape[0] - height) // 2, (shown.shape[1] - width) // 2
    return shown[top : top + height, left : left + width]


def drop(page, name: str, data: bytes):
    page.evaluate(
        """([name, data]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))], name));
          document.querySelector('.inr-stage').dispatchEvent(
            new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }""",
        [name, b64encode(data).decode()],
    )


# The decoder, in the page.


def test_golden_files_decode_in_the_page_or_are_refused_in_the_formats_words(make_page, site):
    shown = make_page()
    shown.goto((site / "index.html").as_uri())
    found = shown.evaluate(
        """async (files) => {
          const found = {};
          for (const [name, data] of Object.entries(files)) {
            try {
              const samples = inr.parse(Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))).samples();
              const digest = await crypto.subtle.digest('SHA-256', samples);
              found[name] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
            } catch (error) {
              found[name] = error instanceof inr.Refused ? error.message : `fault: ${error.stack}`;
            }
          }
          return found;
        }""",
        {name: b64encode((GOLDEN / name).read_bytes()).decode() for name in DIGESTS},
    )
    expected = {name: digest.get("samples_sha256") or refusal(name) for name, digest in DIGESTS.items()}
    # Why words are invalid is the range coder's business.
    found = {name: re.sub(r"(invalid words) \(.*\)", r"\1", text) for name, text in found.items()}
    assert found == expected and len(found) > 200


def refusal(name: str) -> str:
    with pytest.raises(BitstreamError) as refused:
        decode((GOLDEN / name).read_bytes())
    return re.sub(r"(invalid words) \(.*\)", r"\1", str(refused.value))


# One page that holds it all.


def test_the_page_of_a_file_opens_from_disk_and_asks_for_nothing(make_page, tmp_path):
    (tmp_path / "<b>&'x.inr").write_bytes(FUNCTION)
    save(decode(FUNCTION), tmp_path / "original.png")
    output = tmp_path / "page.html"
    arguments = ["html", str(tmp_path / "<b>&'x.inr"), str(output), "--compare", str(tmp_path / "original.png")]
    assert main(arguments) == 0
    shown = make_page(offline=True)
    asked = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(output.as_uri())
    shown.wait_for_selector(READY)
    assert shown.inner_text("h1") == "<b>&'x.inr"
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [output.as_uri()]
    after(shown, lambda: press(shown, "1"))
    assert np.array_equal(inner_part(canvas(shown), 17, 13), decode(FUNCTION))


def test_the_page_shows_its_picture_without_script(make_page, tmp_path):
    (tmp_path / "page.html").write_text(page(FUNCTION))
    shown = make_page(java_script_enabled=False)
    shown.goto((tmp_path / "page.html").as_uri())
    assert shown.locator("img").get_attribute("alt") == "The picture of picture.inr"
    assert shown.locator("img").bounding_box()["width"] == 17
    assert "With JavaScript" in shown.inner_text("noscript")
    poster = re.search(r'<img src="data:image/png;base64,([^"]+)', page(FUNCTION))[1]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(b64decode(poster)))), decode(FUNCTION))


def test_the_copy_of_a_large_picture_is_smaller():
    data = bytearray(FUNCTION[:-4])
    assert data[5] == 17
    data[5:6] = b"\x80\x10"  # 2,048 columns
    large = bytes(data) + zlib.crc32(data).to_bytes(4, "little")
    assert info(large)["width"] == 2048
    assert 'width="1024"' in page(large)


def test_a_page_brings_the_prior_of_its_file(open_page):
    """A file under prior 2, of the pyramid's networks alone: all latents are what an empty payload gives."""
    data = with_prior()
    shown = open_page(data)
    assert "prior 2" in shown.inner_text(".inr-facts")
    after(shown, lambda: press(shown, "1"))
    assert np.array_equal(inner_part(canvas(shown), 40, 24), decode(data))


def with_prior() -> bytes:
    from inrcodec.api import encode

    rows, columns = np.mgrid[:24, :40]
    return encode(
        np.stack([6 * columns, 9 * rows, 4 * (rows + columns)], axis=2).astype(np.uint8), effort=1, seconds=0.1
    )


def test_scripts_and_style_stay_small():
    names = ("decoder.js", "viewer.js", "viewer.css")
    assert len(gzip.compress(b"".join((FOLDER / name).read_bytes() for name in names))) < 40 * 1024


# The command.


def test_the_command_refuses_before_the_work_and_writes_nothing(tmp_path, capsys):
    (tmp_path / "x.inr").write_bytes(FUNCTION)
    (tmp_path / "x.html").write_bytes(FUNCTION)
    (tmp_path / "bad.inr").write_bytes((GOLDEN / "reject_truncated.inr").read_bytes())
    save(np.zeros((5, 7, 3), np.uint8), tmp_path / "other.png")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for arguments, message in [
        (["x.inr", "new.inr"], "is named as a picture, a page is not written there"),
        (["x.inr", "other.png"], "is named as a picture, a page is not written there"),
        (["x.html", "x.html"], "is the input too"),
        (["x.inr", "none/page.html"], "no folder"),
        (["bad.inr", "page.html"], "checksum"),
        (["x.inr", "page.html", "--compare", "other.png"], "the original is 7x5, the file's picture is 17x13"),
        (["none.inr", "page.html"], "No such file"),
    ]:
        places = [argument if argument.startswith("--") else str(tmp_path / argument) for argument in arguments]
        assert main(["html", *places]) == 1
        line = capsys.readouterr().err
        assert message in line and line.count("\n") == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_comparisons_are_as_large_as_the_file(photograph):
    sizes = {codec: len(classical.encode_to_size(codec, photograph, 900)) for codec in ("jpeg", "webp")}
    assert all(abs(size - 900) < 60 for size in sizes.values()), sizes
    assert len(classical.encode_to_size("jpeg", photograph, 1)) == len(classical.encode("jpeg", photograph, 1))
    with pytest.raises(InputError, match="the original is 48x32"):
        page(FUNCTION, compare=photograph)


# Moving about.


def test_the_keyboard_alone_drives_the_viewer(open_page):
    shown = open_page(FUNCTION)
    for _ in range(9):
        shown.keyboard.press("Tab")
        if shown.evaluate("() => document.activeElement.className") == "inr-canvas":
            break
    keys = shown.keyboard
    after(shown, lambda: keys.press("1"))
    assert zoom(shown) == 1
    after(shown, lambda: keys.press("+"))
    after(shown, lambda: keys.press("="))
    assert zoom(shown) == 4
    assert np.array_equal(inner_part(canvas(shown), 68, 52), decode(FUNCTION, size=(68, 52)))
    after(shown, lambda: keys.press("-"))
    assert zoom(shown) == 2
    after(shown, lambda: keys.press("0"))
    whole = canvas(shown)
    after(shown, lambda: [keys.press("+") for _ in range(4)])
    before = canvas(shown)
    after(shown, lambda: keys.press("ArrowRight"))
    # An eighth of the shorter side, to the pixel.
    step = round(min(before.shape[:2]) / 8)
    assert np.array_equal(canvas(shown)[:, :-step], before[:, step:])
    after(shown, lambda: [keys.press("ArrowDown"), keys.press("ArrowLeft")])
    assert np.array_equal(canvas(shown)[:-step], before[step:])
    after(shown, lambda: keys.press("0"))
    assert np.array_equal(canvas(shown), whole)
    # The divider, the looks and the parts take the keys that such elements take.
    shown.focus(".inr-looks input:checked")
    after(shown, lambda: keys.press("ArrowRight"))
    assert shown.input_value(".inr-looks input:checked") == "pixels"


def test_the_wheel_zooms_where_the_pointer_is_and_gives_the_page_its_own_back(open_page):
    shown = open_page(FUNCTION)
    box = shown.locator(".inr-canvas").bounding_box()
    fitted, place = zoom(shown), (box["x"] + 200, box["y"] + 150)
    shown.mouse.move(*place)
    there = under(shown, 200, 150)
    after(shown, lambda: [shown.mouse.wheel(0, -100) for _ in range(8)])
    assert zoom(shown) > 4 * fitted
    assert under(shown, 200, 150) == pytest.approx(there, abs=8 / view(shown)["virtualWidth"])
    assert np.array_equal(canvas(shown), expected(shown, FUNCTION))
    after(shown, lambda: [shown.mouse.wheel(0, 100) for _ in range(8)])
    assert zoom(shown) == fitted
    after(shown, lambda: shown.set_viewport_size({"width": 800, "height": 300}))
    shown.mouse.move(box["x"] + 200, box["y"] + 100)
    after(shown, lambda: shown.mouse.wheel(0, 5000))
    assert zoom(shown) == 1 and shown.evaluate("() => scrollY") == 0
    shown.evaluate("() => { window.next = new Promise((done) => addEventListener('scroll', done, { once: true })); }")
    shown.mouse.wheel(0, 100)
    shown.evaluate("() => window.next.then(() => undefined)")


def under(page, x: int, y: int) -> tuple[float, float]:
    """Which place of the picture, 0 to 1, is under one of the canvas."""
    now = view(page)
    return (now["left"] + x) / now["virtualWidth"], (now["top"] + y) / now["virtualHeight"]


def test_a_drag_moves_the_picture_with_the_pointer(open_page):
    shown = open_page(FUNCTION)
    after(shown, lambda: press(shown, "+", "+"))
    before = canvas(shown)
    box = shown.locator(".inr-canvas").bounding_box()
    x, y = box["x"] + 300, box["y"] + 200

    def drag():
        shown.mouse.move(x, y)
        shown.mouse.down()
        shown.mouse.move(x - 30, y - 10)
        shown.mouse.move(x - 90, y - 40)
        shown.mouse.up()

    after(shown, drag)
    assert np.array_equal(canvas(shown)[:-40, :-90], before[40:, 90:])


def test_two_fingers_zoom(open_page):
    shown = open_page(FUNCTION, has_touch=True)
    box, before = shown.locator(".inr-canvas").bounding_box(), zoom(shown)
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = partial(shown.context.new_cdp_session(shown).send, "Input.dispatchTouchEvent")

    def fingers(apart):
        return [{"x": middle[0] + side * apart, "y": middle[1], "id": index} for index, side in enumerate((-1, 1))]

    def pinch():
        touch({"type": "touchStart", "touchPoints": fingers(40)})
        touch({"type": "touchMove", "touchPoints": fingers(80)})
        touch({"type": "touchMove", "touchPoints": fingers(120)})
        touch({"type": "touchEnd", "touchPoints": []})

    after(shown, pinch)
    assert zoom(shown) == pytest.approx(3 * before, rel=0.05)


def test_the_deepest_zoom_is_exact_and_no_dearer(open_page):
    shown = open_page(FUNCTION)
    after(shown, lambda: press(shown, *["+"] * 20))
    assert zoom(shown) == round(2**20 / 17)
    now = view(shown)
    assert (now["virtualWidth"], now["virtualHeight"]) == (2**20, round(13 * 2**20 / 17))
    assert np.array_equal(canvas(shown), expected(shown, FUNCTION))
    took = re.search(r"in ([\d,]+) ms", shown.inner_text(".inr-status"))[1]
    # A second would be much; that it takes no hours is what is tested.
    assert int(took.replace(",", "")) < 10_000


def test_work_that_is_no_longer_wanted_is_not_shown(open_page):
    """Looks change from frame to frame, tiles of the last one on their way from four workers."""
    data = coded(features=128)
    shown = open_page(data, cores=5)

    def flicker():
        shown.evaluate(
            """async () => {
              for (let turn = 0; turn < 12; turn++) {
                document.querySelector(`.inr-looks input[value=${turn % 2 ? 'pixels' : 'function'}]`).click();
                await new Promise(requestAnimationFrame);
              }
            }"""
        )

    after(shown, flicker)
    native, now = decode(data), view(shown)
    rows, columns = (
        ((np.arange(now[side]) + 0.5) * own / now[side]).astype(int)
        for side, own in (("virtualHeight", native.shape[0]), ("virtualWidth", native.shape[1]))
    )
    assert np.array_equal(inner_part(canvas(shown), len(columns), len(rows)), native[rows][:, columns])


def test_what_is_between_the_pixels(open_page):
    shown = open_page(FUNCTION)
    after(shown, lambda: press(shown, "1", "+", "+", "+"))
    native = decode(FUNCTION)
    assert np.array_equal(inner_part(canvas(shown), 136, 104), decode(FUNCTION, size=(136, 104)))
    after(shown, lambda: shown.check(".inr-looks input[value=pixels]", force=True))
    assert np.array_equal(inner_part(canvas(shown), 136, 104), native.repeat(8, axis=0).repeat(8, axis=1))
    after(shown, lambda: shown.check(".inr-looks input[value=bicubic]", force=True))
    reference = np.asarray(Image.fromarray(native).resize((136, 104), Image.Resampling.BICUBIC)).astype(int)
    # Pillow rounds twice, and has other ideas of what lies beyond an edge.
    inner = (slice(16, -16), slice(16, -16))
    assert np.abs(inner_part(canvas(shown), 136, 104)[inner] - reference[inner]).max() <= 1


def test_latents_are_interpolated_as_the_format_says(open_page):
    shown = open_page(PYRAMID)
    assert shown.is_disabled(".inr-looks input[value=function]")
    facts = info(PYRAMID)
    after(shown, lambda: press(shown, "1", "+", "+"))
    size = 4 * facts["width"], 4 * facts["height"]
    assert np.array_equal(inner_part(canvas(shown), *size), decode(PYRAMID, size=size))
    after(shown, lambda: shown.check(".inr-looks input[value=pixels]", force=True))
    assert np.array_equal(inner_part(canvas(shown), *size), decode(PYRAMID).repeat(4, axis=0).repeat(4, axis=1))


# Beside others, and what it is made of.


def test_side_by_side_with_a_divider(open_page, tmp_path):
    original = 255 - decode(FUNCTION)
    shown = open_page(FUNCTION, compare=original)
    options = shown.locator(".inr-compare option").all_inner_texts()
    assert [text.partition(",")[0] for text in options] == ["nothing", "the original", "JPEG", "WebP"]
    assert not shown.is_visible(".inr-divider")
    after(shown, lambda: press(shown, "1"))
    shown.select_option(".inr-compare select", index=1)
    shown.wait_for_selector(".inr-tag-other:has-text('the original')")
    assert shown.inner_text(".inr-tag") == f".inr, {len(FUNCTION)} bytes"
    assert np.array_equal(inner_part(canvas(shown, "inr-other"), 17, 13), original)
    shown.focus(".inr-divider input")
    shown.keyboard.press("Home")
    assert clipped(shown) == "0%"
    for _ in range(4):
        shown.keyboard.press("ArrowRight")
    assert clipped(shown) == "2%"
    assert zoom(shown) == 1
    # It follows the view.
    after(shown, lambda: press(shown, "+"))
    assert inner_part(canvas(shown, "inr-other"), 34, 26).std() > 0


def clipped(page) -> str:
    path = page.evaluate("() => getComputedStyle(document.querySelector('.inr-other')).clipPath")
    return re.fullmatch(r"inset\(0px 0px 0px ([\d.]+%)\)", path)[1]


def test_where_each_byte_goes(open_page):
    shown = open_page(FUNCTION)
    names = shown.locator(".inr-part").all_inner_texts()
    spent = [int(text.split()[0].replace(",", "")) for text in shown.locator(".inr-bytes").all_inner_texts()]
    assert [name.split()[0] for name in names][:3] == ["header", "weight0", "bias0"]
    assert abs(sum(spent) - len(FUNCTION)) <= len(spent) / 2
    assert f"{info(FUNCTION)['parameters']}" in shown.inner_text(".inr-facts")
    shown.locator(".inr-parts button").nth(1).press("Enter")
    assert shown.inner_text(".inr-integers h2") == "The integers of bias0"
    assert "4 integers" in shown.inner_text(".inr-integers figcaption")
    assert shown.locator(".inr-parts button[aria-pressed=true]").count() == 1


def test_grids_show_their_latents_and_bits(open_page):
    shown = open_page(PYRAMID)
    shown.locator(".inr-parts button", has_text="grid0").click()
    shown.wait_for_selector(".inr-integers figure:nth-child(3)")
    latents = shown.evaluate("() => document.querySelector('.inr-integers canvas').toDataURL()")
    facts = info(PYRAMID)
    assert Image.open(io.BytesIO(b64decode(latents.partition(",")[2]))).size == (facts["width"], facts["height"])


# Files from elsewhere.


def test_files_are_dropped_chosen_and_refused_and_the_viewer_stays_usable(open_page, tmp_path):
    shown = open_page(FUNCTION)
    after(shown, lambda: press(shown, "1"))
    for name in ("reject_magic.inr", "reject_truncated.inr", "reject_siren_uniform_version_2.inr", "reject_prior.inr"):
        drop(shown, name, (GOLDEN / name).read_bytes())
        shown.wait_for_selector(f".inr-bad:has-text('{name}')")
        assert shown.inner_text(".inr-status") == f"{name}: {refusal(name)}"
    after(shown, lambda: press(shown, "+"))
    assert np.array_equal(inner_part(canvas(shown), 34, 26), decode(FUNCTION, size=(34, 26)))
    other = GOLDEN / "siren_sine.inr"
    shown.set_input_files("input[type=file]", other)
    shown.wait_for_selector(".inr-status:has-text('siren_sine.inr: read')")
    after(shown, lambda: press(shown, "1"))
    assert np.array_equal(inner_part(canvas(shown), 17, 13), decode(other.read_bytes()))


def test_pictures_of_odd_shapes(open_page):
    shown = open_page(FUNCTION)
    for name in ("one_pixel", "one_column", "rgb_1", "pyramid_one_level", "one_row", "pyramid_one_row", "deep_4"):
        data = (GOLDEN / f"{name}.inr").read_bytes()
        drop(shown, name, data)
        shown.wait_for_selector(f".inr-status:has-text('{name}: read')")
        facts = info(data)
        if facts["sample_bits"] == 8 and facts["channels"] % 2 and zoom(shown) >= 1:
            picture = np.broadcast_to(samples := expected(shown, data), (*samples.shape[:2], 3))
            assert np.array_equal(inner_part(canvas(shown), picture.shape[1], picture.shape[0]), picture), name
        after(shown, lambda: press(shown, "+", "+", "ArrowRight", "-"))
        assert not shown.locator(".inr-bad").count()


def test_what_is_too_large_is_refused_and_functions_of_any_size_are_shown(open_page):
    shown = open_page(FUNCTION)
    latents = resized(PYRAMID, b"\x80\x80\x04", b"\x80\x80\x04")
    drop(shown, "large.inr", latents)
    shown.wait_for_selector(".inr-bad:has-text('limits')")
    assert "expected at most 33554432 pixels, found 4294967296" in shown.inner_text(".inr-status")
    drop(shown, "vast.inr", resized(FUNCTION, b"\x80\x80\x20", b"\x80\x80\x20"))
    shown.wait_for_selector(".inr-status:has-text('vast.inr: read')")
    assert shown.inner_text(".inr-facts").count("524288") == 2
    shown.evaluate(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new ArrayBuffer(2 ** 26 + 1)], 'film.mp4'));
          const drop = new DragEvent('drop', { dataTransfer: transfer, bubbles: true });
          document.querySelector('.inr-stage').dispatchEvent(drop);
        }"""
    )
    shown.wait_for_selector(".inr-bad:has-text('film.mp4: 67,108,865 bytes, files of up to')")


def resized(data: bytes, width: bytes, height: bytes) -> bytes:
    """A file of another size, both sides given as they are written; those of the file take a byte each."""
    changed = data[:5] + width + height + data[7:-4]
    return changed + zlib.crc32(changed).to_bytes(4, "little")


def test_examples_of_a_site(make_page, address):
    shown = make_page(width=800, height=700)
    shown.goto(address)
    shown.wait_for_selector(READY)
    shown.select_option(".inr-examples", "pyramid_uniform")
    shown.wait_for_selector(".inr-status:has-text('pyramid_uniform: read')")
    assert "pyramid" in shown.inner_text(".inr-facts")


def test_a_site_loads_the_prior_of_a_file(make_page, address, site):
    data = with_prior()
    (site / "photograph.inr").write_bytes(data)
    shown = make_page(width=800, height=700)
    shown.goto(f"{address}?file=photograph.inr")
    # The browser says in its console that there is no such script.
    shown.wait_for_selector(".inr-bad:has-text('prior-')")
    shown.faults.clear()
    (site / f"prior-{info(data)['prior']}.js").write_text(prior_script(info(data)["prior"]))
    drop(shown, "again.inr", data)
    shown.wait_for_selector(READY)
    after(shown, lambda: press(shown, "1"))
    assert np.array_equal(inner_part(canvas(shown), 40, 24), decode(data))


def test_the_address_names_a_file_beside_the_page_and_no_other(make_page, address):
    shown = make_page(width=800, height=700)
    shown.goto(f"{address}?file=pyramid_uniform.inr")
    shown.wait_for_selector(".inr-status:has-text('pyramid_uniform.inr: read')")
    asked = []
    shown.on("request", lambda request: asked.append(request.url))
    places = "https://example.org/x.inr //example.org/x.inr /x.inr \\\\example.org/x.inr data:,x %09//example.org/x.inr"
    for elsewhere in places.split():
        shown.goto(f"{address}?file={elsewhere}")
        shown.wait_for_selector(".inr-bad:has-text('is not a relative address')")
    assert not [url for url in asked if "x.inr" in url and "?file=" not in url]


def test_from_disk_an_embedding_page_says_why_it_cannot_load_examples(make_page, site):
    shown = make_page(width=800, height=700)
    shown.goto((site / "index.html").as_uri())
    shown.wait_for_selector(".inr-bad:has-text('opened from disk')")
    drop(shown, "mine.inr", FUNCTION)
    shown.wait_for_selector(".inr-status:has-text('mine.inr: read')")


# For everyone.


@pytest.mark.parametrize("scheme", SCHEMES)
def test_accessible_and_within_the_window(open_page, scheme):
    shown = open_page(FUNCTION, compare=decode(FUNCTION), scheme=scheme, width=1280)
    shown.select_option(".inr-compare select", index=2)
    for width in WIDTHS_PX:
        shown.set_viewport_size({"width": width, "height": 800})
        assert overflow_px(shown) == 0
        assert serious_findings(shown) == []
    sizes = shown.evaluate(
        """() => [...document.querySelectorAll('.inr-viewer :is(button, select, .inr-file, .inr-looks span)')]
          .filter((each) => each.offsetParent).map((each) => [each.offsetWidth, each.offsetHeight])"""
    )
    assert len(sizes) > 10 and np.min(sizes) >= 44

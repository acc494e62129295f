"""The viewer in Chromium: milliseconds from a file's bytes to what is seen of them.

    python benchmarks/viewer.py a.inr b.inr

For every file, in a window in which a picture of 3 : 2 takes 768 x 512 pixels: until something is seen, until all is,
and how long a view at sixteen times the size takes. Prints a Markdown table of medians, and beside each the least.
"""

import argparse
import platform
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from inrcodec import info
from inrcodec.threads import core_count
from inrcodec.viewer import page

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser import ARGUMENTS, CHROMIUM

RUNS = 7
SIZE = {"width": 817, "height": 800}
"""Of the window; its margins take the rest."""
ZOOM = """async () => {
  const [viewer] = document.getElementsByClassName('inr-viewer');
  const canvas = document.querySelector('.inr-canvas');
  const zoomed = new Promise((done) => viewer.addEventListener('inr-settled', ({ detail }) => done(detail.tookMs)));
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const place = { clientX: left + width / 2, clientY: top + height / 2 };
  canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: -500 * Math.log(16), ...place }));
  return zoomed;
}"""
HEAR = "addEventListener('inr-ready', ({ detail }) => { window.ready = detail; }, true)"


def times_ms(shown: Page, path: Path) -> list[float]:
    """Until the file is read, something is seen, all is seen; then of the zoomed view."""
    shown.goto(path.as_uri())
    shown.wait_for_selector(".inr-status:has-text('first seen')")
    ready = shown.evaluate("() => window.ready")
    return [ready["parseMs"], ready["firstMs"], ready["wholeMs"], shown.evaluate(ZOOM)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    print(f"{platform.machine()}, {core_count()} cores, {RUNS} runs: median (least) ms\n")
    print("| file | multiply-adds per pixel | read | first seen | all seen | view at x16 |")
    print("| --- | --- | --- | --- | --- | --- |")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        shown = chromium.new_page(viewport=SIZE)
        shown.add_init_script(HEAR)
        for file in options.files:
            path = Path(folder) / "page.html"
            path.write_text(page(file.read_bytes(), name=file.name))
            runs = [times_ms(shown, path) for _ in range(RUNS)]
            cells = [f"{statistics.median(column):.0f} ({min(column):.0f})" for column in zip(*runs, strict=True)]
            facts = info(file)
            print(
                f"| {file.name}, {facts['width']} x {facts['height']} | {facts['parameters']} | {' | '.join(cells)} |"
            )
        chromium.close()


if __name__ == "__main__":
    main()

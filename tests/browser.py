"""A real Chromium for tests of pages: one per session, and pages that write down whatever goes wrong in them."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    # Of its own accord a browser asks its maker's servers for updates and lists.
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
]
LOCAL = {"127.0.0.1", "localhost"}
LOCAL_SCHEMES = {"file", "data", "blob", "about"}
WIDTHS_PX = (360, 768, 1280)
SCHEMES = ("light", "dark")

MakePage = Callable[..., Any]
"""Makes a page: `make(width=1280, height=800, scheme="light", **context options of Playwright)`."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running Chromium (a Playwright `Browser`), the system's own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def make_page(browser) -> Iterator[MakePage]:
    """Makes pages, each in a context of its own.

    Whatever goes wrong in one is a line of its list `page.faults`: errors and warnings of the console, uncaught errors,
    requests that failed, requests to other machines. What is left in a list when the test ends fails the test; one that
    expects a fault clears the list.
    """
    made: list[Any] = []

    def make(width: int = 1280, height: int = 800, scheme: str = "light", **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **options)
        page = context.new_page()
        page.faults = _watch(page)
        page.set_default_timeout(15_000)
        made.append(page)
        return page

    yield make
    faults = [fault for page in made for fault in page.faults]
    for page in made:
        page.context.close()
    if faults:
        pytest.fail("\n".join(faults))


def _watch(page: Any) -> list[str]:
    faults: list[str] = []

    def on_console(message: Any) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"console {message.type}: {message.text}")

    def on_request(request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in LOCAL_SCHEMES and address.hostname not in LOCAL:
            faults.append(f"foreign request: {request.url}")

    def on_failure(request: Any) -> None:
        # What a page had not loaded when it was left, such as its icon, is no failure.
        if request.failure != "net::ERR_ABORTED":
            faults.append(f"failed request: {request.url} ({request.failure})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"uncaught: {error}"))
    page.on("request", on_request)
    page.on("requestfailed", on_failure)
    return faults


def overflow_px(page: Any) -> int:
    """How many pixels the page is wider than its window; 0 is right."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def serious_findings(page: Any, within: str | None = None) -> list[str]:
    """What axe-core calls critical or serious, as `rule: nodes`.

    Args:
        within: a selector of the part that is looked at; None is the whole page.
    """
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=within).response["violations"]
    return [
        f"{one['id']}: {'; '.join(str(node['target']) for node in one['nodes'])}"
        for one in found
        if one["impact"] in ("critical", "serious")
    ]

"""The documentation site in a browser: `.ci/steps/site` builds it, and names its folder in STUDYDECK_SITE."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import BROWSER, DESKTOP, MISSING, PHONE, PageMonitor, browser

SITE = Path(os.environ.get("STUDYDECK_SITE", ""))

pytestmark = [
    pytest.mark.skipif("STUDYDECK_SITE" not in os.environ, reason="the site is built by .ci/steps/site"),
    pytest.mark.skipif(BROWSER is None, reason=MISSING),
    pytest.mark.browser,
]


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name in the base class
        """Print nothing."""


def problems(chromium: Browser, host: str, pages: list[str], theme: Literal["light", "dark"]) -> Iterator[str]:
    """Open pages at both widths; yield what they log, requests to other hosts or without an answer, and overflow."""
    context = chromium.new_context(color_scheme=theme)
    monitor = PageMonitor(context.new_page())
    monitor.page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    failed: list[str] = []
    for name in pages:
        monitor.page.goto(f"{host}/{name}")
        for width, height in (PHONE, DESKTOP):
            monitor.page.set_viewport_size({"width": width, "height": height})
            yield from (f"{name}, {theme}, {width}: {problem}" for problem in layout_problems(monitor.page, theme))
        foreign = [url for url in monitor.requests if not url.startswith((host, "data:", "blob:", "about:"))]
        yield from (f"{name}, {theme}: {problem}" for problem in [*monitor.messages, *failed, *foreign])
        for seen in (monitor.messages, monitor.requests, failed):
            seen.clear()
    context.close()


def layout_problems(page: Page, theme: str) -> list[str]:
    """Return what is wrong with the page as it is shown: its colours, its width, a picture that is not there."""
    background = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    broken = page.evaluate("[...document.images].filter(image => !image.naturalWidth).map(image => image.src)")
    found = [f"missing picture {source}" for source in broken]
    if (sum(background[:3]) < 300) != (theme == "dark"):
        found.append(f"the background is {background}")
    return [*found, f"{width} px too wide"] if width > 0 else found


@pytest.fixture
def host() -> Iterator[str]:
    """Serve the site, and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(SITE))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_every_page_opens_without_a_problem(host: str) -> None:
    """Each page fits a phone and a desktop in light and dark, logs no error, and asks no other host for anything."""
    pages = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if path.name != "404.html")
    assert len(pages) > 30
    with browser() as chromium:
        found = [*problems(chromium, host, pages, "light"), *problems(chromium, host, pages, "dark")]
    assert found == []


def test_the_search_finds_a_setting(host: str) -> None:
    """A word of a generated page is found, without a request to another host."""
    with browser() as chromium:
        monitor = PageMonitor(chromium.new_page(), f"{host}/index.html")
        monitor.page.goto(monitor.url)
        monitor.page.keyboard.press("/")
        monitor.page.locator("input:focus").fill("exclude-tags")  # which waits until the search is open
        monitor.page.wait_for_selector("a[href*='deck-toml.html']:has(mark)")
        assert [url for url in monitor.requests if not url.startswith((host, "data:", "blob:"))] == []

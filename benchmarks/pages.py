"""The preview of a large deck in Chromium: main-thread work until it is open, searches, and the size of the page."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import shapes
from benchmarks.measure import ROOT, cost
from benchmarks.tables import Target, table

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CARDS, FEWER_CARDS = 20_000, 2_000
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPEN_TARGET, _SEARCH_TARGET, _GROWTH_TARGET = 2.0, 33.3, 1.05  # two frames of a screen are 33 ms
_WORDS = ("s", "st", "sto", "stor", "storage", "storage buffer", "zzz")
_ROUNDS = 3
# Types into the search field, and waits until the frame with the result is drawn.
_SEARCH = """word => {
  const search = document.getElementById("search");
  search.value = word;
  search.dispatchEvent(new Event("input", { bubbles: true }));
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
}"""


def measure(scratch: Path) -> tuple[list[str], list[Target]]:
    """Write previews of two sizes, and open them; return the lines of the page and the targets."""
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if program is None:
        return ["Not measured: there is no Chromium on this machine."], []
    sizes = {}
    rows = []
    opened, longest = 0.0, 0.0
    for cards in (FEWER_CARDS, CARDS):
        notes = shapes.plain(scratch / f"preview-{cards}", cards)
        page = _page(notes)
        note_bytes = sum(path.stat().st_size for path in notes.glob("*.md"))
        sizes[cards] = page.stat().st_size / note_bytes
        with _chromium(program) as browser:
            works, searches = zip(*(_open_and_search(browser, page) for _ in range(_ROUNDS)), strict=True)
        opened, longest = median(works), median(max(times) for times in searches)
        rows.append(
            (
                f"{cards:,}",
                f"{page.stat().st_size / 1e6:.1f} MB",
                f"{sizes[cards]:.1f}",
                f"{opened:.2f} s",
                f"{median(times for each in searches for times in each):.0f} ms",
                f"{longest:.0f} ms",
            )
        )
    heads = (
        "cards, about",
        "page",
        "bytes for each of the notes",
        "main thread until open",
        "search",
        "longest search",
    )
    targets = [
        Target(f"preview of {CARDS:,} cards, main-thread work until it is open", _OPEN_TARGET, opened, "s"),
        Target(
            f"preview of {CARDS:,} cards, main-thread work for the longest search: two frames",
            _SEARCH_TARGET,
            longest,
            "ms",
        ),
        Target(
            f"bytes of the page for each of the notes, {CARDS:,} cards / {FEWER_CARDS:,}",
            _GROWTH_TARGET,
            sizes[CARDS] / sizes[FEWER_CARDS],
        ),
    ]
    return [*table(heads, rows)], targets


def _page(notes: Path) -> Path:
    """Write the preview of some notes, and return its path."""
    out = notes / "out"
    cost(sys.executable, ROOT / "build_deck.py", "preview", "--notes", notes, "--out", out, "--quiet")
    return next(out.glob("*.html"))


@contextmanager
def _chromium(program: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def _open_and_search(browser: Browser, page: Path) -> tuple[float, list[float]]:
    """Return the seconds that the main thread works until a page is open, and the milliseconds for each search in it.

    They are processor time of that thread, with layout and drawing, so that other work on the machine adds little.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    tab.set_default_timeout(0)  # however slow the machine is
    session = context.new_cdp_session(tab)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
        return float(metrics["TaskDuration"])

    tab.goto(page.as_uri())
    tab.wait_for_selector(".row")
    opened = worked()
    tab.wait_for_timeout(1_000)  # it prepares the search while it is idle
    searches = []
    for word in _WORDS:
        before = worked()
        tab.evaluate(_SEARCH, word)
        searches.append((worked() - before) * 1_000)
    context.close()
    return opened, searches

"""The preview of `watch` in a real browser: after a save the page shows the new text and keeps its state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import BROWSER, MISSING, browser, open_page
from tests.support.watching import TEA, watching

pytestmark = [pytest.mark.skipif(BROWSER is None, reason=MISSING), pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield one browser for the tests of this module."""
    with browser() as started:
        yield started


def test_a_save_updates_the_card_and_keeps_the_page_state(chromium: Browser, tmp_path: Path) -> None:
    """The page reloads with the same card, side, search and filter; broken notes do not change it."""
    with watching(tmp_path, preview=True) as folder_watch, open_page(chromium, folder_watch.address()) as monitor:
        page = monitor.page
        card = page.frame_locator("#card").locator("#qa")
        page.locator("#search").fill("leaves left")
        page.locator("#kind").select_option("pair/Forwards")
        page.locator("#rows [data-card]").first.click()
        page.locator("#flip").click()
        expect(card).to_contain_text("half brown")
        address = page.url
        folder_watch.tea.write_bytes(b"# Tea \xff")
        folder_watch.wait_for("^nothing was written")
        expect(card).to_contain_text("half brown")
        folder_watch.tea.write_text(TEA.replace("half brown", "partly brown"), "utf-8")
        folder_watch.wait_for("^tea.md: ")
        expect(card).to_contain_text("partly brown")
        assert page.url == address
        assert page.locator("#search").input_value() == "leaves left"
        assert page.locator("#kind").input_value() == "pair/Forwards"
        assert page.locator("#rows [data-card]").count() == 1
        assert monitor.messages == []
        assert {url.split("#")[0] for url in monitor.requests if not url.startswith("data:")} == {
            folder_watch.address(),
            f"{folder_watch.address()}events",
        }

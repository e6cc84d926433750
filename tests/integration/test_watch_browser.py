"""The preview of `watch` in a real browser: a save is on the card at once, and the reader stays where they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import BROWSER, MISSING, browser, watched
from tests.support.watching import TEA, watching

pytestmark = [pytest.mark.skipif(BROWSER is None, reason=MISSING), pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start one browser for these tests."""
    with browser() as started:
        yield started


def test_a_save_is_on_the_card_and_the_reader_stays(chromium: Browser, tmp_path: Path) -> None:
    """The page comes anew with card, answer, search and filter as they were; while notes are broken it stays."""
    with watching(tmp_path, preview=True) as notes, watched(chromium, notes.address()) as looked:
        page = looked.page
        card = page.frame_locator("#card").locator("#qa")
        page.locator("#search").fill("leaves left")
        page.locator("#kind").select_option("pair/Forwards")
        page.locator("#rows [data-card]").first.click()
        page.locator("#flip").click()
        expect(card).to_contain_text("half brown")
        address = page.url
        notes.tea.write_bytes(b"# Tea \xff")
        notes.until("^nothing was written")
        expect(card).to_contain_text("half brown")
        notes.tea.write_text(TEA.replace("half brown", "partly brown"), "utf-8")
        notes.until("^tea.md: ")
        expect(card).to_contain_text("partly brown")
        assert page.url == address
        assert page.locator("#search").input_value() == "leaves left"
        assert page.locator("#kind").input_value() == "pair/Forwards"
        assert page.locator("#rows [data-card]").count() == 1
        assert looked.fingerprint == []
        assert {one.split("#")[0] for one in looked.content_digest if not one.startswith("data:")} == {
            notes.address(),
            f"{notes.address()}events",
        }

"""The preview in a real browser: turning cards, search, filters, themes and keys, without errors or requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, FrameLocator, expect

from studydeck.identity import ledger as ledger_file
from studydeck.model.anki import FIELDS, Row
from studydeck.pipeline import Built
from studydeck.preview.server import PreviewServer
from tests.support.browser import BROWSER, DESKTOP, MISSING, PHONE, PageMonitor, browser, open_page
from tests.support.pipeline import build_notes, rebuild
from tests.support.preview import page_of

pytestmark = [pytest.mark.skipif(BROWSER is None, reason=MISSING), pytest.mark.browser]

CLOUDS = """# Weather

## Clouds

- **Cirrus**: thin cloud of ice crystals.
- **Stratus**: low, grey, even layer.
- **Cumulus**: white heap with a flat base.

## Résumé

- **Élan vital**: $E = m c^2$
"""
SEAS = """# Seas

The deepest ocean is the **Pacific**, says [a page](https://example.org/pacific).

| Sea | Long answer |
| --- | --- |
| Baltic | LONG |
| Aral | It dried up |
""".replace("LONG", " ".join(f"word{number}" for number in range(70)))
HOSTILE = """# Hostile </script><script>document.title = "owned"</script>

- **<img src=x onerror="document.title='owned'">**: </script><script>document.title = "owned"</script> <!--
- **Link**: [away](https://example.org/away) ![tracker](https://example.org/pixel.png)
"""
NEW = "- **Nimbus**: dark cloud of rain.\n\n## Résumé"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield one browser for all tests of this module."""
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a deck that was released, then edited."""
    texts = {"clouds.md": CLOUDS, "hostile.md": HOSTILE, "seas.md": SEAS}
    edited = texts | {"clouds.md": CLOUDS.replace("thin cloud", "thin, high cloud").replace("## Résumé", NEW)}
    path = tmp_path_factory.mktemp("preview") / "page.html"
    path.write_text(page_of(rebuild(released(build_notes(texts)), edited)), "utf-8")
    return path


def released(built: Built) -> Built:
    """Return a build as after its first release."""
    notes = tuple(replace(note, since="1.0.0") for note in built.ledger.notes)
    ledger = replace(built.ledger, release=("1.0.0", max(note.changed for note in notes)), notes=notes)
    return replace(built, ledger=ledger, ledger_text=ledger_file.to_text(ledger))


@pytest.fixture
def desktop(chromium: Browser, page: Path) -> Iterator[PageMonitor]:
    """Yield the page in a desktop window; afterwards check that it made no request and logged nothing."""
    with open_page(chromium, page, DESKTOP) as monitor:
        yield monitor
        assert monitor.violations() == []


@pytest.fixture
def phone(chromium: Browser, page: Path) -> Iterator[PageMonitor]:
    """Yield the page in a dark phone window; afterwards check that it made no request and logged nothing."""
    with open_page(chromium, page, PHONE, "dark") as monitor:
        yield monitor
        assert monitor.violations() == []


def card(monitor: PageMonitor) -> FrameLocator:
    """Return the frame of the card."""
    return monitor.page.frame_locator("#card")


def select_card(monitor: PageMonitor, text: str) -> None:
    """Select the first listed card with this text in its question."""
    monitor.page.locator(".row", has=monitor.page.locator(".asks", has_text=text)).first.click()


def test_a_card_turns_by_click_button_and_key(desktop: PageMonitor) -> None:
    """A card turns on a click inside it, on the button, and on Space and Enter."""
    select_card(desktop, "Stratus")
    answer = card(desktop).locator("#answer + .face")
    expect(answer).to_have_count(0)
    card(desktop).locator(".term").click()
    expect(answer).to_contain_text("low, grey, even layer")
    desktop.page.keyboard.press("Space")
    expect(answer).to_have_count(0)
    desktop.page.click("#flip")
    expect(answer).to_have_count(1)
    desktop.page.focus("#list")
    desktop.page.keyboard.press("Enter")
    expect(answer).to_have_count(0)


def test_keys_select_cards(desktop: PageMonitor) -> None:
    """Keys select the next, previous and last card, open search and help; the list marks the selected card."""
    selected = desktop.page.locator(".row[aria-selected=true]")
    select_card(desktop, "Cirrus")
    before = selected.get_attribute("id")
    for key, back in (("j", "k"), ("ArrowDown", "ArrowUp"), ("ArrowRight", "ArrowLeft")):
        desktop.page.keyboard.press(key)
        expect(selected).not_to_have_attribute("id", before or "")
        desktop.page.keyboard.press(back)
        expect(selected).to_have_attribute("id", before or "")
    desktop.page.keyboard.press("End")
    expect(desktop.page.locator("#next")).to_be_disabled()
    name = selected.get_attribute("id")
    expect(desktop.page.locator("#list")).to_have_attribute("aria-activedescendant", name or "")
    desktop.page.keyboard.press("/")
    expect(desktop.page.locator("#search")).to_be_focused()
    desktop.page.keyboard.type("j?t")
    expect(desktop.page.locator("#search")).to_have_value("j?t")
    desktop.page.keyboard.press("Escape")
    desktop.page.keyboard.press("Escape")
    desktop.page.keyboard.press("?")
    expect(desktop.page.locator("#help")).to_be_visible()
    desktop.page.keyboard.press("Escape")
    expect(desktop.page.locator("#help")).to_be_hidden()


def test_search_ignores_case_and_accents(desktop: PageMonitor) -> None:
    """All words must occur in question, answer, heading or tag; matches are counted, and the search can be cleared."""
    rows, count = desktop.page.locator(".row"), desktop.page.locator("#count")
    everything = count.inner_text()
    for words in ("elan VITAL", "RESUME elan", "heap flat CUMULUS"):
        desktop.page.fill("#search", words)
        expect(rows.first).to_be_visible()
        assert 1 <= rows.count() <= 2
        expect(count).to_have_text(re.compile(rf"^{rows.count()} of "))
    desktop.page.fill("#search", "nothing of this kind")
    expect(desktop.page.locator("#nothing")).to_be_visible()
    desktop.page.click("#clear")
    expect(count).to_have_text(everything)


def test_only_the_visible_part_of_a_long_list_exists(chromium: Browser, tmp_path: Path) -> None:
    """A deck of hundreds of cards has as few elements as one of twenty, wherever it is scrolled to, and in a search."""
    lines = "".join(f"- **Term{number}**: the thing of number {number}\n" for number in range(500))
    path = tmp_path / "page.html"
    path.write_text(page_of(build_notes({"terms.md": f"# Terms\n\n{lines}"})), "utf-8")
    with open_page(chromium, path, DESKTOP) as monitor:
        page = monitor.page
        every = page.locator("#count").inner_text().removesuffix(" cards")
        assert int(every.replace(",", "")) >= 500
        page.focus("#list")
        for key in ("Home", "End", "PageUp"):
            page.keyboard.press(key)
            assert 0 < page.locator(".row").count() < 40
            assert page.locator("*").count() < 600
        page.fill("#search", "thing")
        expect(page.locator("#count")).to_have_text(f"{every} of {every} cards")
        assert page.locator(".row").count() < 40
        assert monitor.violations() == []


def test_filters_select_kind_file_section_and_state(desktop: PageMonitor) -> None:
    """Each filter shows only matching cards."""
    rows = desktop.page.locator(".row")
    desktop.page.select_option("#kind", "pair/Backwards")
    assert {icon.get_attribute("aria-label") for icon in desktop.page.locator(".sign").all()} == {"Backwards"}
    desktop.page.select_option("#kind", "")
    desktop.page.click("#sections button:has-text('seas.md')")
    assert all("seas" in (head.inner_text()).lower() for head in desktop.page.locator("#list .head").all())
    desktop.page.click("#sections button:has-text('All files')")
    desktop.page.select_option("#state", "new")
    assert {question.inner_text() for question in desktop.page.locator(".asks").all()} >= {"Nimbus"}
    assert set(desktop.page.locator(".row .mark.new").all_inner_texts()) == {"new"}
    desktop.page.select_option("#state", "changed")
    expect(rows.first).to_contain_text("Cirrus")
    assert rows.count() == desktop.page.locator(".row .mark.changed").count()


def test_diagnostics_are_shown_with_their_card(desktop: PageMonitor) -> None:
    """A diagnostic is marked in the list, shown below its card, and linked from the panel; the source has its line."""
    desktop.page.select_option("#state", "problems")
    assert (
        desktop.page.locator(".row").count() == desktop.page.locator(".row [role=img][aria-label*=problem]").count() > 0
    )
    desktop.page.click("#clear")
    desktop.page.click("#problems-open")
    item = desktop.page.locator("#problems li", has_text="overlong-answer")
    item.locator("button").click()
    expect(desktop.page.locator("#problems")).to_be_hidden()
    expect(desktop.page.locator("#doubts")).to_contain_text("overlong-answer")
    expect(card(desktop).locator(".term")).to_have_text("Baltic")
    expect(desktop.page.locator("#source")).to_have_text("seas.md:7")
    expect(desktop.page.locator("#source")).to_have_attribute("href", "../notes/seas.md")


def test_the_address_keeps_the_card(desktop: PageMonitor) -> None:
    """The address contains the selected card; opening it shows the card, whatever the filters were."""
    select_card(desktop, "Cumulus")
    address = desktop.page.evaluate("location.hash")
    assert re.fullmatch(r"#[a-z2-7]{16}-0", address)
    desktop.page.fill("#search", "baltic")
    desktop.page.reload()
    expect(card(desktop).locator(".term")).to_have_text("Cumulus")
    expect(desktop.page.locator(".row[aria-selected=true]")).to_contain_text("Cumulus")


def test_theme_and_device_apply_to_the_card(desktop: PageMonitor) -> None:
    """Dark mode and phone size apply to page and card as in Anki, and are kept after a reload."""
    body = card(desktop).locator("body")
    light = body.evaluate("body => getComputedStyle(body).backgroundColor")
    desktop.page.keyboard.press("t")
    expect(body).to_have_class(re.compile(r"\bnightMode night_mode\b"))
    assert body.evaluate("body => getComputedStyle(body).backgroundColor") != light
    desktop.page.click("#device")
    expect(desktop.page.locator("#card")).to_have_css("width", "410px")
    desktop.page.reload()
    expect(desktop.page.locator("#theme")).to_have_attribute("aria-pressed", "true")
    expect(desktop.page.locator("#device")).to_have_attribute("aria-pressed", "true")


def test_formulas_are_drawn_without_the_network(desktop: PageMonitor) -> None:
    """TeX is shown as MathML."""
    select_card(desktop, "Élan vital")
    desktop.page.keyboard.press("Space")
    expect(card(desktop).locator("math msup")).to_be_visible()


def test_a_phone_shows_the_list_or_the_card(phone: PageMonitor) -> None:
    """On a phone either the list or the card is visible, and nothing is too wide."""
    stage, rows = phone.page.locator("#stage"), phone.page.locator(".row")
    expect(stage).to_be_hidden()
    expect(phone.page.locator("html")).to_have_attribute("data-theme", "dark")
    select_card(phone, "Stratus")
    expect(stage).to_be_visible()
    expect(rows.first).to_be_hidden()
    phone.page.click("#flip")
    expect(card(phone).locator(".reply")).to_contain_text("low, grey")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    phone.page.click("#back")
    expect(rows.first).to_be_visible()
    phone.page.select_option("#file", label="seas.md")
    expect(phone.page.locator("#list .head").first).to_contain_text("Seas")
    select_card(phone, "Aral")
    phone.page.go_back()
    expect(rows.first).to_be_visible()


def test_hostile_notes_are_harmless(desktop: PageMonitor) -> None:
    """Scripts, handlers, trackers and script ends in notes are shown as text or removed."""
    title = desktop.page.title()
    desktop.page.click("#sections button:has-text('hostile.md')")
    for listed in desktop.page.locator(".row").all():
        listed.click()
        desktop.page.click("#flip")
    assert card(desktop).locator("script, [onerror], img").count() == 0
    assert desktop.page.title() == title


def test_links_open_in_a_new_window(chromium: Browser, page: Path) -> None:
    """A click on a link in a card opens a new window; the card stays."""
    with open_page(chromium, page) as monitor:
        monitor.page.context.route("https://example.org/**", lambda route: route.fulfill(body="there"))
        select_card(monitor, "deepest")
        with monitor.page.expect_popup() as window:
            card(monitor).locator("a[href]").first.click()
        assert window.value.url == "https://example.org/pacific"
        assert card(monitor).locator("#qa").count() == 1


ATTACK = """<script>top.document.title = "owned"</script>
<img src="https://example.org/a.png" onerror="top.document.title='owned'">
<svg onload="top.document.title='owned'"></svg><iframe src="https://example.org/b"></iframe>
<link rel="stylesheet" href="https://example.org/c.css"><meta http-equiv="refresh" content="0;url=https://example.org/d">
<video src="https://example.org/e" autoplay></video><form action="https://example.org/f"><button>go</button></form>
<a href="javascript:top.document.title='owned'" id="trap">trap</a>"""


def test_even_a_hostile_field_is_harmless(chromium: Browser, tmp_path: Path) -> None:
    """Even unsanitised HTML in a field runs nothing, loads nothing and does not navigate."""
    built = build_notes(CLOUDS)
    first, *rest = built.deck.rows
    deck = replace(built.deck, rows=(with_field(first, "Term", ATTACK), *rest))
    path = tmp_path / "attack.html"
    path.write_text(page_of(replace(built, deck=deck)), "utf-8")
    with open_page(chromium, path) as monitor:
        title = monitor.page.title()
        expect(card(monitor).locator("#trap")).to_be_visible()
        card(monitor).locator("#trap").click()
        monitor.page.wait_for_timeout(200)
        assert monitor.page.title() == title
        assert monitor.external_requests() == []


def test_a_deck_without_cards_shows_an_empty_page(chromium: Browser, tmp_path: Path) -> None:
    """A deck without cards gives a page that says so, and whose keys and buttons cause no errors."""
    path = tmp_path / "empty.html"
    path.write_text(page_of(build_notes("# Nothing\n")), "utf-8")
    with open_page(chromium, path) as monitor:
        expect(monitor.page.locator("#nothing")).to_be_visible()
        for key in ("j", " ", "t", "p", "End"):
            monitor.page.keyboard.press(key)
        monitor.page.click("#flip")
        assert monitor.violations() == []


def test_a_live_page_reloads_and_keeps_its_state(chromium: Browser) -> None:
    """A page that `watch` serves shows the next build, and keeps the card, its side and the search."""
    pages = [
        page_of(build_notes(CLOUDS), "", live=True),
        page_of(build_notes(CLOUDS.replace("grey", "leaden")), "", live=True),
    ]
    live = PreviewServer(lambda: pages[0])
    try:
        with open_page(chromium, live.address) as monitor:
            monitor.page.fill("#search", "layer stratus")
            select_card(monitor, "Stratus")
            monitor.page.keyboard.press("Space")
            expect(card(monitor).locator(".reply")).to_contain_text("grey")
            assert monitor.page.locator("#source").get_attribute("href") is None
            del pages[0]
            live.notify()
            expect(card(monitor).locator(".reply")).to_contain_text("leaden")
            expect(monitor.page.locator("#search")).to_have_value("layer stratus")
            assert {*monitor.violations()} <= {f"{live.address}events"}
    finally:
        live.close()


def with_field(select_card: Row, name: str, value: str) -> Row:
    """Return a row with another value of a field."""
    index = FIELDS[select_card.kind].index(name)
    return replace(select_card, fields=(*select_card.fields[:index], value, *select_card.fields[index + 1 :]))


def test_messages_and_requests_of_a_page_are_recorded_rejected(chromium: Browser, tmp_path: Path) -> None:
    """PageMonitor records a console message, an error, a request and a dialog."""
    path = tmp_path / "loud.html"
    path.write_text(
        '<img src="other.png"><script>console.log("hello"); alert("hey"); setTimeout(() => { throw Error("oh") })'
        "</script>",
        "utf-8",
    )
    with open_page(chromium, path) as monitor:
        monitor.page.wait_for_timeout(100)
        violations = " ".join(monitor.violations())
        assert all(word in violations for word in ("hello", "hey", "oh", "other.png"))

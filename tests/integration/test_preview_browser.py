"""The preview in a real browser: turning, finding, filtering, themes, keys; it says nothing and asks for nothing."""

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
from studydeck.preview.server import Live
from tests.support.browser import BROWSER, DESK, MISSING, PHONE, Watch, browser, watched
from tests.support.pipeline import walk, walk_on
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
    """Start one browser for all these tests."""
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a deck that was released, then edited."""
    texts = {"clouds.md": CLOUDS, "hostile.md": HOSTILE, "seas.md": SEAS}
    later = texts | {"clouds.md": CLOUDS.replace("thin cloud", "thin, high cloud").replace("## Résumé", NEW)}
    path = tmp_path_factory.mktemp("preview") / "page.html"
    path.write_text(page_of(walk_on(released(walk(texts)), later)), "utf-8")
    return path


def released(built: Built) -> Built:
    """Give a build as it stands after its first release."""
    notes = tuple(replace(note, since="1.0.0") for note in built.ledger.notes)
    ledger = replace(built.ledger, release=("1.0.0", max(note.changed for note in notes)), notes=notes)
    return replace(built, ledger=ledger, ledger_text=ledger_file.write(ledger))


@pytest.fixture
def desk(chromium: Browser, page: Path) -> Iterator[Watch]:
    """Show the page on a desk; afterwards it has said nothing, and asked for nothing but itself."""
    with watched(chromium, page, DESK) as watch:
        yield watch
        assert watch.faults() == []


@pytest.fixture
def phone(chromium: Browser, page: Path) -> Iterator[Watch]:
    """Show the page on a phone, by night; afterwards it has said nothing, and asked for nothing but itself."""
    with watched(chromium, page, PHONE, "dark") as watch:
        yield watch
        assert watch.faults() == []


def card(watch: Watch) -> FrameLocator:
    """Give the frame of the card."""
    return watch.page.frame_locator("#card")


def row(watch: Watch, words: str) -> None:
    """Choose the first listed card with these words in its question."""
    watch.page.locator(".row", has=watch.page.locator(".asks", has_text=words)).first.click()


def test_a_card_turns_by_click_button_and_key(desk: Watch) -> None:
    """A card turns wherever one clicks, at the button, and by the space bar and Enter, inside the card too."""
    row(desk, "Stratus")
    answer = card(desk).locator("#answer + .face")
    expect(answer).to_have_count(0)
    card(desk).locator(".term").click()
    expect(answer).to_contain_text("low, grey, even layer")
    desk.page.keyboard.press("Space")
    expect(answer).to_have_count(0)
    desk.page.click("#flip")
    expect(answer).to_have_count(1)
    desk.page.focus("#list")
    desk.page.keyboard.press("Enter")
    expect(answer).to_have_count(0)


def test_keys_walk_through_the_cards(desk: Watch) -> None:
    """Keys go on, back, to both ends and to the search; the list tells which card is the chosen one."""
    chosen = desk.page.locator(".row[aria-selected=true]")
    row(desk, "Cirrus")
    before = chosen.get_attribute("id")
    for key, back in (("j", "k"), ("ArrowDown", "ArrowUp"), ("ArrowRight", "ArrowLeft")):
        desk.page.keyboard.press(key)
        expect(chosen).not_to_have_attribute("id", before or "")
        desk.page.keyboard.press(back)
        expect(chosen).to_have_attribute("id", before or "")
    desk.page.keyboard.press("End")
    expect(desk.page.locator("#next")).to_be_disabled()
    name = chosen.get_attribute("id")
    expect(desk.page.locator("#list")).to_have_attribute("aria-activedescendant", name or "")
    desk.page.keyboard.press("/")
    expect(desk.page.locator("#search")).to_be_focused()
    desk.page.keyboard.type("j?t")
    expect(desk.page.locator("#search")).to_have_value("j?t")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("?")
    expect(desk.page.locator("#help")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#help")).to_be_hidden()


def test_search_knows_neither_case_nor_accents(desk: Watch) -> None:
    """All words must be there, in question, answer, heading or tag; what matches is counted, and can be taken back."""
    rows, count = desk.page.locator(".row"), desk.page.locator("#count")
    everything = count.inner_text()
    for words in ("elan VITAL", "RESUME elan", "heap flat CUMULUS"):
        desk.page.fill("#search", words)
        expect(rows.first).to_be_visible()
        assert 1 <= rows.count() <= 2
        expect(count).to_have_text(re.compile(rf"^{rows.count()} of "))
    desk.page.fill("#search", "nothing of this kind")
    expect(desk.page.locator("#nothing")).to_be_visible()
    desk.page.click("#clear")
    expect(count).to_have_text(everything)


def test_filters_choose_kind_file_section_and_state(desk: Watch) -> None:
    """Each filter leaves what it names, and files and sections count what the others leave."""
    rows = desk.page.locator(".row")
    desk.page.select_option("#kind", "pair/Backwards")
    assert {sign.get_attribute("aria-label") for sign in desk.page.locator(".sign").all()} == {"Backwards"}
    desk.page.select_option("#kind", "")
    desk.page.click("#sections button:has-text('seas.md')")
    assert all("seas" in (head.inner_text()).lower() for head in desk.page.locator("#list .head").all())
    desk.page.click("#sections button:has-text('All files')")
    desk.page.select_option("#state", "new")
    assert {card_specs.inner_text() for card_specs in desk.page.locator(".asks").all()} >= {"Nimbus"}
    assert set(desk.page.locator(".row .mark.new").all_inner_texts()) == {"new"}
    desk.page.select_option("#state", "changed")
    expect(rows.first).to_contain_text("Cirrus")
    assert rows.count() == desk.page.locator(".row .mark.changed").count()


def test_problems_stand_beside_their_card_and_lead_to_it(desk: Watch) -> None:
    """A doubt is marked in the list, told below its card, and found from the panel; the source has its line."""
    desk.page.select_option("#state", "problems")
    assert desk.page.locator(".row").count() == desk.page.locator(".row [role=img][aria-label*=problem]").count() > 0
    desk.page.click("#clear")
    desk.page.click("#problems-open")
    item = desk.page.locator("#problems li", has_text="overlong-answer")
    item.locator("button").click()
    expect(desk.page.locator("#problems")).to_be_hidden()
    expect(desk.page.locator("#doubts")).to_contain_text("overlong-answer")
    expect(card(desk).locator(".term")).to_have_text("Baltic")
    expect(desk.page.locator("#source")).to_have_text("seas.md:7")
    expect(desk.page.locator("#source")).to_have_attribute("href", "../notes/seas.md")


def test_the_address_keeps_the_card(desk: Watch) -> None:
    """A chosen card stands in the address; whoever opens that address sees the card, whatever was filtered."""
    row(desk, "Cumulus")
    address = desk.page.evaluate("location.hash")
    assert re.fullmatch(r"#[a-z2-7]{16}-0", address)
    desk.page.fill("#search", "baltic")
    desk.page.reload()
    expect(card(desk).locator(".term")).to_have_text("Cumulus")
    expect(desk.page.locator(".row[aria-selected=true]")).to_contain_text("Cumulus")


def test_theme_and_device_reach_the_card(desk: Watch) -> None:
    """Dark and phone change the page and the card as Anki would, and are remembered."""
    body = card(desk).locator("body")
    light = body.evaluate("body => getComputedStyle(body).backgroundColor")
    desk.page.keyboard.press("t")
    expect(body).to_have_class(re.compile(r"\bnightMode night_mode\b"))
    assert body.evaluate("body => getComputedStyle(body).backgroundColor") != light
    desk.page.click("#device")
    expect(desk.page.locator("#card")).to_have_css("width", "410px")
    desk.page.reload()
    expect(desk.page.locator("#theme")).to_have_attribute("aria-pressed", "true")
    expect(desk.page.locator("#device")).to_have_attribute("aria-pressed", "true")


def test_formulas_are_drawn_without_the_network(desk: Watch) -> None:
    """TeX is shown as mathematics."""
    row(desk, "Élan vital")
    desk.page.keyboard.press("Space")
    expect(card(desk).locator("math msup")).to_be_visible()


def test_a_phone_shows_the_list_or_the_card(phone: Watch) -> None:
    """On a phone a card takes the whole window, and the way back leads to the list; nothing is too wide."""
    stage, rows = phone.page.locator("#stage"), phone.page.locator(".row")
    expect(stage).to_be_hidden()
    expect(phone.page.locator("html")).to_have_attribute("data-theme", "dark")
    row(phone, "Stratus")
    expect(stage).to_be_visible()
    expect(rows.first).to_be_hidden()
    phone.page.click("#flip")
    expect(card(phone).locator(".reply")).to_contain_text("low, grey")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    phone.page.click("#back")
    expect(rows.first).to_be_visible()
    phone.page.select_option("#file", label="seas.md")
    expect(phone.page.locator("#list .head").first).to_contain_text("Seas")
    row(phone, "Aral")
    phone.page.go_back()
    expect(rows.first).to_be_visible()


def test_hostile_notes_are_harmless(desk: Watch) -> None:
    """Scripts, handlers, trackers and ends of scripts in the notes show as words, or not at all."""
    title = desk.page.title()
    desk.page.click("#sections button:has-text('hostile.md')")
    for listed in desk.page.locator(".row").all():
        listed.click()
        desk.page.click("#flip")
    assert card(desk).locator("script, [onerror], img").count() == 0
    assert desk.page.title() == title


def test_links_leave_only_by_the_reader(chromium: Browser, page: Path) -> None:
    """A click on a link in a card opens a window of its own; the card stays."""
    with watched(chromium, page) as watch:
        watch.page.context.route("https://example.org/**", lambda route: route.fulfill(body="there"))
        row(watch, "deepest")
        with watch.page.expect_popup() as window:
            card(watch).locator("a[href]").first.click()
        assert window.value.url == "https://example.org/pacific"
        assert card(watch).locator("#qa").count() == 1


ATTACK = """<script>top.document.title = "owned"</script>
<img src="https://example.org/a.png" onerror="top.document.title='owned'">
<svg onload="top.document.title='owned'"></svg><iframe src="https://example.org/b"></iframe>
<link rel="stylesheet" href="https://example.org/c.css"><meta http-equiv="refresh" content="0;url=https://example.org/d">
<video src="https://example.org/e" autoplay></video><form action="https://example.org/f"><button>go</button></form>
<a href="javascript:top.document.title='owned'" id="trap">trap</a>"""


def test_even_a_hostile_field_is_harmless(chromium: Browser, tmp_path: Path) -> None:
    """Were the sanitiser to fail, the page would still run nothing, load nothing and go nowhere."""
    built = walk(CLOUDS)
    first, *rest = built.deck.rows
    deck = replace(built.deck, rows=(with_field(first, "Term", ATTACK), *rest))
    path = tmp_path / "attack.html"
    path.write_text(page_of(replace(built, deck=deck)), "utf-8")
    with watched(chromium, path) as watch:
        title = watch.page.title()
        expect(card(watch).locator("#trap")).to_be_visible()
        card(watch).locator("#trap").click()
        watch.page.wait_for_timeout(200)
        assert watch.page.title() == title
        assert watch.left() == []


def test_a_deck_without_a_card_shows_a_quiet_page(chromium: Browser, tmp_path: Path) -> None:
    """Notes that became nothing give a page that says so, and whose keys and buttons do no harm."""
    path = tmp_path / "empty.html"
    path.write_text(page_of(walk("# Nothing\n")), "utf-8")
    with watched(chromium, path) as watch:
        expect(watch.page.locator("#nothing")).to_be_visible()
        for key in ("j", " ", "t", "p", "End"):
            watch.page.keyboard.press(key)
        watch.page.click("#flip")
        assert watch.faults() == []


def test_a_live_page_comes_anew_and_stays_where_it_was(chromium: Browser) -> None:
    """A page that `watch` serves takes the next build by itself, and keeps the card, its side, and the search."""
    pages = [page_of(walk(CLOUDS), "", live=True), page_of(walk(CLOUDS.replace("grey", "leaden")), "", live=True)]
    live = Live(lambda: pages[0])
    try:
        with watched(chromium, live.address) as watch:
            watch.page.fill("#search", "layer stratus")
            row(watch, "Stratus")
            watch.page.keyboard.press("Space")
            expect(card(watch).locator(".reply")).to_contain_text("grey")
            assert watch.page.locator("#source").get_attribute("href") is None
            del pages[0]
            live.notify()
            expect(card(watch).locator(".reply")).to_contain_text("leaden")
            expect(watch.page.locator("#search")).to_have_value("layer stratus")
            assert {*watch.faults()} <= {f"{live.address}events"}
    finally:
        live.close()


def with_field(row: Row, name: str, value: str) -> Row:
    """Give a row with another field."""
    index = FIELDS[row.kind].index(name)
    return replace(row, fields=(*row.fields[:index], value, *row.fields[index + 1 :]))


def test_a_page_that_speaks_or_asks_is_noticed_rejected(chromium: Browser, tmp_path: Path) -> None:
    """The watch sees a message, an error, a request, a window and a dialog."""
    path = tmp_path / "loud.html"
    path.write_text(
        '<img src="other.png"><script>console.log("hello"); alert("hey"); setTimeout(() => { throw Error("oh") })'
        "</script>",
        "utf-8",
    )
    with watched(chromium, path) as watch:
        watch.page.wait_for_timeout(100)
        found = " ".join(watch.faults())
        assert all(word in found for word in ("hello", "hey", "oh", "other.png"))

"""The page of `curate` in a real browser: by keyboard alone, on a phone, and beside a page of another origin."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from anki.collection import Collection
from playwright.sync_api import Browser, Page, expect

from studydeck.cli import build as build_command
from studydeck.cli.project import TEMPLATES, Options
from tests.support.browser import BROWSER, DESKTOP, MISSING, PHONE, PageMonitor, browser, open_page
from tests.support.curating import SETTINGS, Curating, curating
from tests.support.pipeline import visible_text
from tests.support.real_anki import cards, import_package, rendered_sides
from tests.support.watching import RecordingConsole, watching

pytestmark = [pytest.mark.skipif(BROWSER is None, reason=MISSING), pytest.mark.browser]

PATIENCE = 20_000  # milliseconds
TERMS = (
    "Oolong: leaves left to turn half brown, Sencha: leaves steamed soon after the harvest, Matcha: leaves ground to "
    "a fine powder, Gyokuro: leaves grown for weeks in shade, Hojicha: leaves roasted over charcoal, Genmaicha: leaves "
    "mixed with roasted rice, Bancha: leaves of a late harvest, Kukicha: stems and twigs of the plant, Lapsang: leaves "
    "dried over a fire of pine, Puer: leaves that ripen for years, Keemun: leaves with a scent of orchids, Yunnan: "
    "leaves with golden tips, Ceylon: leaves of an island in the south, Nilgiri: leaves of blue hills, Silver Needle: "
    "buds picked before they open"
).split(", ")
SENTENCES = """- Darjeeling is picked for the first time in **March** and sold within four weeks.
- The leaves of Assam are harvested until **November** by hand.
- The caddy of a museum in London is made of **tortoiseshell** and holds two kinds.
- Samovars were first made in **Tula**, a town known for its gunsmiths.
"""


def section(heading: str, terms: list[str]) -> str:
    items = "".join(f"- **{name}**: {meaning}\n" for name, meaning in (term.split(": ") for term in terms))
    return f"\n## {heading}\n\n{items}"


LEAVES = "# Leaves\n" + "".join(section(f"Kind {number}", TERMS[5 * number : 5 * number + 5]) for number in range(3))
NOTES = {
    "deck.toml": SETTINGS,
    "leaves.md": LEAVES,
    "history.md": f"# History\n\n## Tea\n\n{SENTENCES}",
}
PHRASES = (
    ("Darjeeling", ["End", "ArrowLeft", *["Control+Shift+ArrowLeft"] * 2], "four weeks"),
    ("Assam", ["Home", *["Control+ArrowRight"] * 3, "Control+Shift+ArrowRight"], "Assam"),
    ("Samovars", ["Home", *["Control+ArrowRight"] * 5, "Control+Shift+ArrowRight"], "Tula"),
)
HOSTILE = """# Hostile

- **Trap**: a <b onclick="top.document.title='owned'">bold</b> [link](https://a.org) `<script>top.title=1</script>`
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield one browser for the tests of this module, which wait longer than others: keys are answered in order."""
    with browser() as started:
        expect.set_options(timeout=PATIENCE)
        yield started
        expect.set_options(timeout=5_000)  # the default


@contextmanager
def open_session(chromium: Browser, session: Curating, size: tuple[int, int] = DESKTOP) -> Iterator[PageMonitor]:
    """Open the page with its token, and wait for the first note."""
    with open_page(chromium, session.page_address, size) as monitor:
        expect(monitor.page.locator(".row .asks").first).not_to_have_text("…")
        yield monitor


def settled(page: Page) -> None:
    """Wait until all decisions are written."""
    page.wait_for_timeout(50)
    expect(page.locator("#left")).not_to_have_attribute("aria-busy", "true")


def chosen(page: Page) -> str:
    """Return the question of the selected note."""
    return page.locator(".row[aria-selected=true] .asks").inner_text()


def search(page: Page, words: str) -> None:
    """List the notes with some words, and go to the first, by keys."""
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    expect(page.locator("#count")).to_have_text(re.compile("^1 of "))
    expect(page.locator(".row")).to_contain_text(words)
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_focused()


def test_a_deck_is_curated_by_keyboard_and_the_package_follows(
    chromium: Browser, tmp_path: Path, collection: Collection
) -> None:
    """Ten skipped, five one way, another phrase in three, one taken back; then edits, moves, a build, and Anki."""
    with curating(tmp_path, NOTES) as session, open_session(chromium, session) as monitor:
        page = monitor.page
        guids = session.guids_by_question()
        assert len(guids) == 19
        assert page.url.endswith("/curate")
        expect(page.locator("#left")).to_have_text(f"{len(guids)} notes left")
        expect(page.locator("#list")).to_be_focused()
        page.select_option("#order", "")
        page.locator("#list").focus()
        page.keyboard.press("End")
        selected = page.locator(".row[aria-selected=true] .asks")
        expect(selected).to_have_text("Silver Needle")
        page.keyboard.type("k" * 14)
        expect(selected).to_have_text("Oolong")
        # Keys that come faster than the answers act on the notes one by one.
        page.keyboard.type("s" * 10)
        settled(page)
        expect(page.locator("#left")).to_have_text(f"{len(guids) - 10} notes left")
        for name in ("Keemun", "Yunnan", "Ceylon", "Nilgiri", "Silver Needle"):
            expect(selected).to_have_text(name)
            expect(page.locator("#cards li")).to_have_count(2)
            page.keyboard.press("o")
            expect(page.locator("#cards li")).to_have_count(1)
            if name != "Silver Needle":
                page.keyboard.press("j")
        for word, keys, phrase in PHRASES:
            search(page, word)
            page.keyboard.press("h")
            expect(page.locator("#sentence")).to_be_focused()
            for key in keys:
                page.keyboard.press(key)
            page.keyboard.type("x")
            page.keyboard.press("Enter")
            expect(page.locator("#cards .answers")).to_have_text(phrase)
            expect(page.frame_locator("#card").locator(".cloze")).to_have_text(phrase)
            settled(page)
        search(page, "caddy")
        page.keyboard.press("s")
        settled(page)
        expect(page.locator("#left")).to_have_text("0 notes left")
        page.keyboard.press("u")
        expect(page.locator("#left")).to_have_text("1 note left")
        expect(selected).to_contain_text("caddy")
        assert len(session.decided()) == 18
        assert monitor.messages == []
        # The author edits, renames and moves what is decided.
        leaves, history = session.notes / "leaves.md", session.notes / "history.md"
        leaves.write_text(
            LEAVES.replace("half brown", "about half brown").replace("## Kind 0", "## First kinds"), "utf-8"
        )
        (session.notes / "past").mkdir()
        history.rename(session.notes / "past" / "tea.md")
    options = Options(session.notes, session.out, TEMPLATES, int(time.time()))
    assert build_command.run(options, RecordingConsole()) == 0
    import_package(session.package, collection)
    shown = dict[str, list[tuple[str, str]]]()
    for guid, _, card, *_ in cards(collection):
        shown.setdefault(guid, []).append(rendered_sides(collection, card))
    skipped = {guids[name] for name in [term.partition(":")[0] for term in TERMS[:10]]}
    assert shown.keys() == {*guids.values()} - skipped
    for name in ("Keemun", "Yunnan", "Ceylon", "Nilgiri", "Silver Needle"):
        assert len(shown[guids[name]]) == 1
    answers = " ".join(answer for [(_, answer)] in shown.values())
    hidden = [visible_text(html) for html in re.findall(r'class="cloze"[^>]*>(.*?)</span>', answers)]
    assert {*hidden} == {"four weeks", "Assam", "Tula", "tortoiseshell"}


class HostilePage:
    """A page on another port, whose script tries what it can against an address and reports in its title."""

    SCRIPT = """
        const target = TARGET, token = TOKEN, results = {};
        const attempt = async (name, path, options) => {
          try {
            const reply = await fetch(target + path, options);
            results[name] = `${reply.type} ${reply.status} ${await reply.text()}`;
          }
          catch (fault) { results[name] = "failed"; }
        };
        const body = JSON.stringify(BODY);
        (async () => {
          const json = { "Content-Type": "application/json" };
          await attempt("read", "/curate/list");
          await attempt("read opaque", "/curate", { mode: "no-cors" });
          await attempt("read with token", "/curate/list", { headers: { "X-Studydeck-Token": token } });
          await attempt("simple post", "/curate/decide", { method: "POST", mode: "no-cors", body });
          await attempt("json post", "/curate/decide", { method: "POST", headers: json, body });
          const own = { ...json, "X-Studydeck-Token": token };
          await attempt("token post", "/curate/decide", { method: "POST", headers: own, body });
          const large = new Uint8Array(4e6);
          await attempt("large post", "/curate/decide", { method: "POST", mode: "no-cors", body: large });
          const form = document.createElement("form");
          Object.assign(form, { method: "POST", action: target + "/curate/decide", target: "sink" });
          form.enctype = "text/plain";
          form.append(Object.assign(document.createElement("input"), { name: body, value: "" }));
          document.body.append(form); form.submit();
          const frame = document.getElementById("frame");
          results.frame = frame.contentDocument?.body?.innerText ?? "closed";
          const opened = window.open(target + "/curate#token=" + token);
          await new Promise((resolve) => setTimeout(resolve, 500));
          try { results.window = opened.document.body.innerText; } catch { results.window = "closed"; }
          document.title = "done"; window.results = results;
        })();
    """

    def __init__(self, session: Curating, body: object) -> None:
        target = session.page_address.partition("/curate")[0]
        script = self.SCRIPT.replace("TARGET", json.dumps(target)).replace("TOKEN", json.dumps(session.token))
        html = (
            f'<body><iframe id="frame" src="{target}/curate"></iframe><iframe name="sink"></iframe>'
            f'<script src="{target}/curate/list"></script><img src="{target}/curate/list">'
            f"<script>{script.replace('BODY', json.dumps(body))}</script>"
        )

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its parameter's name
                """Log nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"


def test_a_page_of_another_origin_can_neither_read_nor_decide(chromium: Browser, tmp_path: Path) -> None:
    """Even with the token and the digest a hostile page reads nothing and decides nothing; the page goes on working."""
    with curating(tmp_path, NOTES) as session:
        guid = session.guids_by_question()["Oolong"]
        body = {"note": guid, "digest": session.note(guid)["digest"], "choice": {"skip": True}}
        hostile = HostilePage(session, body)
        try:
            with open_page(chromium, hostile.address) as monitor:
                expect(monitor.page).to_have_title("done")
                results = monitor.page.evaluate("window.results")
        finally:
            hostile.server.shutdown()
            hostile.server.server_close()
        assert {name for name, result in results.items() if result not in {"failed", "closed", "opaque 0 "}} == set()
        assert len(results) == 9
        assert session.decided() == []
        assert session.decide(guid, skip=True)[0] == 200


def test_hostile_notes_do_nothing_to_the_page(chromium: Browser, tmp_path: Path) -> None:
    """Cards stand in a frame without scripts, origin and links; the token is not in the address; nothing is loaded."""
    with curating(tmp_path, NOTES | {"hostile.md": HOSTILE}) as session, open_session(chromium, session) as monitor:
        page = monitor.page
        title = page.title()
        frame = page.locator("#card")
        assert (frame.get_attribute("sandbox"), frame.get_attribute("src")) == ("", None)
        page.locator(".row", has_text="Trap").click()
        expect(page.frame_locator("#card").locator("#qa")).to_contain_text("<script>")
        assert page.frame_locator("#card").locator("script, [href], [onclick]").count() == 0
        page.frame_locator("#card").locator("#qa").click()
        page.keyboard.press("j")
        assert page.title() == title
        assert session.token not in page.url
        page.reload()
        expect(page.locator(".row .asks").first).not_to_have_text("…")
        assert page.evaluate("document.referrer") == ""
        own = session.page_address.partition("#")[0]
        assert [url for url in monitor.requests if not url.startswith((own, "data:", "about:"))] == []
        assert monitor.messages == []


def test_without_a_token_the_page_says_what_to_open(chromium: Browser, tmp_path: Path) -> None:
    """The page without its token shows no note, and names the address in the terminal."""
    with (
        curating(tmp_path, NOTES) as session,
        open_page(chromium, session.page_address.partition("#")[0]) as monitor,
    ):
        expect(monitor.page.locator("#problem")).to_contain_text("open the address that the terminal shows")
        assert monitor.page.locator(".row").count() == 0


def test_a_phone_shows_the_list_or_the_note(chromium: Browser, tmp_path: Path) -> None:
    """At 390 pixels nothing is too wide, and a note is decided by touch; the browser's back leads to the list."""
    with curating(tmp_path, NOTES) as session, open_session(chromium, session, PHONE) as monitor:
        page = monitor.page

        def is_narrow() -> bool:
            return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

        assert is_narrow()
        page.locator(".row", has_text="Oolong").click()
        expect(page.locator("#keep")).to_be_visible()
        expect(page.locator("#list")).to_be_hidden()
        assert is_narrow()
        page.locator("#skip").click()
        settled(page)
        page.locator("#tag").click()
        assert is_narrow()
        page.locator("#tags").fill("exam")
        page.locator("#tagging .main").click()
        expect(page.locator("#note-tags")).to_contain_text("exam")
        page.evaluate("history.back()")
        expect(page.locator("#list")).to_be_visible()
        assert len(session.decided()) == 2
        assert monitor.messages == []


def test_notes_edited_meanwhile_are_shown_anew(chromium: Browser, tmp_path: Path) -> None:
    """The page follows a saved edit; a decision about words that are gone is refused, said, and can be made again."""
    with curating(tmp_path, NOTES) as session, open_session(chromium, session) as monitor:
        page = monitor.page
        search(page, "half brown")
        expect(page.frame_locator("#card").locator("#qa")).to_contain_text("half brown")
        page.evaluate("window.forget = forgetViews; forgetViews = () => {}")  # as if the news came a moment later
        leaves = session.notes / "leaves.md"
        leaves.write_text(LEAVES.replace("half brown", "half brown by sun"), "utf-8")
        page.keyboard.press("o")
        expect(page.locator("#refusal")).to_contain_text("has changed since")
        expect(page.frame_locator("#card").locator("#qa")).to_contain_text("half brown by sun")
        assert session.decided() == []
        page.keyboard.press("o")
        expect(page.locator("#cards li")).to_have_count(1)
        page.evaluate("forgetViews = window.forget")
        leaves.write_text(LEAVES.replace("half brown", "half brown by wind"), "utf-8")
        expect(page.frame_locator("#card").locator("#qa")).to_contain_text("half brown by wind")


def test_the_preview_of_watch_leads_to_curating(chromium: Browser, tmp_path: Path) -> None:
    """The button of the preview opens the page with its token; what is decided there is in the next package."""
    with watching(tmp_path, preview=True) as watched:
        address = next(line for line in watched.console.lines if line.startswith("preview: ")).split()[1]
        with open_page(chromium, address) as monitor:
            page = monitor.page
            assert page.url == watched.address()
            page.locator("#curate").click()
            expect(page.locator("#left")).to_have_text(re.compile(r"^\d+ notes left"))
            left = int(page.locator("#left").inner_text().split()[0])
            search(page, "Oolong")
            page.keyboard.press("s")
            expect(page.locator("#left")).to_have_text(f"{left - 1} notes left")
            watched.wait_for("^decisions.jsonl: ")
            assert "Oolong" not in watched.fields()
            assert monitor.messages == []
        with open_page(chromium, watched.address()) as monitor:
            expect(monitor.page.locator("#curate")).to_be_hidden()


def test_keys_move_search_filter_and_show(chromium: Browser, tmp_path: Path) -> None:
    """Every key of the help works, a held key decides once, and so do the keys of a keyboard with other letters."""
    with curating(tmp_path, NOTES) as session, open_session(chromium, session) as monitor:
        page = monitor.page
        selected, left = page.locator(".row[aria-selected=true]"), page.locator("#left")
        first = selected.get_attribute("id")
        for key, back in (("j", "k"), ("ArrowDown", "ArrowUp"), ("End", "Home")):
            page.keyboard.press(key)
            expect(selected).not_to_have_attribute("id", first or "")
            page.keyboard.press(back)
            expect(selected).to_have_attribute("id", first or "")
        expect(page.locator("#list")).to_have_attribute("aria-activedescendant", first or "")
        search(page, "half brown")
        card = page.frame_locator("#card").locator("#qa")
        expect(card).to_contain_text("half brown")
        page.keyboard.press("Space")
        expect(card).not_to_contain_text("half brown")
        page.keyboard.press("2")
        expect(page.locator("#cards [aria-pressed=true]")).to_contain_text("Which term is this?")
        page.keyboard.press("Space")
        page.keyboard.press("l")
        expect(page.locator("#file .of-note")).to_have_text("- **Oolong**: leaves left to turn half brown")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.locator("#help")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("h")
        expect(page.locator("#say")).to_have_text("Only a sentence hides another phrase.")
        page.keyboard.press("i")
        expect(page.locator("#say")).to_have_text("This is no list whose items can be asked.")
        page.keyboard.press("d")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert "vscode://file/" in str(page.locator("#links a").first.get_attribute("href"))
        page.keyboard.press("/")
        page.keyboard.press("Escape")
        expect(page.locator("#count")).to_have_text("19 of 19 notes")
        page.keyboard.press("Escape")
        page.keyboard.down("s")
        page.keyboard.down("s")
        page.keyboard.up("s")
        settled(page)
        expect(left).to_have_text("18 notes left")
        page.evaluate(
            "document.getElementById('list').dispatchEvent("
            "new KeyboardEvent('keydown', { key: 'ы', code: 'KeyS', bubbles: true }))"
        )
        settled(page)
        expect(left).to_have_text("17 notes left")
        for name in ("New: nothing is released yet", "All notes", "Decided", "Skipped"):
            page.keyboard.press("f")
            expect(page.locator("#say")).to_have_text(name)
        expect(page.locator("#count")).to_have_text("2 of 19 notes")
        assert monitor.messages == []

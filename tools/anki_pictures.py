"""Take screenshots of cards in the real Anki window, in light and dark mode, on a machine without a screen.

    python -m venv .anki-window
    .anki-window/bin/python -m pip install aqt PyQt6 PyQt6-WebEngine
    .anki-window/bin/python tools/anki_pictures.py [DECK.apkg] [--into DIR] [--size 860x560] [--search NAME=SEARCH]...

It runs with an interpreter that has aqt, and imports nothing of this project. The deck is the newest package of dist/
unless one is named; it is imported into a temporary profile. Each search uses the syntax of Anki's browser: question
and answer of its first card are shown, and the answer again with open details if it has any. On a minimal Linux, Qt
needs libegl1 libgl1 libnss3 libxkbcommon0 libxcomposite1 libxdamage1 libxrandr2 libxtst6 libasound2.
"""

# ruff: noqa: SLF001 - opening and flipping cards is only possible through private methods

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SEARCHES = {
    "forwards": "card:Forwards MeaningLabel: -Term:*<ul* Extra:",
    "backwards": "card:Backwards MeaningLabel:",
    "cell": "card:Forwards MeaningLabel:_*",
    "cell-backwards": "card:Backwards MeaningLabel:_*",
    "question": "card:Forwards Term:*?",
    "choices": "card:Forwards Term:*<ul*",
    "set": "card:2 Text:*<li* -Text:*mask-following*",
    "sequence": "card:2 Text:*mask-following*",
    "sentence": "card:1 Text:_* -Text:*<li*",
    "code": "card:Forwards (Extra:*<pre* or Meaning:*<pre*)",
    "table": "card:Forwards (Extra:*<table* or Meaning:*<table*)",
    "math": r'card:Forwards ("Extra:*\\[*" or "Meaning:*\\[*" or "Meaning:*\\(*")',
    "picture": "card:Forwards (Extra:*<img* or Meaning:*<img*)",
}
TIMEOUT = 60  # seconds to wait for any step on a slow machine
# The reviewer fades a card in when fonts, pictures and formulas are loaded. Emptying the page first tells a new card.
EMPTY_PAGE = "{ const qa = document.getElementById('qa'); qa.innerHTML = ''; qa.style.opacity = '0'; }"
IS_SHOWN = """(() => {
    const qa = document.getElementById('qa');
    return Boolean(qa && qa.children.length && qa.style.opacity === '1' && document.fonts.status === 'loaded'
        && [...document.images].every(image => image.complete));
})()"""
OPEN_DETAILS = """(() => {
    const details = [...document.querySelectorAll('#qa details')];
    details.forEach(element => { element.open = true; });
    window.scrollTo(0, document.body.scrollHeight);
    return details.length > 0;
})()"""


def main() -> None:
    """Import the deck, and take the screenshots."""
    options = arguments()
    os.environ |= {
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu",
        "QT_SCALE_FACTOR": str(options.scale),
    }
    options.into.mkdir(parents=True, exist_ok=True)
    searches = dict(argument.split("=", 1) for argument in options.search) if options.search else SEARCHES
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as base:
        window = Window(base, width, height)
        window.study(options.deck)
        for name in pictures(window, searches, options.into):
            print(name, flush=True)
        os._exit(0)  # a normal exit would sync, back up and ask; the profile is temporary


def arguments() -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("deck", nargs="?", type=Path)
    parser.add_argument("--into", type=Path, default=Path("anki-pictures"))
    parser.add_argument("--size", default="860x560")
    parser.add_argument("--scale", type=float, default=1, help="2 for screenshots of high resolution")
    parser.add_argument("--search", action="append", default=[], metavar="NAME=SEARCH")
    options = parser.parse_args()
    if not options.deck:
        packages = sorted(Path("dist").glob("*.apkg"), key=lambda path: path.stat().st_mtime)
        if not packages:
            parser.error("there is no package in dist/; name a package")
        options.deck = packages[-1]
    return options


def pictures(window: Window, searches: dict[str, str], into: Path) -> Iterator[str]:
    """Take all screenshots; yield the path of each, or a message if a search finds no card."""
    for theme in ("light", "dark"):
        window.set_theme(theme)
        for name, search in searches.items():
            card = window.first(search)
            if card is None:
                yield f"no card for {name}: {search}"
                continue
            for side in window.sides(card):
                path = into / f"{name}-{theme}-{side}.png"
                window.main.grab().save(str(path))
                yield str(path)


class Window:
    """Anki's main window, with a temporary profile."""

    def __init__(self, base: str, width: int, height: int) -> None:
        import aqt  # type: ignore[import-not-found, unused-ignore]  # only in the interpreter that has Anki's window
        from aqt.profiles import ProfileManager  # type: ignore[import-not-found, unused-ignore]  # likewise

        profiles = ProfileManager(Path(base))
        profiles.setupMeta()
        profiles.meta |= {"firstRun": False, "defaultLang": "en_US"}
        profiles.set_update_check(False)
        profiles.create("pictures")
        profiles.load("pictures")
        profiles.save()
        profiles.db.close()
        self.app: Any = aqt._run(["anki", "--base", base, "--profile", "pictures", "--lang", "en"], exec=False)
        self.main: Any = aqt.mw
        self.wait(lambda: bool(self.main.col) and self.main.state == "deckBrowser", "Anki's window")
        self.main.resize(width, height)
        self.main.show()

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Process Anki's events until a condition holds."""
        until = time.monotonic() + TIMEOUT
        while not ready():
            if time.monotonic() > until:
                sys.exit(f"{what}: not ready after {TIMEOUT} seconds")
            self.app.processEvents()
            time.sleep(0.01)

    def rest(self, seconds: float) -> None:
        """Process Anki's events for some seconds."""
        until = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > until, "time")

    def study(self, deck: Path) -> None:
        """Import a deck, and start a review."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        request = ImportAnkiPackageRequest(package_path=str(deck.resolve()), options=ImportAnkiPackageOptions())
        self.main.col.import_anki_package(request)
        self.main.col.models._clear_cache()
        self.main.col.decks.select(self.main.col.get_card(self.main.col.find_cards("")[0]).did)
        self.rest(2)  # the deck list is drawn with a delay, and would replace the card
        self.main.moveToState("review")
        self.wait(lambda: bool(self.main.reviewer.card), "a card to review")
        self.until_shown()

    def set_theme(self, theme: str) -> None:
        """Choose light or dark mode."""
        from aqt.theme import Theme  # type: ignore[import-not-found, unused-ignore]  # likewise

        self.main.set_theme(Theme.DARK if theme == "dark" else Theme.LIGHT)
        self.rest(1)

    def first(self, search: str) -> int | None:
        """Return the first card of a search in the order of new cards, or None."""
        card_ids = self.main.col.find_cards(search, order="c.due asc")
        return card_ids[0] if card_ids else None

    def sides(self, number: int) -> Iterator[str]:
        """Show the question, the answer, and the answer with open details; yield the name of each side shown."""
        reviewer = self.main.reviewer
        reviewer.card = self.main.col.get_card(number)
        reviewer.card.start_timer()
        for side, show in (("question", reviewer._showQuestion), ("answer", reviewer._showAnswer)):
            reviewer.web.eval(EMPTY_PAGE)
            show()
            self.until_shown()
            yield side
        if self.evaluate(OPEN_DETAILS):
            self.rest(0.5)
            yield "more"

    def until_shown(self) -> None:
        """Wait until the page shows the card with formulas and pictures, and the bar below shows the buttons."""
        self.wait(lambda: bool(self.evaluate(IS_SHOWN)), "a card on the page")
        self.rest(0.7)

    def evaluate(self, script: str) -> object:
        """Return the value of a script in the page; repeat it each second, as a reloading page does not answer."""
        results: list[object] = []
        requested_at = 0.0

        def has_result() -> bool:
            nonlocal requested_at
            if time.monotonic() > requested_at + 1:
                requested_at = time.monotonic()
                self.main.reviewer.web.evalWithCallback(script, results.append)
            return bool(results)

        self.wait(has_result, "the page's answer")
        return results[0]


if __name__ == "__main__":
    main()

"""Take pictures of cards in the real Anki window, by day and by night, on a machine that needs no screen.

    python -m venv .anki-window
    .anki-window/bin/python -m pip install aqt PyQt6 PyQt6-WebEngine
    .anki-window/bin/python tools/anki_pictures.py [DECK.apkg] [--into DIR] [--size 860x560] [--search NAME=SEARCH]...

It runs with an interpreter that has Anki's window, and imports nothing of this project. The deck is the newest of
dist/ unless another is named; it is imported into a scratch profile. Each search is one of Anki's browser: its first
card is shown, question and answer, and the answer once more with its details open where it has any. On a bare Linux
Qt wants libegl1 libgl1 libnss3 libxkbcommon0 libxcomposite1 libxdamage1 libxrandr2 libxtst6 libasound2.
"""

# ruff: noqa: SLF001 - Anki's window opens, shows and flips by private doors alone

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
PATIENCE = 60  # seconds that anything may take on a slow machine
# The reviewer fades a card in when its fonts, pictures and formulas stand; what is emptied before is known to be new.
EMPTY = "{ const qa = document.getElementById('qa'); qa.innerHTML = ''; qa.style.opacity = '0'; }"
SHOWN = """(() => {
    const qa = document.getElementById('qa');
    return Boolean(qa && qa.children.length && qa.style.opacity === '1' && document.fonts.status === 'loaded'
        && [...document.images].every(image => image.complete));
})()"""
OPENED = """(() => {
    const found = [...document.querySelectorAll('#qa details')];
    found.forEach(each => { each.open = true; });
    window.scrollTo(0, document.body.scrollHeight);
    return found.length > 0;
})()"""


def main() -> None:
    """Import the deck, and take the pictures."""
    asked = arguments()
    os.environ |= {
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu",
        "QT_SCALE_FACTOR": str(asked.scale),
    }
    asked.into.mkdir(parents=True, exist_ok=True)
    searches = dict(each.split("=", 1) for each in asked.search) if asked.search else SEARCHES
    width, height = map(int, asked.size.split("x"))
    with tempfile.TemporaryDirectory() as base:
        window = Window(base, width, height)
        window.study(asked.deck)
        for name in pictures(window, searches, asked.into):
            print(name, flush=True)
        os._exit(0)  # Anki would sync, back up and ask; the profile is scratch


def arguments() -> argparse.Namespace:
    """Read the command line."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("deck", nargs="?", type=Path)
    reader.add_argument("--into", type=Path, default=Path("anki-pictures"))
    reader.add_argument("--size", default="860x560")
    reader.add_argument("--scale", type=float, default=1, help="2 for pictures as sharp as on a good screen")
    reader.add_argument("--search", action="append", default=[], metavar="NAME=SEARCH")
    asked = reader.parse_args()
    if not asked.deck:
        found = sorted(Path("dist").glob("*.apkg"), key=lambda path: path.stat().st_mtime)
        if not found:
            reader.error("there is no package in dist/: name one")
        asked.deck = found[-1]
    return asked


def pictures(window: Window, searches: dict[str, str], into: Path) -> Iterator[str]:
    """Take them all; give the name of each, or what was not found."""
    for theme in ("light", "dark"):
        window.dress(theme)
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
    """Anki's main window, with a scratch profile."""

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
        """Let Anki work until something is so."""
        until = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > until:
                sys.exit(f"{what}: not there after {PATIENCE} seconds")
            self.app.processEvents()
            time.sleep(0.01)

    def rest(self, seconds: float) -> None:
        """Let Anki paint what is there."""
        until = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > until, "time")

    def study(self, deck: Path) -> None:
        """Import a deck, and begin to review it."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        request = ImportAnkiPackageRequest(package_path=str(deck.resolve()), options=ImportAnkiPackageOptions())
        self.main.col.import_anki_package(request)
        self.main.col.models._clear_cache()
        self.main.col.decks.select(self.main.col.get_card(self.main.col.find_cards("")[0]).did)
        self.rest(2)  # the list of decks draws itself when it can, over whatever the page shows by then
        self.main.moveToState("review")
        self.wait(lambda: bool(self.main.reviewer.card), "a card to review")
        self.until_shown()

    def dress(self, theme: str) -> None:
        """Choose day or night."""
        from aqt.theme import Theme  # type: ignore[import-not-found, unused-ignore]  # likewise

        self.main.set_theme(Theme.DARK if theme == "dark" else Theme.LIGHT)
        self.rest(1)

    def first(self, search: str) -> int | None:
        """Find the first card of a search, in the order of new cards."""
        found = self.main.col.find_cards(search, order="c.due asc")
        return found[0] if found else None

    def sides(self, number: int) -> Iterator[str]:
        """Show a card from its front, from its back, and with its details."""
        reviewer = self.main.reviewer
        reviewer.card = self.main.col.get_card(number)
        reviewer.card.start_timer()
        for side, show in (("question", reviewer._showQuestion), ("answer", reviewer._showAnswer)):
            reviewer.web.eval(EMPTY)
            show()
            self.until_shown()
            yield side
        if self.card_specs(OPENED):
            self.rest(0.5)
            yield "more"

    def until_shown(self) -> None:
        """Wait until the page has its card, its formulas and its pictures, and the bar below its buttons."""
        self.wait(lambda: bool(self.card_specs(SHOWN)), "a card on the page")
        self.rest(0.7)

    def card_specs(self, script: str) -> object:
        """Ask the page something; a page that is on its way out gives no answer, so ask again."""
        answers: list[object] = []
        asked_at = 0.0

        def answered() -> bool:
            nonlocal asked_at
            if time.monotonic() > asked_at + 1:
                asked_at = time.monotonic()
                self.main.reviewer.web.evalWithCallback(script, answers.append)
            return bool(answers)

        self.wait(answered, "the page's answer")
        return answers[0]


if __name__ == "__main__":
    main()

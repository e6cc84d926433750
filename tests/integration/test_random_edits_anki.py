"""Ten random edits at once, imported into the real Anki: reviews live, changed text arrives, own edits stay."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection

from studydeck.pipeline import Built, pack
from tests.support.pipeline import DAY, build_notes
from tests.support.real_anki import cards, import_package, review_all

pytestmark = pytest.mark.anki

LONG_AGO = 1_700_000_000  # November 2023: earlier than the learner's own edits, which have the current time
NOTES = Path(__file__).parents[2] / "notes"
FILES = "sagemaker.md", "storage.md"
SEEDS = 5, 6
OWN_ANSWER = "what grandmother says"

Edit = Callable[[str, random.Random], str]


def misspell(text: str, generator: random.Random) -> str:
    """Swap two letters of a long word."""
    word = generator.choice(re.findall(r"\b[a-z]{7,}\b", text))
    swapped = f"{word[:3]}{word[4]}{word[3]}{word[5:]}"
    return text.replace(word, swapped, 1)


def say_more(text: str, generator: random.Random) -> str:
    """Add words at the end of a line that ends a sentence."""
    line = generator.choice(re.findall(r"^(?![|#]).*\w\.$", text, re.MULTILINE))
    return text.replace(line, f"{line[:-1]} in most regions.", 1)


def rename_a_heading(text: str, generator: random.Random) -> str:
    heading = generator.choice(re.findall(r"^##+ .*$", text, re.MULTILINE))
    return re.sub(f"^{re.escape(heading)}$", f"{heading} today", text, count=1, flags=re.MULTILINE)


def add_a_line(text: str, generator: random.Random) -> str:
    """Add a fact above another one."""
    heading = generator.choice(re.findall(r"^## .*\n\n", text, re.MULTILINE))
    return text.replace(
        heading, f"{heading}- **Term {generator.randrange(1000)}**: a fact that nobody knew before\n\n", 1
    )


def move_a_section(text: str, generator: random.Random) -> str:
    """Move a section to another place."""
    head, *sections = re.split(r"^(?=## )", text.rstrip("\n") + "\n\n", flags=re.MULTILINE)
    sections.insert(generator.randrange(len(sections)), sections.pop(generator.randrange(len(sections))))
    return head + "".join(sections)


def swap_rows(text: str, generator: random.Random) -> str:
    """Swap a line with the next one, if both are rows of a table."""
    rows = re.findall(r"^\|(?! *-).*\n\|(?! *-).*$", text.partition("---|\n")[2] or text, re.MULTILINE)
    if not rows:
        return text
    pair = generator.choice(rows)
    return text.replace(pair, "\n".join(reversed(pair.split("\n"))), 1)


def demote_below_a_title(text: str, _generator: random.Random) -> str:
    return "# Course\n\n" + re.sub(r"^#", "##", text, flags=re.MULTILINE)


def use_stars(text: str, _generator: random.Random) -> str:
    return re.sub(r"^- ", "* ", text, flags=re.MULTILINE)


def use_curly_quotes(text: str, _generator: random.Random) -> str:
    return text.replace("'", "’")


EDITS: tuple[Edit, ...] = (
    misspell,
    say_more,
    rename_a_heading,
    add_a_line,
    move_a_section,
    swap_rows,
    demote_below_a_title,
    use_stars,
    use_curly_quotes,
)


def edited(notes: dict[str, str], generator: random.Random) -> dict[str, str]:
    """Return notes after ten random edits, of which none removes anything."""
    notes = dict(notes)
    for _ in range(10):
        file = generator.choice(FILES)
        notes[file] = generator.choice(EDITS)(notes[file], generator)
    return notes


def fields_in(collection: Collection, deck: str) -> dict[str, list[str]]:
    """Return the fields of the notes of a deck, by GUID."""
    notes = (collection.get_note(note) for note in collection.find_notes(f'deck:"{deck}"'))
    return {note.guid: list(note.fields) for note in notes}


def test_ten_random_edits_keep_reviews_and_own_edits(collection: Collection) -> None:
    assert collection.db
    notes = {name: (NOTES / name).read_text("utf-8") for name in FILES}
    builds: list[tuple[Built, Built]] = []
    for seed in SEEDS:
        names: dict[str, Any] = {"id": f"random-{seed}", "name": f"Random {seed}"}
        first = build_notes(notes, now=LONG_AGO, **names)
        second = build_notes(edited(notes, random.Random(seed)), first.ledger_text, now=LONG_AGO + DAY, **names)
        builds.append((first, second))
        import_package(pack(first.deck), collection)
    assert review_all(collection) == sum(len(row.ordinals) for first, _ in builds for row in first.deck.rows)
    log = collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id")
    reviewed = {card: (guid, ordinal) for guid, ordinal, card, *_ in cards(collection)}

    for first, second in builds:
        rows = {row.guid: row for row in second.deck.rows}
        changed = {guid for guid, row in rows.items() if row.changed > LONG_AGO}
        known = {row.guid for row in first.deck.rows}
        # No note and no card is given up, whatever the edits were; some notes are changed, and some are new.
        assert not second.retired
        assert all(set(row.ordinals) <= set(rows[row.guid].ordinals) for row in first.deck.rows)
        assert changed & known
        assert known - changed

        own = next(row for row in first.deck.rows if row.kind == "pair" and row.guid not in changed)
        (number,) = collection.find_notes(f"ID:{own.guid}")
        own_note = collection.get_note(number)
        own_note["Meaning"] = OWN_ANSWER
        own_note.add_tag("grandmother")
        collection.update_note(own_note)

        counts = import_package(pack(second.deck), collection)
        assert (counts.new, counts.updated, counts.lost) == (len(rows.keys() - known), len(changed & known), 0)
        # What changed has arrived; what did not is as the learner had it.
        for guid, fields in fields_in(collection, first.config.name).items():
            if guid in changed:
                assert fields == list(rows[guid].fields)
        own_note.load()
        assert own_note["Meaning"] == OWN_ANSWER
        assert own_note.has_tag("grandmother")

    assert collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id") == log
    now = {card: (guid, ordinal) for guid, ordinal, card, *_ in cards(collection)}
    assert {card: now[card] for card in reviewed} == reviewed
    assert all(collection.get_card(card).reps == 1 for card in reviewed)  # type: ignore[arg-type]  # numbers are ids

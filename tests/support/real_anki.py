"""The real Anki for tests: import a package into an empty collection, and read what it holds afterwards."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import anki.collection  # first: importing anki.cards first fails, as the imports are circular
import anki.lang
from anki.cards import CardId
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.consts import QUEUE_TYPE_NEW

anki.lang.set_lang("en")

GOOD: Literal[3] = 3  # the third of Anki's four answer buttons


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Note counts of an import log: new, updated, known, conflicting, skipped."""

    new: int
    updated: int
    duplicate: int
    conflicting: int
    lost: int


@contextmanager
def open_collection(folder: Path) -> Iterator[Collection]:
    """Open an empty collection in a folder, and close it afterwards."""
    collection = Collection(str(folder / "collection.anki2"))
    try:
        yield collection
    finally:
        collection.close()


def import_package(package: bytes | Path, collection: Collection) -> ImportCounts:
    """Import a package with the defaults of Anki's dialog."""
    with tempfile.TemporaryDirectory() as folder:
        path = package if isinstance(package, Path) else Path(folder, "deck.apkg")
        if isinstance(package, bytes):
            path.write_bytes(package)
        options = ImportAnkiPackageOptions()
        log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log
    collection.models._clear_cache()  # Anki does not do so after an import
    return ImportCounts(
        new=len(log.new),
        updated=len(log.updated),
        duplicate=len(log.duplicate),
        conflicting=len(log.conflicting),
        lost=len(log.missing_notetype) + len(log.missing_deck) + len(log.empty_first_field),
    )


def rendered_sides(collection: Collection, card: int) -> tuple[str, str]:
    """Render question and answer of a card, as HTML without its style."""
    rendered = collection.get_card(CardId(card))
    question, answer = (
        re.sub(r"<style>.*?</style>", "", side, flags=re.DOTALL) for side in (rendered.question(), rendered.answer())
    )
    return question, answer


def cards(collection: Collection) -> list[tuple[str, int, int, int, int]]:
    """Return GUID, ordinal, id, due and mod of every card, ordered by due."""
    assert collection.db
    rows = collection.db.all(
        "SELECT n.guid, c.ord, c.id, c.due, c.mod FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.due, c.id"
    )
    return [(str(guid), int(ordinal), int(card_id), int(due), int(mod)) for guid, ordinal, card_id, due, mod in rows]


def review_all(collection: Collection) -> int:
    """Answer every new card once with Good; return how many were answered."""
    assert collection.db
    answered = 0
    for number in collection.db.list("SELECT id FROM cards WHERE queue = ?", QUEUE_TYPE_NEW):
        card = collection.get_card(CardId(number))
        card.start_timer()
        collection.sched.answerCard(card, GOOD)
        answered += 1
    return answered


def empty_cards(collection: Collection) -> list[int]:
    """Return the ids of the cards that Tools > Empty Cards would offer to delete."""
    report = collection.get_empty_cards()
    return [card for note in report.notes for card in note.card_ids]


def notes_without_cards(collection: Collection) -> int:
    """Return how many notes have no card."""
    assert collection.db
    return int(collection.db.scalar("SELECT count() FROM notes WHERE id NOT IN (SELECT nid FROM cards)"))

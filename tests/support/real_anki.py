"""The real Anki, for tests alone: import a package into a scratch collection, and look at what came of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import anki.collection  # first: anki.cards alone fails on a circle of imports
import anki.lang
from anki.cards import CardId
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.consts import QUEUE_TYPE_NEW

anki.lang.set_lang("en")

GOOD: Literal[3] = 3  # the third of Anki's four answers


@dataclass(frozen=True, slots=True)
class Imported:
    """How many notes an import found new, updated, known, or could not take."""

    new: int
    updated: int
    duplicate: int
    conflicting: int
    lost: int


@contextmanager
def open_collection(folder: Path) -> Iterator[Collection]:
    """Open a scratch collection in a folder, and close it afterwards."""
    collection = Collection(str(folder / "collection.anki2"))
    try:
        yield collection
    finally:
        collection.close()


def import_package(package: bytes | Path, collection: Collection) -> Imported:
    """Import a package with the defaults of Anki's dialog."""
    with tempfile.TemporaryDirectory() as folder:
        path = package if isinstance(package, Path) else Path(folder, "deck.apkg")
        if isinstance(package, bytes):
            path.write_bytes(package)
        options = ImportAnkiPackageOptions()
        log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log
    collection.models._clear_cache()  # Anki forgets to after an import
    return Imported(
        new=len(log.new),
        updated=len(log.updated),
        duplicate=len(log.duplicate),
        conflicting=len(log.conflicting),
        lost=len(log.missing_notetype) + len(log.missing_deck) + len(log.empty_first_field),
    )


def faces(collection: Collection, card: int) -> tuple[str, str]:
    """Render question and answer of a card, as HTML without its style."""
    shown = collection.get_card(CardId(card))
    question, answer = (
        re.sub(r"<style>.*?</style>", "", face, flags=re.DOTALL) for face in (shown.question(), shown.answer())
    )
    return question, answer


def cards(collection: Collection) -> list[tuple[str, int, int, int, int]]:
    """List GUID, ordinal, id, due and mod of every card, in the order of due."""
    assert collection.db
    rows = collection.db.all(
        "SELECT n.guid, c.ord, c.id, c.due, c.mod FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.due, c.id"
    )
    return [(str(guid), int(ordinal), int(card), int(due), int(mod)) for guid, ordinal, card, due, mod in rows]


def review_all(collection: Collection) -> int:
    """Answer every new card once with Good; give how many were answered."""
    assert collection.db
    answered = 0
    for number in collection.db.list("SELECT id FROM cards WHERE queue = ?", QUEUE_TYPE_NEW):
        card = collection.get_card(CardId(number))
        card.start_timer()
        collection.sched.answerCard(card, GOOD)
        answered += 1
    return answered


def empty_cards(collection: Collection) -> list[int]:
    """List the cards that Tools > Empty Cards would offer to delete."""
    report = collection.get_empty_cards()
    return [card for note in report.notes for card in note.card_ids]


def notes_without_cards(collection: Collection) -> int:
    """Count the notes that have no card."""
    assert collection.db
    return int(collection.db.scalar("SELECT count() FROM notes WHERE id NOT IN (SELECT nid FROM cards)"))

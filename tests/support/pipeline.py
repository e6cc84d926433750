"""The street for tests: notes as text in, a `Built` out, without a disk or a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from anki.collection import Collection

from studydeck.build_inputs import Inputs
from studydeck.config import Config
from studydeck.identity.ledger import LedgerEntry
from studydeck.model.anki import FIELDS, Picture
from studydeck.model.document import Source
from studydeck.pipeline import Built, build, extract_deck
from tests.support.real_anki import cards, empty_cards, faces, notes_without_cards
from tests.support.sample_decks import template_texts

NOW = 1_790_000_000  # September 2026
DAY = 86_400
NO_PICTURES: Mapping[tuple[str, str], Picture] = MappingProxyType({})


@cache
def templates() -> Mapping[str, str]:
    """Read the templates of this repository once."""
    return template_texts()


def walk(
    notes: str | Mapping[str, str],
    ledger: str | None = None,
    *,
    now: int = NOW,
    pictures: Mapping[tuple[str, str], Picture] = NO_PICTURES,
    **settings: Any,
) -> Built:
    """Build notes, one text or several by their paths; `settings` are fields of `Config`."""
    texts = {"notes.md": notes} if isinstance(notes, str) else notes
    sources = tuple(Source(path, text) for path, text in sorted(texts.items()))
    config = Config(**{"id": "test-deck", "name": "Test deck", **settings})
    inputs = Inputs(sources, config, ledger, templates(), now)
    return build(inputs, extract_deck(sources, lambda _links: pictures))


def walk_on(built: Built, notes: str | Mapping[str, str], *, later: int = DAY, **settings: Any) -> Built:
    """Build edited notes on the ledger of an earlier build."""
    assigned = max((note.changed for note in built.ledger.notes), default=NOW)
    return walk(notes, built.ledger_text, now=assigned + later, **settings)


def remembered(built: Built, words: str) -> LedgerEntry:
    """Give the one note of the ledger, live or gone, whose text holds these words."""
    found = [note for note in built.ledger.notes if words in note.text]
    assert len(found) == 1, f"{words!r} is in {len(found)} notes of {[note.text for note in built.ledger.notes]}"
    return found[0]


def faults(collection: Collection) -> Iterator[str]:
    """Find what no learner should meet: notes without cards, cards that show nothing, or answer nothing."""
    if lonely := notes_without_cards(collection):
        yield f"{lonely} notes have no card"
    yield from (f"card {card} is in the empty-cards report" for card in empty_cards(collection))
    for guid, ordinal, card, *_ in cards(collection):
        question, answer = (shown(face) for face in faces(collection, card))
        if not question or not answer or question == answer:
            yield f"card {ordinal} of {guid} shows {question!r} and answers {answer!r}"


def shown(face: str) -> str:
    """Give what a face shows as plain words; a picture counts by its name."""
    text = re.sub(r"""<img[^>]*src=["']([^"']+)[^>]*>""", r"\1", face)
    words = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    return words if re.search(r"\w", words) else ""


def asked(built: Built) -> dict[str, dict[str, str]]:
    """Give what each note asks, by GUID and field; the heading that a clue begins with is no part of it."""
    return {
        row.guid: {
            name: re.sub(r'<span class="about">.*?</span> ', "", value)
            for name, value in zip(FIELDS[row.kind], row.fields, strict=True)
            if value and name not in {"ID", "HeadingPath", "Extra", "Source"}
        }
        for row in built.deck.rows
    }

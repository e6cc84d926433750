"""The pipeline for tests: notes as text in, a `Built` out, without disk or clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from anki.collection import Collection
from msgspec.structs import replace

from studydeck.build_inputs import Inputs
from studydeck.config import Config
from studydeck.identity import ledger as ledger_file
from studydeck.identity.decisions import NO_DECISIONS, Decisions
from studydeck.identity.ledger import LedgerEntry
from studydeck.model.anki import FIELDS, Picture, without_first_letters
from studydeck.model.digests import note_digests
from studydeck.model.document import Source
from studydeck.model.notes import MOST_CONFIDENCE, ExtractedDeck
from studydeck.pipeline import Built, build, extract_deck
from tests.support.real_anki import cards, empty_cards, notes_without_cards, rendered_sides
from tests.support.sample_decks import template_texts

NOW = 1_790_000_000  # September 2026
DAY = 86_400
ONE_CARD = {0: "forwards"}
NO_PICTURES: Mapping[tuple[str, str], Picture] = MappingProxyType({})


@cache
def templates() -> Mapping[str, str]:
    """Return the template files of this repository, read once."""
    return template_texts()


def build_notes(
    notes: str | Mapping[str, str],
    ledger: str | None = None,
    *,
    now: int = NOW,
    pictures: Mapping[tuple[str, str], Picture] = NO_PICTURES,
    decisions: Decisions = NO_DECISIONS,
    **settings: Any,
) -> Built:
    """Build one text, or several by their paths; `settings` are fields of `Config`."""
    sources = sources_of(notes)
    extracted = extract_deck(sources, lambda _links: pictures)
    return build_extracted(extracted, sources, ledger, now=now, decisions=decisions, **settings)


def sources_of(notes: str | Mapping[str, str]) -> tuple[Source, ...]:
    """Return one text, or several by their paths, as the sources of a deck."""
    texts = {"notes.md": notes} if isinstance(notes, str) else notes
    return tuple(Source(path, text) for path, text in sorted(texts.items()))


def build_extracted(
    extracted: ExtractedDeck,
    sources: tuple[Source, ...],
    ledger: str | None,
    *,
    now: int = NOW,
    decisions: Decisions = NO_DECISIONS,
    **settings: Any,
) -> Built:
    """Build notes that are extracted already: what is extracted depends on no ledger.

    All cards are made, however weak they are, so that the tests of rules depend on no table.
    """
    config = Config(**{"id": "test-deck", "name": "Test deck", "min_confidence": -MOST_CONFIDENCE, **settings})
    return build(Inputs(sources, config, ledger, templates(), now, decisions=decisions), extracted)


def rebuild(built: Built, notes: str | Mapping[str, str], *, later: int = DAY, **settings: Any) -> Built:
    """Build edited notes with the ledger of an earlier build, `later` seconds after its last change."""
    return build_notes(notes, built.ledger_text, now=last_change(built) + later, **settings)


def asked_at_once(built: Built) -> str:
    """Return the ledger of a build as an earlier version wrote it, which asked for all items of a list at once."""
    asked = {note.guid: note.draft.other for note in built.notes if note.draft.rule == "enumerations"}
    entries = [
        replace(entry, kind="pair", text=other.fingerprint.text, content_digest=note_digests(other)[0], cards=ONE_CARD)
        if (other := asked.get(entry.guid))
        else entry
        for entry in built.ledger.notes
    ]
    return ledger_file.to_text(replace(built.ledger, notes=tuple(entries)))


def last_change(built: Built) -> int:
    """Return the time at which a note of a build last changed."""
    return max((note.changed for note in built.ledger.notes), default=NOW)


def ledger_entry(built: Built, words: str) -> LedgerEntry:
    """Return the one ledger entry, live or retired, whose text contains these words."""
    entries = [entry for entry in built.ledger.notes if words in entry.text]
    assert len(entries) == 1, f"{words!r} is in {len(entries)} notes of {[entry.text for entry in built.ledger.notes]}"
    return entries[0]


def is_retired(built: Built, earlier: LedgerEntry) -> bool:
    """Return whether the ledger of a build has retired a note of an earlier one; its words may be gone."""
    return next(entry.retired for entry in built.ledger.notes if entry.guid == earlier.guid)


def slots_and_times(built: Built) -> dict[str, tuple[int, int]]:
    """Return id slot and time of change of every live note, by GUID."""
    return {note.guid: (note.id_slot, note.changed) for note in built.notes}


def card_faults(collection: Collection) -> Iterator[str]:
    """Yield faults of imported cards: notes without cards, blank cards, cards without an answer."""
    if count := notes_without_cards(collection):
        yield f"{count} notes have no card"
    yield from (f"card {card} is in the empty-cards report" for card in empty_cards(collection))
    for guid, ordinal, card, *_ in cards(collection):
        question, answer = (visible_text(side) for side in rendered_sides(collection, card))
        if not question or not answer or question == answer:
            yield f"card {ordinal} of {guid} shows {question!r} and answers {answer!r}"


def visible_text(html: str) -> str:
    """Return the text of a rendered side; a picture is represented by its file name."""
    text = re.sub(r"""<img[^>]*src=["']([^"']+)[^>]*>""", r"\1", html)
    text = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    return text if re.search(r"\w", text) else ""


def question_fields(built: Built) -> dict[str, dict[str, str]]:
    """Return the fields of each note that are asked, by GUID, without words of the tool that stamp no note.

    These are the heading before a clue, the words around the number of a list's items, and first letters in blanks.
    """
    return {
        row.guid: {
            name: re.sub(
                r'<div class="about">.*?</div> |(?<=\d) items, 1 asked(?=\))', "", without_first_letters(value)
            )
            for name, value in zip(FIELDS[row.kind], row.fields, strict=True)
            if value and name not in {"ID", "HeadingPath", "Extra", "Source"}
        }
        for row in built.deck.rows
    }

"""Find notes by their GUID or by words: a build in; the notes, and the retired ones, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from studydeck.identity.ledger import LedgerEntry
from studydeck.model.notes import Note
from studydeck.patterns import lazy_pattern
from studydeck.pipeline import Built
from studydeck.reports import listing
from studydeck.text.card_words import CardWords, card_words
from studydeck.text.normalize import normalize
from studydeck.text.tokens import may_hold_cjk

_GUID_START = lazy_pattern(r"[a-z2-7]{4,16}")  # four characters tell 600 notes apart, as a rule


class FoundNote(Struct, frozen=True):
    """A note that was found: in the notes, or only in the ledger as a retired one; `skipped` by the author."""

    guid: str
    note: Note | None
    entry: LedgerEntry | None
    skipped: bool = False


def find(built: Built, query: str) -> tuple[FoundNote, ...]:
    """Return the notes that a query names, in the order of the notes, the retired ones last.

    Parameters
    ----------
    built : the build of the notes.
    query : a GUID, its first characters, or words, or their beginnings, that all stand in its cards or path.
    """
    notes = [*_notes(built)]
    if _GUID_START.fullmatch(query.strip().lower()):
        start = query.strip().lower()
        if named := [found for found in notes if found.guid.startswith(start)]:
            return tuple(named)
    wanted = normalize(query).split()
    words = card_words(built.config.language)
    return tuple(found for found in notes if wanted and _has_words(found, wanted, words))


def _notes(built: Built) -> Iterator[FoundNote]:
    entries = {entry.guid: entry for entry in built.ledger.notes}
    for notes, skipped in ((built.notes, False), (built.skipped_notes, True)):
        for note in notes:
            yield FoundNote(note.guid, note, entries.pop(note.guid, None), skipped)
    for entry in entries.values():
        yield FoundNote(entry.guid, None, entry)


def _has_words(found: FoundNote, wanted: Sequence[str], words: CardWords) -> bool:
    if found.note:
        cards = [f"{card['question']} {card['answer']}" for card in listing.cards(found.note, words)]
        text = normalize(" ".join((found.note.draft.span.path, *found.note.draft.heading_path, *cards)))
    else:
        text = found.entry.text if found.entry else ""
    # A word is found by its beginning; in a script without spaces, wherever it stands.
    return all(f" {word}" in f" {text}" or (may_hold_cjk(word) and word in text) for word in wanted)

"""Follow a note through the releases: ledgers and packages of released versions in; what became of the note out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.identity.ledger import Ledger, LedgerEntry
from studydeck.model.anki import Deck
from studydeck.reports import wording


class Released(Struct, frozen=True):
    """A note in a version: its time of change, by which equal states are known, and its words.

    `retired` says that the version still knows the note, and does not have it.
    """

    changed: int
    words: str
    retired: bool = False


Version = tuple[str, Mapping[str, Released]]  # its number, and its notes by their GUIDs


class Event(Struct, frozen=True):
    """What a version did to a note: "new", "changed", "retired" or "returned", and the words that it then had."""

    version: str
    what: str
    words: str


def of_ledger(version: str, ledger: Ledger) -> Version:
    """Return a version as its ledger knows it, with words in normal form."""
    return version, {entry.guid: Released(entry.changed, known_words(entry), entry.retired) for entry in ledger.notes}


def known_words(entry: LedgerEntry) -> str:
    """Return the words by which the ledger knows a note, without the label that it does not have."""
    return " | ".join(filter(None, entry.text.split(" | ")))


def of_package(deck: Deck) -> Version:
    """Return a version as its package has it."""
    rows = {row.guid: (row.changed, filter(None, (wording.question(row), wording.answer(row)))) for row in deck.rows}
    return deck.version, {guid: Released(changed, " | ".join(words)) for guid, (changed, words) in rows.items()}


def united(ledger: Version, package: Version) -> Version:
    """Return a version as its ledger has it, with the words of its package, where that was not built again since."""
    version, notes = ledger
    words = {
        guid: replace(note, words=package[1][guid].words)
        for guid, note in notes.items()
        if guid in package[1] and package[1][guid].changed == note.changed
    }
    return version, {**notes, **words}


def history(guid: str, versions: Sequence[Version]) -> Iterator[Event]:
    """Yield what the versions did to a note.

    Parameters
    ----------
    guid : of the note.
    versions : the lowest first.
    """
    before: Released | None = None
    for version, notes in versions:
        now = notes.get(guid)
        is_here, was_here = bool(now and not now.retired), bool(before and not before.retired)
        if is_here and now and not was_here:
            yield Event(version, "returned" if before else "new", now.words)
        elif is_here and now and before and now.changed != before.changed:
            yield Event(version, "changed", now.words)
        elif was_here and before and not is_here:
            yield Event(version, "retired", "")
            now = replace(before, retired=True)
        before = now or before

"""Put back what a ledger should know and does not: the ledger and an earlier one in, the completed ledger out.

Entries never disappear from a ledger: they are retired. So what an earlier ledger of the deck knows, and this one does
not, was lost in a merge, by a cut, or where an old copy was restored. Entries that are put back are matched as any
other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from studydeck.identity.ledger import Ledger, LedgerEntry, LedgerSection, LedgerSubdeck

Record = TypeVar("Record")  # an entry or a section


class Restored(Struct, frozen=True):
    """A ledger with what was missing in it: how many notes, how many of them retired, and how many cards of others."""

    ledger: Ledger
    notes: int = 0
    retired: int = 0
    cards: int = 0


def missing_entries(ledger: Ledger, earlier: Ledger) -> tuple[LedgerEntry, ...]:
    """Return the entries of an earlier ledger that a ledger does not know, and that no reset dropped."""
    known = {note.guid for note in ledger.notes}.union(ledger.dropped, earlier.dropped)
    return tuple(note for note in earlier.notes if note.guid not in known)


def restore(ledger: Ledger, earlier: Ledger) -> Restored:
    """Return a ledger with the entries, card ordinals and dropped identities that an earlier one of its deck knows.

    Parameters
    ----------
    ledger : without a deck id if its first line is missing; that of the earlier one is taken then.
    earlier : of the same deck; entries that are in both are taken from `ledger`.
    """
    if not ledger.deck:
        ledger = replace(earlier, sections=ledger.sections, notes=ledger.notes)
    missing = missing_entries(ledger, earlier)
    completed, card_count = _with_cards(ledger.notes, earlier.notes)
    known_sections = {section.id for section in ledger.sections}
    lost_sections = _with_ancestors({note.section for note in missing if not note.retired} - known_sections, earlier)
    restored = replace(
        ledger,
        sections=_inserted(ledger.sections, earlier.sections, lost_sections - known_sections, _section_id),
        notes=_inserted(completed, earlier.notes, {note.guid for note in missing}, _guid),
        subdecks=_with_subdecks(ledger, earlier),
        dropped=tuple(sorted({*ledger.dropped, *earlier.dropped}.difference(note.guid for note in ledger.notes))),
    )
    retired_count = sum(note.retired for note in missing)
    return Restored(restored, len(missing), retired_count, card_count)


def _with_subdecks(ledger: Ledger, earlier: Ledger) -> tuple[LedgerSubdeck, ...]:
    """Return the subdecks of a ledger with those that only an earlier one knows; a renamed place keeps its name."""
    names = {record.name for record in ledger.subdecks}
    places = {record.place for record in ledger.subdecks}
    lost = (record for record in earlier.subdecks if record.place not in places and record.name not in names)
    return tuple(sorted((*ledger.subdecks, *lost), key=lambda record: record.place))


def _guid(entry: LedgerEntry) -> str:
    return entry.guid


def _section_id(section: LedgerSection) -> str:
    return section.id


def _with_cards(
    notes: Sequence[LedgerEntry], earlier_notes: Sequence[LedgerEntry]
) -> tuple[tuple[LedgerEntry, ...], int]:
    """Return the notes with the ordinals that only the earlier ones have, and how many those are.

    Without them a new card could get the ordinal, and so the review history, of another one.
    """
    earlier_by_guid = {note.guid: note for note in earlier_notes}
    completed: list[LedgerEntry] = []
    count = 0
    for note in notes:
        earlier = earlier_by_guid.get(note.guid, note)
        lost = earlier.cards.keys() - note.cards.keys() if earlier.kind == note.kind and not note.is_wordless else ()
        completed.append(replace(note, cards={**earlier.cards, **note.cards}) if lost else note)
        count += len(lost)
    return tuple(completed), count


def _with_ancestors(section_ids: AbstractSet[str], ledger: Ledger) -> set[str]:
    parents = {section.id: section.parent for section in ledger.sections}
    found: set[str] = set()
    for section_id in section_ids:
        ancestor = section_id
        while ancestor and ancestor not in found:
            found.add(ancestor)
            ancestor = parents.get(ancestor, "")
    return found


def _inserted(
    records: Sequence[Record], earlier: Sequence[Record], missing: AbstractSet[str], key: Callable[[Record], str]
) -> tuple[Record, ...]:
    """Return the records with the missing ones, each after the record that it follows in the earlier ledger."""
    if not missing:
        return tuple(records)
    known = {key(record) for record in records}
    followers: dict[str, list[Record]] = {}
    place = ""  # before all others
    for record in earlier:
        if key(record) in missing:
            followers.setdefault(place, []).append(record)
        elif key(record) in known:
            place = key(record)
    following = (followers.get(key(record), []) for record in records)
    pairs = zip(records, following, strict=True)
    return (*followers.get("", ()), *(each for record, lost in pairs for each in (record, *lost)))

"""Check a deck before it is packed and after it is read: what Anki would import wrongly, or not at all."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from studydeck.model.anki import FIELDS, MAX_CLOZE_CARDS, TEMPLATES, Deck, Kind, Row
from studydeck.patterns import lazy_pattern

# The number of cards that a note can have; Anki ignores c501 and above.
MOST_CARDS: Mapping[Kind, int] = {"pair": len(TEMPLATES["pair"]), "cloze": MAX_CLOZE_CARDS}
SEPARATOR = "\x1f"  # between the fields of a note
MEDIA_NAME = lazy_pattern(r"[a-z0-9._-]+")


def check(deck: Deck) -> None:
    """Raise a ValueError for what Anki would import wrongly or not at all; the message names the note."""
    kinds = {note_type.kind for note_type in deck.notetypes}
    if len(kinds) < len(deck.notetypes):
        raise ValueError("two note types of one kind")
    guids: set[str] = set()
    id_slots: set[int] = set()
    accepted: set[Hashable] = set()
    for row in deck.rows:
        guid, id_slot = row.guid, row.id_slot
        if row.kind not in kinds:
            raise ValueError(f"note {guid}: there is no note type for the kind {row.kind}")
        if guid in guids or id_slot in id_slots:
            raise ValueError(f"note {guid}: its GUID or its slot is taken")
        if fault := _row_fault(row, accepted):
            raise ValueError(f"note {guid}: {fault}")
        guids.add(guid)
        id_slots.add(id_slot)
    for name in deck.media:
        if not MEDIA_NAME.fullmatch(name):
            raise ValueError(f"the picture {name!r} has an unsafe name")


def _row_fault(row: Row, accepted: set[Hashable]) -> str:
    """Return what is wrong with a row, or an empty string; `accepted` caches tags and card shapes already checked."""
    fields = row.fields
    if len(fields) != len(FIELDS[row.kind]):
        return f"it has {len(fields)} fields, its note type {len(FIELDS[row.kind])}"
    if fields[0] != row.guid:
        return "its first field is not its GUID"
    joined_fields = "".join(fields)
    if SEPARATOR in joined_fields or "\0" in joined_fields:
        return "a field holds a control character that Anki takes for its end"
    if (card_shape := (row.kind, row.ordinals)) not in accepted:
        if fault := _ordinal_fault(*card_shape):
            return fault
        accepted.add(card_shape)
    for tag in row.tags:
        if tag not in accepted:
            if tag.split() != [tag] or not all(tag.split("::")):
                return f"the tag {tag!r} holds white space or an empty part"
            accepted.add(tag)
    return ""


def _ordinal_fault(kind: Kind, ordinals: tuple[int, ...]) -> str:
    if not ordinals or len(set(ordinals)) < len(ordinals):
        return "it has no card, or two with the same ordinal"
    if not 0 <= min(ordinals) <= max(ordinals) < MOST_CARDS[kind]:
        return f"an ordinal lies outside of 0 to {MOST_CARDS[kind] - 1}"
    return ""

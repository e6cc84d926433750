"""Cards that stay only because a package had them: today's rules, or the least confidence, would make no such card.

In: what today's rules ask of a note, and the cards that it has. Out: which of them are held, each with its kind:

    low-confidence   it is weaker than the least confidence
    backwards        the meaning is not asked for its term any more
    forwards         the block gives no card any more
    item             an item of a list is not asked any more
    blank            a sentence has another blank, or none
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from studydeck.identity.card_ordinals import assign_ordinals, card_name
from studydeck.identity.withheld import withhold
from studydeck.model.document import ItemList
from studydeck.model.notes import Note, NoteDraft, Pair

HeldKind = Literal["low-confidence", "backwards", "forwards", "item", "blank"]
_PAIR_KINDS: tuple[HeldKind, HeldKind] = ("forwards", "backwards")


def held_cards(draft: NoteDraft, ordinals: Sequence[int], asked: NoteDraft, least: int) -> Mapping[int, HeldKind]:
    """Return the held cards of a note by their ordinals.

    Parameters
    ----------
    draft, ordinals : of the note.
    asked : the draft as today's rules give it, in the kind of the note.
    least : the least confidence.
    """
    specs = {card_name(asked, number): card_spec for number, card_spec in enumerate(asked.card_specs)}
    held: dict[int, HeldKind] = {}
    for number, ordinal in enumerate(ordinals):
        is_typed = draft.kind == "pair" and number > 1
        today = specs.get(card_name(draft, number)) if not is_typed else None
        if is_typed or (today and not today.legacy_only and today.confidence >= least):
            continue
        held[ordinal] = "low-confidence" if today and not today.legacy_only else _kind(asked, number)
    return held


def _kind(asked: NoteDraft, number: int) -> HeldKind:
    if isinstance(asked.body, Pair):
        return _PAIR_KINDS[number]
    return "item" if any(isinstance(block, ItemList) for block in asked.body.text) else "blank"


def todays_note(note: Note, asked: NoteDraft, least: int) -> Note:
    """Return a note as a deck without a ledger would have it; without ordinals there is no card."""
    draft, ordinals, _ = assign_ordinals(withhold(asked, least), {})
    return Note(note.guid, note.id_slot, note.changed, note.since, ordinals, draft)

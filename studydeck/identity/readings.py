"""The reading of a draft that its note keeps: the draft with those cards that are made, and their ordinals.

In: a draft, its ledger entry if it has one, and the policy for weak cards. Out: a `Reading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.identity.card_ordinals import assign_ordinals
from studydeck.identity.card_phrases import ItemsOfDeck
from studydeck.identity.ledger import Ledger, LedgerEntry, WeakDraft
from studydeck.identity.withheld import CardPolicy, WeakDrafts, card_name, withhold
from studydeck.model.notes import NoteDraft


class Reading(Struct, frozen=True):
    """A draft with its card ordinals and the ledger's cards. Without ordinals it gives no card, and so no note.

    `asked` is the draft that today's rules and the policy ask for, before packed cards are put back. `unheld` are
    ordinals that do not stay because they were packed.
    """

    draft: NoteDraft
    ordinals: tuple[int, ...]
    cards: Mapping[int, str]
    asked: NoteDraft
    unheld: tuple[int, ...] = ()


def readings_of(
    drafts: Sequence[NoteDraft],
    old_entries: list[LedgerEntry | None],
    sections: Sequence[str],
    ledger: Ledger,
    policy: CardPolicy,
) -> tuple[list[Reading], list[WeakDraft]]:
    """Return the reading of each draft, and the weak drafts that are no notes.

    Parameters
    ----------
    drafts : in source order.
    old_entries : those of the drafts; one is set to None where its draft cannot keep it and is a new note.
    sections : the ids of the drafts' sections.
    ledger : of the last build.
    policy : which weak cards are made.
    """
    items = ItemsOfDeck(drafts, ledger)
    new = [(draft, section) for draft, old, section in zip(drafts, old_entries, sections, strict=True) if old is None]
    weak_drafts = WeakDrafts(ledger.weak, new, policy)
    readings: list[Reading] = []
    for number, (draft, old, section) in enumerate(zip(drafts, old_entries, sections, strict=True)):
        reading = known_reading(draft, old, items, policy) if old else None
        if reading and not reading.ordinals and not reading.unheld and not draft.legacy_only:
            # The reading of the known note gives no card any more, but the draft's own reading does: it is a new note.
            old_entries[number] = reading = None
        if reading and not reading.ordinals and reading.unheld:
            weak_drafts.remember(draft, section)
        readings.append(reading or new_reading(weak_drafts.withhold(draft, section)))
    return readings, weak_drafts.withheld


def new_reading(asked: NoteDraft) -> Reading:
    """Return the reading of a draft that is a new note."""
    return Reading(*assign_ordinals(asked, {}), asked)


def known_reading(draft: NoteDraft, old: LedgerEntry, items: ItemsOfDeck, policy: CardPolicy) -> Reading:
    """Return the reading of a draft for its known note, in the kind that this has."""
    if old.kind != draft.kind and draft.other:
        draft = replace(draft.other, directives=draft.directives)
    reworded, unheld = items.reworded(draft, old), set(old.unheld)
    if policy.is_moved or old.guid in policy.accepted:
        final, ordinals, _ = assign_ordinals(draft, old.cards, reworded, unheld)
        if policy.is_moved:
            unheld.update(
                ordinal
                for card_spec, ordinal in zip(final.card_specs, ordinals, strict=True)
                if card_spec.confidence < policy.least
            )
        if old.guid in policy.accepted:
            unheld.update(old.cards)
    made = {name for ordinal, name in old.cards.items() if ordinal not in unheld}
    asked = withhold(draft, policy.least if old.guid in policy.accepted else policy.least_of_edited, made)
    final, ordinals, cards = assign_ordinals(asked, old.cards, reworded, unheld)
    remaining = tuple(sorted(unheld.difference(ordinals)))
    return Reading(final, ordinals, dict(sorted(cards.items())), asked, remaining)


def held_cards(reading: Reading, least: int) -> tuple[int, ...]:
    """Return the indices of those cards of a reading that stay only because they were packed.

    Today's rules would not make them, or their confidence is too low.
    """
    asked = reading.asked
    wanted = {
        card_name(asked, number)
        for number, card_spec in enumerate(asked.card_specs)
        if not card_spec.legacy_only and card_spec.confidence >= least
    }
    return tuple(
        [
            index
            for index in range(len(reading.ordinals))
            if card_name(reading.draft, index) not in wanted and reading.draft.card_specs[index].phrase
        ]
    )

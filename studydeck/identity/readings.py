"""The reading of a draft that its note keeps: the draft with those cards that are made, and their ordinals.

In: a draft, its ledger entry if it has one, and the policy for weak cards. Out: a `Reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.identity.card_ordinals import BACKWARD_ORDINAL, assign_ordinals, card_name
from studydeck.identity.card_phrases import ItemsOfDeck
from studydeck.identity.held import held_cards
from studydeck.identity.ledger import Ledger, LedgerEntry, WeakDraft
from studydeck.identity.withheld import CardPolicy, WeakDrafts, withhold
from studydeck.model.digests import note_digests
from studydeck.model.notes import MOST_CONFIDENCE, NoteDraft, Pair, WithheldCard


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


ReadKnown = Callable[[NoteDraft, LedgerEntry, Mapping[str, str], CardPolicy], Reading]


def in_packed_words(drafts: Sequence[NoteDraft], ledger: Ledger) -> list[NoteDraft]:
    """Return the drafts, those with the other reading that a note has already: a longer answer to the same question."""
    texts: set[str] = set()
    found = list(drafts)
    for number, draft in enumerate(drafts):
        other = draft.other
        if not other or not draft.kind == other.kind == "pair":
            continue
        texts = texts or {entry.text for entry in ledger.notes if entry.kind == "pair"}
        if (
            other.fingerprint.question == draft.fingerprint.question
            and other.fingerprint.text in texts
            and draft.fingerprint.text not in texts
        ):
            found[number] = replace(other, directives=draft.directives)
    return found


def readings_of(
    drafts: Sequence[NoteDraft],
    old_entries: list[LedgerEntry | None],
    sections: Sequence[str],
    headings: Sequence[str],
    ledger: Ledger,
    policy: CardPolicy,
    read_known: ReadKnown,
) -> tuple[list[Reading], list[WeakDraft]]:
    """Return the reading of each draft, and the weak drafts that are no notes.

    Parameters
    ----------
    drafts : in source order.
    old_entries : those of the drafts; one is set to None where its draft cannot keep it and is a new note.
    sections, headings : the ids and the headings of the drafts' sections.
    ledger : of the last build.
    policy : which weak cards are made.
    read_known : is `known_reading`, or a function that returns the same.
    """
    items = ItemsOfDeck(drafts, ledger)
    new = [(draft, section) for draft, old, section in zip(drafts, old_entries, sections, strict=True) if old is None]
    weak_drafts = WeakDrafts(ledger.weak, new, policy)
    readings: list[Reading] = []
    for number, (draft, old, section, heading) in enumerate(zip(drafts, old_entries, sections, headings, strict=True)):
        reading = None
        if old:
            known = _in_known_kind(draft, old)
            reading = read_known(known, old, items.reworded(known, old, heading), policy)
        if reading and not reading.ordinals and not reading.unheld and not draft.legacy_only:
            # The reading of the known note gives no card any more, but the draft's own reading does: it is a new note.
            old_entries[number] = reading = None
        if reading and not reading.ordinals and reading.unheld:
            weak_drafts.remember(draft, section)
        readings.append(reading or new_reading(weak_drafts.withhold(draft, section)))
    return readings, weak_drafts.withheld


def without_waiting(
    readings: list[Reading],
    old_entries: Sequence[LedgerEntry | None],
    policy: CardPolicy,
    decided: Collection[int] = (),
) -> tuple[list[Reading], list[WithheldCard]]:
    """Return the readings without cards that are new only because of the tool, and those cards.

    What the author decided about the drafts with the numbers `decided` is new because of that.
    """
    new = {
        number: _new_cards(reading, old)
        for number, (reading, old) in enumerate(zip(readings, old_entries, strict=True))
        if number not in decided and reading.ordinals and (old is None or not set(reading.ordinals) <= old.cards.keys())
    }
    unchanged = policy.unchanged({readings[number].draft.span.path for number in new}) if new else frozenset()
    waiting: list[WithheldCard] = []
    for number, indices in new.items():
        reading, old = readings[number], old_entries[number]
        if reading.draft.span.path not in unchanged or not indices:
            continue
        names = {card_name(reading.draft, index) for index in indices}
        asked = withhold(reading.asked, MOST_CONFIDENCE + 1, _other_names(reading.asked, names))
        assigned = assign_ordinals(asked, old.cards if old else {}, unheld=reading.unheld)
        readings[number] = Reading(*assigned, asked, reading.unheld)
        waiting += [
            WithheldCard(reading.asked, index, is_in_note=bool(assigned[1]))
            for index, card_spec in enumerate(reading.asked.card_specs)
            if card_name(reading.asked, index) in names and not card_spec.legacy_only
        ]
    return readings, waiting


def _new_cards(reading: Reading, old: LedgerEntry | None) -> list[int]:
    """Return the indices of the cards of a reading that no earlier build made; a typed card is the author's wish."""
    return [
        index
        for index, ordinal in enumerate(reading.ordinals)
        if (old is None or ordinal not in old.cards) and not (reading.draft.kind == "pair" and index > 1)
    ]


def _other_names(draft: NoteDraft, names: Collection[str]) -> set[str]:
    return {card_name(draft, index) for index in range(len(draft.card_specs))}.difference(names)


def new_reading(asked: NoteDraft) -> Reading:
    """Return the reading of a draft that is a new note."""
    return Reading(*assign_ordinals(asked, {}), asked)


def _in_known_kind(draft: NoteDraft, old: LedgerEntry) -> NoteDraft:
    """Return a draft in the kind that its known note has."""
    other = draft.other
    if other and ((old.kind != draft.kind and (old.cards or old.retired)) or _asks_backwards_as(draft, other, old)):
        return replace(other, directives=draft.directives)
    return draft


def known_reading(draft: NoteDraft, old: LedgerEntry, reworded: Mapping[str, str], policy: CardPolicy) -> Reading:
    """Return the reading of a draft for its known note; `reworded` has what the items of a list were before."""
    unheld = set(old.unheld)
    least = policy.least_of_edited if old.cards else policy.least  # a note that comes back needs no margin
    if policy.is_moved or policy.accepted:
        final, ordinals, _ = assign_ordinals(draft, old.cards, reworded, unheld)
        given_up = _given_up(draft, old, final, ordinals, policy)
        unheld |= given_up
        least = policy.least if given_up else least
    made = {name for ordinal, name in old.cards.items() if ordinal not in unheld}
    asked = withhold(draft, least, made | _new_phrases(draft, old, policy.least))
    final, ordinals, cards = assign_ordinals(asked, old.cards, reworded, unheld)
    final = _in_packed_question(final, old)
    return Reading(final, ordinals, dict(sorted(cards.items())), asked, tuple(sorted(unheld.difference(ordinals))))


def _in_packed_question(final: NoteDraft, old: LedgerEntry) -> NoteDraft:
    """Return a reading with its question as term and label where the note was packed so, and nothing else changed."""
    if not (isinstance(final.body, Pair) and final.body.asked):
        return final
    packed = final.without_own_question()
    return packed if note_digests(packed)[0] == old.content_digest else final


def _asks_backwards_as(draft: NoteDraft, other: NoteDraft, old: LedgerEntry) -> bool:
    """Return whether a known pair has a backward card that asked for the term of the other reading of its draft.

    A draft that asks for the same term backwards is the reading that was packed, or that reading reworded.
    """
    is_asked = BACKWARD_ORDINAL in old.cards and BACKWARD_ORDINAL not in old.unheld
    has_backward = len(draft.card_specs) > BACKWARD_ORDINAL
    asks_same = draft.fingerprint.term == other.fingerprint.term
    return is_asked and other.kind == old.kind == "pair" and not (has_backward and asks_same)


def _new_phrases(draft: NoteDraft, old: LedgerEntry, least: int) -> set[str]:
    """Return the cards of phrases that the note did not hold before: they are new facts, and need no margin."""
    if draft.kind == "pair":
        return set()
    names = {card_name(draft, number) for number, spec in enumerate(draft.card_specs) if spec.confidence >= least}
    return {name for name in names if name not in old.text}


def _given_up(
    draft: NoteDraft, old: LedgerEntry, final: NoteDraft, ordinals: tuple[int, ...], policy: CardPolicy
) -> set[int]:
    """Return the ordinals of packed cards that the author gives up: by a moved setting, or as they accept the rules."""
    held = held_cards(final, ordinals, draft, policy.least)
    return {
        ordinal
        for ordinal, kind in held.items()
        if (policy.is_moved and final.card_specs[ordinals.index(ordinal)].confidence < policy.least)
        or not policy.accepted.isdisjoint((old.guid, kind))
    }

"""Which cards are too weak to be made: those below the least confidence that no package had.

In: drafts with the confidence of their cards, and the cards that earlier builds made. Out: the same drafts, whose weak
cards are made only where a package had them.

A card that an earlier build did not make has to pass the least confidence by a margin, so that no small edit makes it.
The ledger remembers the weak drafts of each section by a digest, for those that are no note: a draft that is near the
least confidence and new stands for one of them that is gone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct
from msgspec.structs import replace

from studydeck.identity.card_ordinals import card_name, phrase_key
from studydeck.identity.ledger import WeakDraft
from studydeck.model.notes import MOST_CONFIDENCE, CardSpec, NoteDraft, WithheldCard

MARGIN = 2  # points above the least confidence that a mere edit has to give


class CardPolicy(Struct, frozen=True):
    """Which cards a build makes besides those that a package had.

    Attributes
    ----------
    least : the least confidence of a card.
    is_moved : the author set another least confidence than the last build had. That is a decision: it applies to cards
        that a package had, too, and without a margin.
    accepted : GUIDs of notes, and kinds of held cards, for which the author accepts today's rules.
    unchanged : returns which of some files are as the last release had them. What is new there is new because of the
        tool, and waits.
    """

    least: int = -MOST_CONFIDENCE
    is_moved: bool = False
    accepted: frozenset[str] = frozenset()
    unchanged: Callable[[Collection[str]], AbstractSet[str]] = lambda _paths: frozenset()

    @property
    def least_of_edited(self) -> int:
        """The least confidence of a card that an earlier build did not make."""
        return self.least if self.is_moved else self.least + MARGIN


def withhold(draft: NoteDraft, least: int, made: Collection[str] = ()) -> NoteDraft:
    """Return a draft whose cards below the least confidence are made only where a package had them.

    Parameters
    ----------
    draft : of a new note, or of a known one in the kind that it has.
    least : the least confidence. Without its first card a pair is no note, so the weakness of that withholds them all.
    made : the cards that the last build made, which are not weak whatever they have.
    """
    weak = [
        card_spec.confidence < least and card_name(draft, number) not in made
        for number, card_spec in enumerate(draft.card_specs)
    ]
    if not any(weak):
        return draft
    if draft.kind == "pair" and weak[0]:
        weak = [card_name(draft, number) not in made for number in range(len(weak))]
    card_specs = tuple(
        [
            replace(card_spec, legacy_only=True) if is_weak else card_spec
            for card_spec, is_weak in zip(draft.card_specs, weak, strict=True)
        ]
    )
    return replace(draft, card_specs=card_specs)


def withheld_cards(
    draft: NoteDraft, withheld: NoteDraft, ordinals: tuple[int, ...], made: tuple[CardSpec, ...]
) -> tuple[WithheldCard, ...]:
    """Return the cards that a draft would give, were it not for their confidence.

    Parameters
    ----------
    draft, withheld : as it was extracted, and as `withhold` returns it.
    ordinals, made : the ordinals and card specs that it got.
    """
    if withheld is draft or withheld.kind != draft.kind:
        return ()
    if draft.kind == "pair":
        is_made = [number in ordinals for number in range(len(draft.card_specs))]
    else:
        phrases = {phrase_key(card_spec) for card_spec in made} if ordinals else set()
        is_made = [phrase_key(card_spec) in phrases for card_spec in draft.card_specs]
    return tuple(
        [
            WithheldCard(draft, number, is_in_note=bool(ordinals))
            for number, (before, after) in enumerate(zip(draft.card_specs, withheld.card_specs, strict=True))
            if after.legacy_only and not before.legacy_only and not is_made[number]
        ]
    )


class WeakDrafts:
    """The drafts that are no notes because they are weak, as the last build and as this one know them."""

    def __init__(self, known: Sequence[WeakDraft], new: Sequence[tuple[NoteDraft, str]], policy: CardPolicy) -> None:
        """Count what the last build withheld; `new` are the drafts that are no known notes, with their sections."""
        self._policy = policy
        self._known = {(weak.section, weak.digest) for weak in known}
        present = {(section, draft_digest(draft)) for draft, section in new} if known else set()
        self._gone: Mapping[str, int] = Counter(section for section, _ in self._known - present)
        self._stood_for: Counter[str] = Counter()
        self.withheld: list[WeakDraft] = []

    def withhold(self, draft: NoteDraft, section: str) -> NoteDraft:
        """Return the draft of a new note with its weak cards withheld, and remember it if that leaves none."""
        withheld = withhold(draft, self._least(draft, section))
        if withheld.legacy_only and not draft.legacy_only:
            self.remember(draft, section)
        return withheld

    def remember(self, draft: NoteDraft, section: str) -> None:
        """Remember a draft that is no note because it is weak."""
        self.withheld.append(WeakDraft(section, draft_digest(draft)))

    def _least(self, draft: NoteDraft, section: str) -> int:
        policy = self._policy
        strongest = max(
            [card_spec.confidence for card_spec in draft.card_specs if not card_spec.legacy_only], default=0
        )
        if policy.is_moved or not self._known or not policy.least <= strongest < policy.least_of_edited:
            return policy.least
        if (section, draft_digest(draft)) in self._known:
            return policy.least_of_edited
        if self._stood_for[section] < self._gone.get(section, 0):
            self._stood_for[section] += 1
            return policy.least_of_edited
        return policy.least


def draft_digest(draft: NoteDraft) -> str:
    """Return the digest by which the ledger remembers a weak draft."""
    return hashlib.sha256(f"weak {draft.kind} {draft.fingerprint.text}".encode()).hexdigest()[:10]

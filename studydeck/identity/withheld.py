"""Which cards are too weak to be made: those below the least confidence that no package ever had.

In: drafts with the confidence of their cards. Out: the same, whose weak cards are made only where a package had them.
"""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.identity.card_ordinals import phrase_key
from studydeck.model.notes import CardSpec, NoteDraft, WithheldCard


def withhold(draft: NoteDraft, min_confidence: int) -> NoteDraft:
    """Return a draft whose cards below the least confidence are made only where a package had them.

    Without its first card a pair is no note, so the weakness of that withholds them all.
    """
    if not _is_weak(draft, min_confidence):
        return draft
    other = draft.other and withhold(draft.other, min_confidence)
    if draft.kind == "pair" and draft.card_specs[0].confidence < min_confidence:
        return replace(draft.withdrawn(), other=other)
    card_specs = tuple(
        [
            replace(card_spec, legacy_only=card_spec.legacy_only or card_spec.confidence < min_confidence)
            for card_spec in draft.card_specs
        ]
    )
    return replace(draft, card_specs=card_specs, other=other)


def _is_weak(draft: NoteDraft, min_confidence: int) -> bool:
    card_specs = draft.card_specs if draft.other is None else (*draft.card_specs, *draft.other.card_specs)
    for card_spec in card_specs:  # noqa: SIM110  # a generator takes twice as long
        if card_spec.confidence < min_confidence:
            return True
    return False


def withheld_cards(
    draft: NoteDraft, withheld: NoteDraft, ordinals: tuple[int, ...], made: tuple[CardSpec, ...]
) -> tuple[WithheldCard, ...]:
    """Return the cards that a draft would give, were it not for their confidence.

    Parameters
    ----------
    draft, withheld : as it was extracted, and as `withhold` returns it.
    ordinals, made : the ordinals and card specs that it got.
    """
    if withheld is draft:
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

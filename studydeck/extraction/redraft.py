"""Draft a note in another way, as a directive beside it would: a draft and directives in; a draft out.

The stage *decide* uses it for what the author decided by identity. The draft keeps its text, its place and its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from studydeck.extraction.cloze_candidates import hidable_span
from studydeck.extraction.rules.enumerations import askable_items
from studydeck.model.anki import Kind
from studydeck.model.document import Directives, ItemList, Paragraph
from studydeck.model.notes import MOST_CONFIDENCE, CardSpec, Cloze, NoteDraft, Pair
from studydeck.model.text_edits import hide, shown
from studydeck.model.traverse import paragraph

Unmet = tuple[str, ...]  # what a draft does not have, as parts of a sentence


def redrafted(
    draft: NoteDraft, wishes: Directives, ambiguous_clues: AbstractSet[str]
) -> tuple[NoteDraft, Mapping[Kind, Unmet]]:
    """Return a draft as directives ask for it, and what it does not have for that, by the kind of the note.

    Parameters
    ----------
    draft : as the rules made it.
    wishes : directives to add to its own; what they cannot change stays as it was.
    ambiguous_clues : those that fit several terms, by which no term is asked.
    """
    final, unmet = _with_wishes(draft, wishes, ambiguous_clues)
    if not draft.other:
        return final, {draft.kind: unmet}
    other, other_unmet = _with_wishes(draft.other, wishes, ambiguous_clues)
    return replace(final, other=other), {other.kind: other_unmet, final.kind: unmet}


def _with_wishes(draft: NoteDraft, wishes: Directives, ambiguous_clues: AbstractSet[str]) -> tuple[NoteDraft, Unmet]:
    final, unmet = _with_ways(draft, wishes, ambiguous_clues)
    if wishes.hide:
        final, missing = _with_phrases(final, wishes.hide)
        unmet = (*unmet, *missing)
    if wishes.items:
        final, missing = _with_items(final)
        unmet = (*unmet, *missing)
    own = final.directives
    directives = replace(
        own,
        one_way=own.one_way or wishes.one_way,
        both_ways=own.both_ways or wishes.both_ways,
        items=own.items or wishes.items,
        tags=tuple(dict.fromkeys((*own.tags, *wishes.tags))),
    )
    tags = tuple(dict.fromkeys((*final.tags, *wishes.tags)))
    return replace(final, tags=tags, directives=directives, digests=None), unmet


def _with_ways(draft: NoteDraft, wishes: Directives, ambiguous_clues: AbstractSet[str]) -> tuple[NoteDraft, Unmet]:
    if not (wishes.one_way or wishes.both_ways):
        return draft, ()
    if not isinstance(draft.body, Pair):
        return draft, ("a sentence or list with a blank has no second way",) if wishes.both_ways else ()
    forward, *backward = draft.card_specs
    if wishes.one_way:
        return replace(draft, card_specs=(forward, *[replace(spec, legacy_only=True) for spec in backward])), ()
    if not backward or not draft.body.clue:
        return draft, ("its answer gives no question from which the term can be told",)
    if draft.fingerprint.clue in ambiguous_clues:
        return draft, ("its answer fits another term of the deck, too",)
    asked = [replace(spec, legacy_only=False, confidence=MOST_CONFIDENCE) for spec in backward]
    return replace(draft, card_specs=(replace(forward, confidence=MOST_CONFIDENCE), *asked)), ()


def _with_phrases(draft: NoteDraft, phrases: tuple[str, ...]) -> tuple[NoteDraft, Unmet]:
    """Return a sentence that hides some phrases; without any of them it stays as the rules made it."""
    body = draft.body
    if not (isinstance(body, Cloze) and draft.movable_blanks and isinstance(body.text[0], Paragraph)):
        return draft, ("a phrase can be hidden in a sentence only",)
    text = shown(body.text[0].text)
    spans: dict[str, tuple[int, int]] = {}
    for phrase in phrases:
        span = hidable_span(text, phrase)
        if span and not any(start < span[1] and span[0] < end for start, end in spans.values()):
            spans[phrase] = span
    unmet = tuple(
        [f'"{phrase}" is not in its text, or is a part of a formula' for phrase in phrases if phrase not in spans]
    )
    if not spans:
        return draft, unmet
    card_specs, hidden = list[CardSpec](), text
    for number, (start, end) in enumerate(spans.values(), 1):
        card_specs.append(CardSpec(text.string[start:end].strip(), draft.span.line))
        hidden = hide(hidden, start, end, number)
    directives = replace(draft.directives, hide=tuple(spans))
    return replace(
        draft, body=replace(body, text=paragraph(hidden)), card_specs=tuple(card_specs), directives=directives
    ), unmet


def _with_items(draft: NoteDraft) -> tuple[NoteDraft, Unmet]:
    """Return a list that asks each of its items that no other item tells."""
    body = draft.body
    if not (isinstance(body, Cloze) and body.item_count and isinstance(body.text[0], ItemList)):
        return draft, ("its items are asked together, or it is no list; Anki cannot change that once it has the note",)
    asked = askable_items(body.text[0])
    card_specs = [
        replace(spec, legacy_only=number not in asked, confidence=MOST_CONFIDENCE)
        for number, spec in enumerate(draft.card_specs)
    ]
    return replace(draft, card_specs=tuple(card_specs)), () if asked else ("each of its items tells another",)

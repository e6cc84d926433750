"""Assign card ordinals, so that each packed card keeps the phrase that it asks.

In: a draft, and the phrases of the cards of its note that were ever packed, by ordinal. Out: the draft with the card
specs that become cards, their ordinals, and the phrases to remember.

Anki schedules by ordinal. So a packed phrase keeps its ordinal when phrases are inserted, removed, reordered or
reworded. A new phrase gets an ordinal that was never used. A packed card stays as long as its phrase is in the note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from studydeck.identity.card_phrases import MAX_PHRASE_LENGTH, recognise
from studydeck.model.anki import MAX_CLOZE_CARDS
from studydeck.model.document import NO_TEXT, Content, Inline, Text
from studydeck.model.notes import MOST_CONFIDENCE, CardSpec, Cloze, NoteDraft, Pair
from studydeck.model.text_edits import hide, normalized_text, with_hide
from studydeck.model.traverse import inlines, map_texts, texts
from studydeck.text.normalize import normalize

_MASK = "ǂ"  # a letter that occurs in no notes
BACKWARD_ORDINAL, _TYPED_ORDINAL = 1, 2
PAIR_CARDS = ("forwards", "backwards", "typed")  # how the ledger calls the cards of a pair, by ordinal


def assign_ordinals(
    draft: NoteDraft,
    packed: Mapping[int, str],
    reworded: Mapping[str, str] = MappingProxyType({}),
    unheld: Collection[int] = (),
) -> tuple[NoteDraft, tuple[int, ...], dict[int, str]]:
    """Assign ordinals to the cards of a draft.

    Parameters
    ----------
    draft : its inlines are hidden by the numbers of its card specs, counted from 1.
    packed : ordinal -> phrase, for every card of this note that was ever packed.
    reworded : phrase -> the phrase that stood in its place before, for items of a list.
    unheld : ordinals whose cards do not stay because they were packed; they keep the ordinal if they are asked anyway.

    Returns
    -------
    the draft with only the card specs that become cards, and its inlines hidden by ordinals; those ordinals, parallel
    to its card specs; and ordinal -> phrase to remember. If the draft gives no card the ordinals are empty.
    """
    if isinstance(draft.body, Pair):
        held = {ordinal: name for ordinal, name in packed.items() if ordinal not in unheld} if unheld else packed
        final, ordinals, cards = _assign_pair(draft, draft.body, held)
        return final, ordinals, {**packed, **cards}
    return _assign_cloze(draft, draft.body, packed, reworded, unheld)


def _assign_pair(
    draft: NoteDraft, body: Pair, packed: Mapping[int, str]
) -> tuple[NoteDraft, tuple[int, ...], dict[int, str]]:
    backward = draft.card_specs[BACKWARD_ORDINAL:_TYPED_ORDINAL]
    if backward and backward[0].legacy_only:
        keeps_backward = BACKWARD_ORDINAL in packed and not draft.directives.one_way
        backward = (_as_current(backward[0]),) if keeps_backward else ()
    if draft.card_specs[0].legacy_only and 0 not in packed:
        return draft, (), dict(packed)
    typed = (CardSpec(body.typed, draft.card_specs[0].line),) if body.typed else ()
    card_specs = (_as_current(draft.card_specs[0]), *backward, *typed)
    final = draft
    if card_specs != draft.card_specs or (not backward and (body.clue or body.about)):
        # A backward card asks for the term by itself, which is then shown with its label.
        shown = replace(body, asked=NO_TEXT) if backward else replace(body, clue=(), about="")
        final = replace(draft, card_specs=card_specs, body=shown)
    ordinals = (0, *(BACKWARD_ORDINAL for _ in backward), *(_TYPED_ORDINAL for _ in typed))
    return final, ordinals, {**packed, **{ordinal: PAIR_CARDS[ordinal] for ordinal in ordinals}}


def _as_current(card_spec: CardSpec) -> CardSpec:
    return replace(card_spec, legacy_only=False) if card_spec.legacy_only else card_spec


def _assign_cloze(
    draft: NoteDraft,
    body: Cloze,
    packed: Mapping[int, str],
    reworded: Mapping[str, str],
    unheld: Collection[int],
) -> tuple[NoteDraft, tuple[int, ...], dict[int, str]]:
    if not packed and (
        len({card_spec.legacy_only for card_spec in draft.card_specs}) <= 1 and len(draft.card_specs) <= MAX_CLOZE_CARDS
    ):
        return _assign_new_cloze(draft)
    phrases = dict(enumerate([phrase_key(card_spec) for card_spec in draft.card_specs], 1))
    if phrases == packed and not any(card_spec.legacy_only for card_spec in draft.card_specs):
        return draft, tuple(phrases), phrases  # nearly always: nothing changed
    asked = {phrase_key(card_spec) for card_spec in draft.card_specs if not card_spec.legacy_only} if unheld else set()
    held = {ordinal: phrase for ordinal, phrase in packed.items() if ordinal not in unheld or phrase in asked}
    blanks = _with_packed_phrases(draft, body, held, reworded)
    ordinals = _sort_equal_phrases(_ordinals_of(blanks, packed), blanks.card_specs)
    kept = {
        ordinal: _as_current(card_spec)
        for card_spec, ordinal in zip(blanks.card_specs, ordinals, strict=True)
        if ordinal
    }
    final = replace(draft, card_specs=tuple(kept.values()), body=_renumbered(blanks.body, ordinals))
    return draft if final == draft else final, tuple(kept), _remembered(packed, kept)


class _Blanks(Struct, frozen=True):
    """The blanks of a note while its cards are found again.

    Attributes
    ----------
    body : hides each blank by the number of its card spec, counted from 1.
    card_specs : one for each blank.
    ordinals : those of packed cards, by the index of the card spec that asks their phrase.
    """

    body: Cloze
    card_specs: list[CardSpec]
    ordinals: Mapping[int, int]


def _with_packed_phrases(
    draft: NoteDraft, body: Cloze, packed: Mapping[int, str], reworded: Mapping[str, str]
) -> _Blanks:
    """Return the blanks of a draft, and those of packed phrases that are in its text although no blank asks them."""
    card_specs = list(draft.card_specs)
    movable = _are_blanks_movable(draft, body)
    fixed = not draft.movable_blanks or draft.directives.hide
    present = {} if fixed else _present_phrases(_reveal(body.text) if movable else body.text, packed)
    if movable and present:
        # The tool chose the blank, and a phrase that it chose earlier is still there: that one keeps its card, and no
        # second card is made. If both are equal, today's blank gives the exact span: in normal form "30 %" is "30".
        card_specs, body = _keep_present(card_specs, body, present)
    present = _without_asked(present, card_specs)
    # Where the author asks for another phrase, one that is shown now was not corrected: its card goes.
    gone = _without_asked(_present_phrases(body.text, packed), card_specs) if draft.directives.hide else {}
    known = present.keys() | gone.keys()
    missing = {ordinal: normalize(phrase) for ordinal, phrase in packed.items() if ordinal not in known}
    recognised = recognise([normalize(card_spec.phrase) for card_spec in card_specs], missing, reworded)
    return _hide_present(draft, _Blanks(body, card_specs, recognised), present)


def _ordinals_of(blanks: _Blanks, packed: Mapping[int, str]) -> list[int]:
    """Return the ordinal of each card spec: a packed one, the next that was never used, or 0 where it gives no card."""
    ordinals: list[int] = []
    last_ordinal = max(packed, default=0)
    for index, card_spec in enumerate(blanks.card_specs):
        ordinal = blanks.ordinals.get(index, 0)
        if not ordinal and not card_spec.legacy_only and last_ordinal < MAX_CLOZE_CARDS:
            ordinal = last_ordinal = last_ordinal + 1
        ordinals.append(ordinal)
    return ordinals


def _renumbered(body: Cloze, ordinals: list[int]) -> Cloze:
    """Return a body in which each blank is hidden by its ordinal, and what gives no card is shown."""
    ordinal_by_spec = dict(enumerate(ordinals, 1))
    if all(spec_number == ordinal for spec_number, ordinal in ordinal_by_spec.items()):
        return body
    # Inlines that were split for a blank that gives no card are joined again, as they must not change a digest.
    text = map_texts(
        body.text, lambda text: normalized_text(tuple(_renumber(inline, ordinal_by_spec) for inline in text))
    )
    return replace(body, text=text)


def _remembered(packed: Mapping[int, str], kept: Mapping[int, CardSpec]) -> dict[int, str]:
    """Return the phrases by which a later build recognises the cards, those of earlier builds included."""
    asked = {ordinal: phrase_key(card_spec) for ordinal, card_spec in kept.items()}
    # A ledger of an earlier version stays as it is: it has an empty phrase for one of signs alone.
    asked = {ordinal: key for ordinal, key in asked.items() if packed.get(ordinal) != "" or any(map(str.isalnum, key))}
    return {**packed, **asked}


def _sort_equal_phrases(ordinals: list[int], card_specs: list[CardSpec]) -> list[int]:
    """Return the ordinals, sorted among card specs with equal phrases: in this order the next build recognises them."""
    by_phrase: dict[str, list[int]] = {}
    for ordinal, card_spec in zip(ordinals, card_specs, strict=True):
        if ordinal:
            by_phrase.setdefault(phrase_key(card_spec), []).append(ordinal)
    sorted_ordinals = {phrase: iter(sorted(group)) for phrase, group in by_phrase.items()}
    return [
        next(sorted_ordinals[phrase_key(card_spec)]) if ordinal else 0
        for ordinal, card_spec in zip(ordinals, card_specs, strict=True)
    ]


def _assign_new_cloze(draft: NoteDraft) -> tuple[NoteDraft, tuple[int, ...], dict[int, str]]:
    """Assign ordinals to a note that was never packed: to all card specs, or to none if none is wanted."""
    if draft.legacy_only:
        return draft, (), {}
    ordinals = tuple(range(1, len(draft.card_specs) + 1))
    return (
        draft,
        ordinals,
        {ordinal: phrase_key(card_spec) for ordinal, card_spec in zip(ordinals, draft.card_specs, strict=True)},
    )


def phrase_key(card_spec: CardSpec) -> str:
    """Return the phrase by which later builds recognise a card."""
    return normalize(card_spec.phrase)[:MAX_PHRASE_LENGTH]


def card_name(draft: NoteDraft, number: int) -> str:
    """Return how the ledger calls the card that spec `number` of a draft gives."""
    return PAIR_CARDS[number] if draft.kind == "pair" else phrase_key(draft.card_specs[number])


def _are_blanks_movable(draft: NoteDraft, body: Cloze) -> bool:
    if not draft.movable_blanks or draft.directives.hide:
        return False
    return draft.legacy_only or not any(
        inline.styles or inline.kind == "code" for inline in inlines(body.text) if inline.hide
    )


def _keep_present(card_specs: list[CardSpec], body: Cloze, present: Mapping[int, str]) -> tuple[list[CardSpec], Cloze]:
    """Keep the card specs that hide a packed phrase that is present, and reveal what the others hide."""
    kept = [number for number, card_spec in enumerate(card_specs, 1) if phrase_key(card_spec) in present.values()]
    new_numbers = {old: new for new, old in enumerate(kept, 1)}
    revealed = map_texts(
        body.text,
        lambda text: normalized_text(tuple(with_hide(inline, new_numbers.get(inline.hide, 0)) for inline in text)),
    )
    return [card_specs[number - 1] for number in kept], replace(body, text=revealed)


def _without_asked(present: Mapping[int, str], card_specs: list[CardSpec]) -> dict[int, str]:
    """Leave out phrases that card specs ask: "**90 %**" keeps its card although "90 cm" is present elsewhere."""
    asked = Counter(phrase_key(card_spec) for card_spec in card_specs)
    remaining: dict[int, str] = {}
    for ordinal, phrase in present.items():
        if asked[phrase]:
            asked[phrase] -= 1
        else:
            remaining[ordinal] = phrase
    return remaining


def _present_phrases(content: Content, packed: Mapping[int, str]) -> dict[int, str]:
    """Return the packed phrases that are present in a content outside of what is hidden."""
    normal_text = f" {normalize(' '.join(_masked(text) for text in texts(content)))} "
    return {ordinal: phrase for ordinal, phrase in packed.items() if phrase and _is_present(phrase, normal_text)}


def _is_present(phrase: str, normal_text: str) -> bool:
    """Return whether a text with spaces at its ends contains a phrase, or the start of a truncated one."""
    return (f" {phrase} " if len(phrase) < MAX_PHRASE_LENGTH else f" {phrase}") in normal_text


def _masked(text: Text) -> str:
    return "".join(_MASK * len(inline.text) if inline.hide else inline.text for inline in text)


def _reveal(content: Content) -> Content:
    return map_texts(content, lambda text: normalized_text(with_hide(inline, 0) for inline in text))


def _hide_present(draft: NoteDraft, blanks: _Blanks, present: Mapping[int, str]) -> _Blanks:
    """Hide packed phrases wherever they are now, and add card specs for them with their ordinals."""
    if not present:
        return blanks
    confidence = min([card_spec.confidence for card_spec in draft.card_specs], default=MOST_CONFIDENCE)
    card_specs, ordinals = list(blanks.card_specs), dict(blanks.ordinals)

    def hide_phrases(text: Text) -> Text:
        for ordinal, phrase in present.items():
            if ordinal not in ordinals.values() and (span := _find_phrase(_masked(text), phrase)):
                ordinals[len(card_specs)] = ordinal
                shown = text.string[span[0] : span[1]]
                card_specs.append(CardSpec(shown, draft.span.line, confidence=confidence))
                text = hide(text, *span, len(card_specs))
        return text

    body = replace(blanks.body, text=map_texts(blanks.body.text, hide_phrases))
    return _Blanks(body, card_specs, ordinals)


def _find_phrase(text: str, phrase: str) -> tuple[int, int] | None:
    """Return the offsets of the whole words of a text whose normal form is a phrase, or None."""
    starts = [i for i in range(len(text)) if text[i].isalnum() and (i == 0 or not text[i - 1].isalnum())]
    ends = [i + 1 for i in range(len(text)) if text[i].isalnum() and not text[i + 1 : i + 2].isalnum()]
    for start in starts:
        for end in ends:
            if (
                end > start
                and end - start < 3 * len(phrase) + 9
                and normalize(text[start:end])[:MAX_PHRASE_LENGTH] == phrase
            ):
                return start, end
    return None


def _renumber(inline: Inline, ordinal_by_spec: Mapping[int, int]) -> Inline:
    return with_hide(inline, ordinal_by_spec.get(inline.hide, 0)) if inline.hide else inline

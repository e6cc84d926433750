"""Which card of a note asks what: ordinals, once packed, stay with what they hide.

Anki schedules by ordinal. So a phrase that was packed keeps its number through insertion, removal, reordering and
rewording; a new one gets a number that was never used; and what was packed stays while its phrase stands in the note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from studydeck.identity.matching.edit_distance import similarity
from studydeck.model.document import Content, Inline, Text
from studydeck.model.notes import CardSpec, Cloze, NoteDraft, Pair
from studydeck.model.traverse import each_text, flat, hidden_by, hide, inlines, squeeze, texts
from studydeck.text.normalize import normal

MOST = 500
ALIKE = 0.74  # "test error" is no "dev error"
ALIKE_WORD = 0.78  # a single word must be the same but for a typo: "strainer" is no "brazier"
_MASK = "ǂ"  # a letter that stands in no notes
LONGEST_PHRASE = 80  # letters by which a phrase is known later
_BACKWARDS = 1


def assign_ordinals(draft: NoteDraft, packed: Mapping[int, str]) -> tuple[NoteDraft, tuple[int, ...], dict[int, str]]:
    """Give a draft the ordinals of its cards.

    Parameters
    ----------
    draft : its runs are hidden by the numbers of its asks.
    packed : ordinal -> phrase, of every card of this note that was ever packed.

    Returns
    -------
    the draft with only the asks that become cards, its runs hidden by ordinals; those ordinals, beside the asks; and
    what is packed from now on. Without a single card the ordinals are empty.
    """
    if isinstance(draft.body, Pair):
        return _pair(draft, draft.body, packed)
    return _cloze(draft, draft.body, packed)


def _pair(draft: NoteDraft, body: Pair, packed: Mapping[int, str]) -> tuple[NoteDraft, tuple[int, ...], dict[int, str]]:
    backward = draft.card_specs[_BACKWARDS:]
    if backward and not backward[0].wanted:
        stays = _BACKWARDS in packed and not draft.directives.one_way
        backward = (_asked(backward[0]),) if stays else ()
    if not draft.card_specs[0].wanted and 0 not in packed:
        return draft, (), dict(packed)
    card_specs = (_asked(draft.card_specs[0]), *backward)
    kept = draft
    if card_specs != draft.card_specs or (not backward and (body.clue or body.about)):
        kept = replace(draft, card_specs=card_specs, body=body if backward else replace(body, clue=(), about=""))
    ordinals = tuple(range(len(card_specs)))
    names = {0: "forwards", 1: "backwards"}
    return kept, ordinals, {**packed, **{number: names[number] for number in ordinals}}


def _asked(card_spec: CardSpec) -> CardSpec:
    return card_spec if card_spec.wanted else replace(card_spec, wanted=True)


def _cloze(
    draft: NoteDraft, body: Cloze, packed: Mapping[int, str]
) -> tuple[NoteDraft, tuple[int, ...], dict[int, str]]:
    if not packed and (
        len({card_spec.wanted for card_spec in draft.card_specs}) <= 1 and len(draft.card_specs) <= MOST
    ):
        return _new(draft)
    card_specs = list(draft.card_specs)
    chosen = _chosen_by_rule(draft, body)
    open_text = _show(body.text) if chosen else body.text
    fixed = not draft.movable_blanks or draft.directives.hide
    standing = {} if fixed else _standing(open_text, packed)
    if chosen and standing:
        # The blank was the tool's choice, and an earlier choice still stands: it keeps its card, and no second is made.
        # Where today's choice is the same it says exactly where: in normal form "30 %" is "30".
        card_specs, body = _chosen_again(card_specs, body, standing)
    standing = _unasked(standing, card_specs)
    left = {number: normal(phrase) for number, phrase in packed.items() if number not in standing}
    known = _recognise([normal(card_spec.phrase) for card_spec in card_specs], left)
    body, card_specs, known = _hide_standing(draft, body, standing, card_specs, known)
    numbers: list[int] = []
    following = max(packed, default=0)
    for index, card_spec in enumerate(card_specs):
        number = known.get(index, 0)
        if not number and card_spec.wanted and following < MOST:
            number = following = following + 1
        numbers.append(number)
    numbers = _in_order(numbers, card_specs)
    by_ask = dict(enumerate(numbers, 1))
    if any(card_spec != number for card_spec, number in by_ask.items()):
        # Where a blank was offered and not taken the text is whole again: it must leave no trace in a digest.
        whole = each_text(body.text, lambda one: squeeze(tuple(_renumber(inline, by_ask) for inline in one)))
        body = replace(body, text=whole)
    kept = [(_asked(card_spec), number) for card_spec, number in zip(card_specs, numbers, strict=True) if number]
    cards = {**packed, **{number: _kept(card_spec) for card_spec, number in kept}}
    final = replace(draft, card_specs=tuple(card_spec for card_spec, _ in kept), body=body)
    return draft if final == draft else final, tuple(number for _, number in kept), cards


def _in_order(numbers: list[int], card_specs: list[CardSpec]) -> list[int]:
    """Let asks that say the same have their numbers in their order, as the next build will find them."""
    alike: dict[str, list[int]] = {}
    for number, card_spec in zip(numbers, card_specs, strict=True):
        if number:
            alike.setdefault(_kept(card_spec), []).append(number)
    turns = {phrase: iter(sorted(found)) for phrase, found in alike.items()}
    return [
        next(turns[_kept(card_spec)]) if number else 0 for number, card_spec in zip(numbers, card_specs, strict=True)
    ]


def _new(draft: NoteDraft) -> tuple[NoteDraft, tuple[int, ...], dict[int, str]]:
    """Number the asks of a note that was never packed: all of them, or none, as the rules wish."""
    if not draft.wanted:
        return draft, (), {}
    numbers = tuple(range(1, len(draft.card_specs) + 1))
    return (
        draft,
        numbers,
        {number: _kept(card_spec) for number, card_spec in zip(numbers, draft.card_specs, strict=True)},
    )


def _kept(card_spec: CardSpec) -> str:
    """Give the phrase by which a card is known later."""
    return normal(card_spec.phrase)[:LONGEST_PHRASE]


def _chosen_by_rule(draft: NoteDraft, body: Cloze) -> bool:
    if not draft.movable_blanks or draft.directives.hide:
        return False
    return not any(inline.styles or inline.kind == "code" for inline in inlines(body.text) if inline.hide)


def _chosen_again(card_specs: list[CardSpec], body: Cloze, standing: Mapping[int, str]) -> tuple[list[CardSpec], Cloze]:
    """Keep the asks that hide what stands, and show what the others hide."""
    kept = [index for index, card_spec in enumerate(card_specs, 1) if _kept(card_spec) in standing.values()]
    numbers = {old: new for new, old in enumerate(kept, 1)}
    text = each_text(
        body.text, lambda one: squeeze(tuple(hidden_by(inline, numbers.get(inline.hide, 0)) for inline in one))
    )
    return [card_specs[index - 1] for index in kept], replace(body, text=text)


def _unasked(standing: Mapping[int, str], card_specs: list[CardSpec]) -> dict[int, str]:
    """Leave out what is asked today as well: "**90 %**" keeps its card, though "90 cm" stands elsewhere."""
    asked = Counter(_kept(card_spec) for card_spec in card_specs)
    left: dict[int, str] = {}
    for number, phrase in standing.items():
        if asked[phrase]:
            asked[phrase] -= 1
        else:
            left[number] = phrase
    return left


def _standing(text: Content, packed: Mapping[int, str]) -> dict[int, str]:
    """Give the packed phrases that stand in a text where nothing is hidden."""
    words = f" {normal(' '.join(_masked(one) for one in texts(text)))} "
    return {number: phrase for number, phrase in packed.items() if phrase and _stands(phrase, words)}


def _stands(phrase: str, words: str) -> bool:
    """Tell whether a phrase stands in words between blanks; of one that was cut only the beginning is known."""
    return (f" {phrase} " if len(phrase) < LONGEST_PHRASE else f" {phrase}") in words


def _masked(text: Text) -> str:
    return "".join(_MASK * len(inline.text) if inline.hide else inline.text for inline in text)


def _show(text: Content) -> Content:
    return each_text(text, lambda one: squeeze(tuple(hidden_by(inline, 0) for inline in one)))


def _hide_standing(
    draft: NoteDraft, body: Cloze, standing: Mapping[int, str], card_specs: list[CardSpec], known: Mapping[int, int]
) -> tuple[Cloze, list[CardSpec], dict[int, int]]:
    """Hide again what was packed, wherever it stands now, beside what is asked anyway."""
    if not standing:
        return body, card_specs, dict(known)
    card_specs, known = list(card_specs), dict(known)

    def edit(text: Text) -> Text:
        for number, phrase in standing.items():
            if number not in known.values() and (span := _span(_masked(text), phrase)):
                known[len(card_specs)] = number
                card_specs.append(CardSpec(flat(text)[span[0] : span[1]], draft.span.line))
                text = hide(text, *span, len(card_specs))
        return text

    return replace(body, text=each_text(body.text, edit)), card_specs, known


def _span(words: str, phrase: str) -> tuple[int, int] | None:
    """Find a phrase in normal form in words that are not, as offsets of whole words."""
    starts = [i for i in range(len(words)) if words[i].isalnum() and (i == 0 or not words[i - 1].isalnum())]
    ends = [i + 1 for i in range(len(words)) if words[i].isalnum() and not words[i + 1 : i + 2].isalnum()]
    for start in starts:
        for end in ends:
            if (
                end > start
                and end - start < 3 * len(phrase) + 9
                and normal(words[start:end])[:LONGEST_PHRASE] == phrase
            ):
                return start, end
    return None


def _recognise(phrases: list[str], packed: Mapping[int, str]) -> dict[int, int]:
    """Pair asks with packed ordinals: the same words first, then the likeliest; what is doubtful is new."""
    found: dict[int, int] = {}
    left = dict(packed)
    for index, phrase in enumerate(phrases):
        number = next((n for n, p in left.items() if p == phrase[:LONGEST_PHRASE]), None)
        if number is not None:
            found[index] = number
            del left[number]
    rest = [index for index in range(len(phrases)) if index not in found]
    scored = sorted(
        ((-_alike(phrases[index], left[number]), index, number) for index in rest for number in left), reverse=False
    )
    for score, index, number in scored:
        if -score >= (ALIKE if " " in phrases[index] else ALIKE_WORD) and index not in found and number in left:
            found[index] = number
            del left[number]
    if len(phrases) == len(packed) == 1 and not found:
        # One blank before and one after, in a sentence that was recognised: the author corrected what it hides.
        found[0] = next(iter(packed))
    return found


def _alike(one: str, other: str) -> float:
    """Tell how alike two phrases are, from 0 to 1, whatever the order of their words."""
    short, long = sorted((one[:LONGEST_PHRASE], other), key=len)
    if len(short) >= 8 and f" {short} " in f" {long} ":
        return 0.9
    first, second = (" ".join(sorted(phrase.split())) for phrase in (one[:LONGEST_PHRASE], other))
    return max(similarity(one[:LONGEST_PHRASE], other), similarity(first, second))


def _renumber(inline: Inline, by_ask: Mapping[int, int]) -> Inline:
    return hidden_by(inline, by_ask.get(inline.hide, 0)) if inline.hide else inline

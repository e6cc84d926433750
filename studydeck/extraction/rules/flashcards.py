"""Rule for flashcards that their author wrote: a pair of question and answer, or a cloze of what the author hid."""

from __future__ import annotations

from itertools import groupby, takewhile
from operator import attrgetter

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, merge_directives, skip
from studydeck.extraction.drafts import cloze, pair, without_score
from studydeck.extraction.rules.multiple_choice import choice_card
from studydeck.model.document import Flashcard, Item, ItemList, Text
from studydeck.model.notes import CardSpec, NoteDraft, Pair, SectionVocabulary
from studydeck.model.text_edits import with_hide
from studydeck.model.traverse import map_texts, text_of_content, texts


def flashcards(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft the note of a flashcard; those that are items of a list are taken out of it."""
    block = context.blocks[index]
    if isinstance(block, ItemList):
        return _items(context, block)
    if not isinstance(block, Flashcard):
        return None
    if index:
        return _card(context, block)
    # What follows the cards at the beginning of a section is read as if they were not there.
    cards = list(takewhile(lambda first: isinstance(first, Flashcard), context.blocks))
    results = [_card(context, card) for card in cards if isinstance(card, Flashcard)]
    following = context.blocks[len(cards) :]
    return RuleResult(
        len(context.blocks),
        tuple(draft for result in results for draft in result.drafts),
        tuple(skipped for result in results for skipped in result.skipped),
        (replace(context, blocks=following),) if following else (),
    )


def _card(context: RuleContext, block: Flashcard) -> RuleResult:
    """Return the note of one card, or the reason why it has none."""
    if context.directives.skip or block.directives.skip:
        return skip(block, "skipped")
    if not block.question:
        draft = _cloze(context, block)
        return RuleResult(1, (draft,)) if draft else skip(block, "nothing-to-hide")
    if not block.answer:
        return skip(block, "question-without-answer")
    return RuleResult(1, (choice_card(context, block) or _pair(context, block),))


def _items(context: RuleContext, block: ItemList) -> RuleResult | None:
    """Read the flashcards of a list each by itself, and its other items as the list that they are."""
    cards = [item for item in block.items if _is_card(item)]
    if not cards or context.directives.skip:
        return None
    nested = [replace(context, blocks=item.blocks, nested=True, defined=True) for item in cards]
    others = tuple(item for item in block.items if not _is_card(item))
    if others:
        nested.append(replace(context, blocks=(replace(block, items=others),), nested=True, defined=True))
    return RuleResult(1, nested=tuple(nested))


def _is_card(item: Item) -> bool:
    return not item.text and bool(item.blocks) and isinstance(item.blocks[0], Flashcard)


def _pair(context: RuleContext, block: Flashcard) -> NoteDraft:
    """Return the pair of a question and its whole answer; asked backwards only where the author wants it."""
    question = text_of_content(block.question[:1])
    draft = pair(
        context,
        "flashcards",
        question,
        block.answer,
        span=block.span,
        directives=block.directives,
        allow_backwards=False,
    )
    assert isinstance(draft.body, Pair)
    return replace(
        draft, body=replace(draft.body, term=map_texts(block.question, without_score), meaning=block.answer), extra=()
    )


def _cloze(context: RuleContext, block: Flashcard) -> NoteDraft | None:
    """Return the cloze of what the author hid; numbers count anew in the order of the text."""
    phrases: dict[int, str] = {}
    for text in texts(block.answer):
        for hidden, inlines in groupby(text, key=attrgetter("hide")):
            phrase = "".join([inline.text for inline in inlines]).strip()
            if hidden and phrase:
                phrases[hidden] = f"{phrases[hidden]} {phrase}" if hidden in phrases else phrase
    numbers = {hidden: number for number, hidden in enumerate(phrases, 1)}
    if not numbers:
        return None

    def renumbered(text: Text) -> Text:
        return Text(tuple([with_hide(inline, numbers.get(inline.hide, 0)) for inline in text]))

    card_specs = tuple(CardSpec(phrases[hidden], block.span.line) for hidden in numbers)
    return cloze(
        context,
        "flashcards",
        map_texts(block.answer, renumbered),
        card_specs,
        span=block.span,
        directives=merge_directives(context.directives, block.directives),
    )

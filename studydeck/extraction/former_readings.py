"""Readings that a block had beside other blocks, or below another heading: they keep cards that were packed.

In: a context, the index of a block in it, and what a rule made of it. Out: its drafts, with the former reading of a
draft as its `other` one, or as a withdrawn draft of its own. No former reading gives a new card.

- The opening of a section that became a file, or that now announces a list, was asked by its heading.
- An item that stood alone below its heading was asked by the heading, and the last item of a list as one of its items.
- An item, or a paragraph that was one, was a term with its meaning where its neighbours showed it.
- A question that is now quoted was asked with the paragraph below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult
from studydeck.extraction.drafts import pair
from studydeck.extraction.rules.enumerations import list_cloze
from studydeck.extraction.rules.headings import opening_pair
from studydeck.extraction.rules.lists import LONGEST_OFFER
from studydeck.extraction.rules.term_pairs import term_pair
from studydeck.model.document import Item, ItemList, Paragraph, Quotation, SourceSpan
from studydeck.model.notes import NoteDraft
from studydeck.model.traverse import text_of_content
from studydeck.text.length import exceeds
from studydeck.text.punctuation import ends_in_question_mark
from studydeck.text.term_shapes import split_term, untrusted_term

MOST_SINGLE = 3  # items of a list of which each can have been the only one
LONGEST_QUOTED = 60  # words of a quotation that was a question


def with_former_readings(context: RuleContext, index: int, result: RuleResult) -> list[NoteDraft]:
    """Return the drafts of a result that begins at a block, and what its blocks were read as before."""
    drafts = list(result.drafts)
    if context.directives.skip:
        return drafts
    if not index and not (context.prompt or context.defined):
        former = opening_pair(context) if not any(map(_is_asked_by_heading, drafts)) else None
        _offer(drafts, former)
    blocks = context.blocks[index : index + result.consumed]
    for number, block in enumerate(blocks, index):
        if isinstance(block, ItemList):
            if len(block.items) == 1:
                # A sentence with words to hide is no item of a list: its blanks are the cards that it had.
                if not any(_has_blanks(draft) for draft in drafts):
                    _offer(drafts, _only_item(context, block))
            elif len(block.items) <= LONGEST_OFFER:
                drafts += _items(context, number, block)
        elif type(block) is Paragraph and not block.directives.skip:
            drafts += _term(context, Item(block.text, (), block.span, block.directives))
        elif isinstance(block, Quotation) and block.style == "quote":
            drafts += _quoted_question(context, number, block)
    return drafts


def _is_asked_by_heading(draft: NoteDraft) -> bool:
    return draft.rule == "headings"


def _has_blanks(draft: NoteDraft) -> bool:
    return draft.kind == "cloze" or (draft.other is not None and draft.other.kind == "cloze")


def _offer(drafts: list[NoteDraft], former: NoteDraft | None) -> None:
    """Add a former reading: as the other one of the first draft of the other kind, or as a draft of its own."""
    if not former:
        return
    if drafts and drafts[0].kind != former.kind and not drafts[0].other:
        drafts[0] = replace(drafts[0], other=former.withdrawn())
    else:
        drafts.append(former.withdrawn())


def _only_item(context: RuleContext, block: ItemList) -> NoteDraft | None:
    """Return the only item that is left of a list as an item of a list; a phrase in it may have been hidden instead."""
    item = block.items[0]
    if not item.text.plain or item.blocks or item.directives.skip or not context.name.plain:
        return None
    return replace(list_cloze(context, block, []), movable_blanks=True)


def _items(context: RuleContext, index: int, block: ItemList) -> Iterator[NoteDraft]:
    """Yield what the items of a list were read as before their neighbours changed."""
    if not index and len(block.items) <= MOST_SINGLE and not (context.prompt or context.defined):
        for item in block.items:
            draft = opening_pair(replace(context, blocks=(replace(block, items=(item,)),)))
            if draft and not item.directives.skip:
                yield draft.withdrawn()
    for item in block.items:
        if not (item.blocks or item.directives.skip or split_term(item.text, block.items)):
            yield from _term(context, item)


def _term(context: RuleContext, item: Item) -> Iterator[NoteDraft]:
    if parts := split_term(item.text) or untrusted_term(item.text):
        yield term_pair(context, "lists", parts, item).withdrawn()


def _quoted_question(context: RuleContext, index: int, block: Quotation) -> Sequence[NoteDraft]:
    """Return the pair of a quoted question and the paragraph below it."""
    below = context.blocks[index + 1] if index + 1 < len(context.blocks) else None
    if type(below) is not Paragraph or below.directives.skip:
        return ()
    question = text_of_content(block.blocks)
    if exceeds(question, LONGEST_QUOTED) or not ends_in_question_mark(question.plain):
        return ()
    span = SourceSpan(block.span.path, block.span.line, below.span.end_line)
    draft = pair(context, "flashcards", question, (below,), span=span, allow_backwards=False)
    return (draft.withdrawn(),)

"""Multiple choice: a question, its options, and the answer further down become one card."""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.extraction.rules.questions import card_specs
from studydeck.model.document import Block, Content, Item, ItemList, Paragraph, Quotation, Text
from studydeck.model.notes import Pair, SectionVocabulary
from studydeck.model.traverse import cut, flat, paragraph, plain

_OPTION = re.compile(r"^\(?([A-Ha-h])[.):]\s+")
_INLINE = re.compile(r"(?:^|\s)\(?([A-Ha-h])[.)]\s+")
_SECOND = re.compile(r"[Bb][.)]\s")
_ANSWER = re.compile(
    r"^\W*(?:the )?(?:correct |right )?(?:answers?|ans|solution|key)(?: is| are)?\W+"
    r"((?:(?:option )?[A-Ha-h]\b[\s,&/]*(?:and\s)?)+)(?=$|[^\w]|\s)",
    re.IGNORECASE,
)


def multiple_choice(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Read a question with lettered or ticked options and its answer."""
    if context.directives.skip:
        return None
    block = context.blocks[at]
    if at == 0 and isinstance(block, ItemList) and plain(context.name):
        return _asked(context, context.name, (block,), context.blocks[1:2], 1)
    if isinstance(block, Paragraph):
        following = context.blocks[at + 1 : at + 2]
        if following and isinstance(following[0], ItemList):
            return _asked(context, block.text, following, context.blocks[at + 2 : at + 3], 2, block)
        if following and isinstance(following[0], Paragraph) and _OPTION.match(flat(following[0].text)):
            options = (_listed(following[0], _options_in(following[0].text, 0)),)
            return _asked(context, block.text, options, context.blocks[at + 2 : at + 3], 2, block)
        if at_options := _first_option(block.text):
            text = cut(block.text, 0, at_options) or context.name
            options = (_listed(block, _options_in(block.text, at_options)),)
            return _asked(context, text, options, context.blocks[at + 1 : at + 2], 1, block)
    return None


def _first_option(text: Text) -> int:
    words = flat(text)
    if not _SECOND.search(words):
        return 0
    found = list(_INLINE.finditer(words))
    letters = [one[1].upper() for one in found]
    return found[0].start() if letters[:2] == ["A", "B"] else 0


def _options_in(text: Text, start: int) -> list[Text]:
    words = flat(text)
    starts = [one.start() for one in _INLINE.finditer(words, start)]
    return [cut(text, one, end) for one, end in pairwise((*starts, len(words)))]


def _listed(block: Paragraph, options: list[Text]) -> ItemList:
    return ItemList(tuple(Item(one, (), block.span) for one in options), False, block.span)


def _asked(
    context: RuleContext, question: Text, options: Content, rest: Content, taken: int, block: Block | None = None
) -> RuleResult | None:
    listed = options[0]
    assert isinstance(listed, ItemList)
    if len(listed.items) < 2 or any(item.blocks for item in listed.items):
        return None
    ticked = [item for item in listed.items if item.done]
    lettered = {found[1].upper(): item for item in listed.items if (found := _OPTION.match(flat(item.text)))}
    if ticked and len(ticked) < len(listed.items) and flat(question).rstrip().endswith("?"):
        answer: Content = (replace(listed, items=tuple(replace(one, done=None) for one in ticked)),)
        extra: Content = ()
    elif len(lettered) >= 2 and rest and (found_answer := _answer(rest[0], lettered)):
        answer, extra = found_answer
        taken += 1
    elif len(lettered) >= 2 and len(lettered) == len(listed.items) and card_specs(question):
        return skip(block or listed, "question-without-answer", *(options if block and taken > 1 else ()))
    else:
        return None
    span = block.span if block else context.span
    heading_path = context.heading_path if block else context.heading_path[:-1]
    one = pair(
        context, "multiple_choice", question, answer, span=span, heading_path=heading_path, extra=extra, backwards=False
    )
    shown = replace(listed, items=tuple(replace(item, done=None) for item in listed.items))
    assert isinstance(one.body, Pair)
    return RuleResult(taken, (replace(one, body=replace(one.body, term=(*paragraph(question), shown))),))


def _answer(block: Block, options: dict[str, Item]) -> tuple[Content, Content] | None:
    """Give the options that an answer names, and its explanation."""
    inside = block.blocks if isinstance(block, Quotation) else (block,)
    words = plain(inside)
    if isinstance(block, Quotation) and block.title and not re.match(r"(?i)answer", words):
        words = f"Answer: {words}"
    found = _ANSWER.match(words)
    letters = re.findall(r"\b[A-H]\b", found[1].upper()) if found else []
    chosen = tuple(options[letter] for letter in letters if letter in options)
    if not chosen:
        return None
    texts = tuple(one for item in chosen for one in paragraph(item.text))
    longer = len(words) > len(found[0]) + 12 if found else False
    return texts, inside if longer else ()

"""A question and its answer: a heading, a bullet or a paragraph that asks, and what stands below it."""

from __future__ import annotations

import re
from itertools import takewhile

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.model.document import Block, Content, ItemList, Paragraph, Quotation, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import flat, paragraph, plain, words_as_text
from studydeck.text.length import length
from studydeck.text.lexicon import is_function_word

LONGEST_ANSWER = 60
_ANSWER = re.compile(
    r"^\W*(?:(?:show|see|click|reveal|view|expand)\b.*|"
    r"(?:correct |the )?(?:answer|solution|explanation|hint|details)s?)\W*$",
    re.IGNORECASE,
)
_POINTS = re.compile(r"(?:\s*\([^()]*\)\s*\.?)+$")  # "(2 points)" after an exam question


_PREPOSITIONS = frozenset(
    "till från med av på och att som en ett der die das mit von und zu in auf el la los con de y a por".split()
)
_OPTIONS = re.compile(
    r"\b(?:which|what) (?:of the|one of|two|three|statements?)\b|of the following|true or false|select (?:all|one|two)|"
    r"choose (?:all|one|two|the)|\bvilk(?:et|a|en)\b.*\b(?:av|följande|alternativ|påstående)|välj (?:ett|två|alla)|"
    r"welche[rs]? (?:der|von|aussage)|cuál(?:es)? de|qua(?:l|is) (?:das|dos|destas)|laquelle|lesquel|"
    r"以下哪|下列哪|次のうち",
    re.IGNORECASE,
)


def offers_options(text: Text) -> bool:
    """Tell whether a question is followed by options to choose from, of which most are wrong."""
    return bool(_OPTIONS.search(flat(text)))


def card_specs(text: Text) -> bool:
    """Tell whether a text is a question."""
    words = flat(text)
    if "?" not in words and "？" not in words:
        return False
    words = _POINTS.sub("", words.strip())
    return words.endswith(("?", "？")) and length(words) >= 2


def question(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """A topic that asks is answered by its blocks; a paragraph that asks by the block after it."""
    if context.directives.skip:
        return None
    if at == 0 and card_specs(context.name) and not context.prompt and not _is_question(context.blocks[0]):
        return _answered(context, context.name, context.blocks, len(context.blocks), context.heading_path[:-1])
    block = context.blocks[at]
    if type(block) is ItemList:
        return skip(block, "question-without-answer") if offers_options(context.prompt_text or context.name) else None
    if type(block) is Paragraph:
        rest = context.blocks[at + 1 : at + 2]
        if rest and isinstance(rest[0], ItemList) and offers_options(block.text):
            return skip(block, "question-without-answer", rest[0])
        if not card_specs(block.text):
            return None
        if not rest or _is_question(rest[0]):
            return skip(block, "question-without-answer")
        if context.blocks[at + 2 : at + 3] and _poses(rest[0], context.blocks[at + 2]):
            return skip(block, "question-without-answer")
        return _answered(context, block.text, _inside(rest[:1]), 2, context.heading_path, block)
    if type(block) is Quotation and block.style == "fold":
        if block.title and not _ANSWER.match(flat(block.title)):
            return _answered(context, block.title, block.blocks, 1, context.heading_path, block)
        if at == 0 and plain(context.name):
            term = context.name if plain(context.name) == context.subject else words_as_text(context.subject)
            return _answered(context, term, block.blocks, 1, context.heading_path[:-1], block)
    return None


def _is_question(block: Block) -> bool:
    if isinstance(block, ItemList):
        return all(card_specs(item.text) for item in block.items)
    return isinstance(block, Paragraph) and card_specs(block.text)


def _poses(block: Block, following: Block) -> bool:
    """Tell whether what would be an answer is the stem of the next question."""
    asking = isinstance(following, Paragraph) and (card_specs(following.text) or offers_options(following.text))
    return isinstance(block, Paragraph) and asking


def _inside(blocks: Content) -> Content:
    first = blocks[0]
    return first.blocks if isinstance(first, Quotation) and first.style == "fold" else blocks


def _answered(
    context: RuleContext,
    text: Text,
    blocks: Content,
    taken: int,
    heading_path: tuple[str, ...],
    block: Block | None = None,
) -> RuleResult | None:
    """Answer a question by the paragraphs below it, or by a list, item by item."""
    if not plain(blocks) or _breaks_off(plain(blocks)):
        return None
    span, directives = (block.span if block else context.span), context.directives
    opening = tuple(takewhile(lambda one: not isinstance(one, ItemList), blocks))
    asking = replace(context, name=text, heading_path=heading_path, prompt=paragraph(text), nested=True)
    listed = blocks[0]
    said, rest = opening, blocks[len(opening) :]
    if len(blocks) == 1 and isinstance(listed, ItemList) and len(listed.items) == 1:
        said, rest = _only(listed), ()
    if not plain(said):
        return RuleResult(taken, nested=(replace(asking, blocks=blocks),))
    answer, extra = _split(said)
    one = pair(
        context,
        "questions",
        text,
        answer,
        span=span,
        heading_path=heading_path,
        extra=extra,
        backwards=False,
        directives=directives,
    )
    return RuleResult(taken, (one,), nested=(replace(asking, blocks=rest),) if rest else ())


def _breaks_off(words: str) -> bool:
    """Tell whether an author stopped in the middle of a sentence."""
    last = (words.split() or [""])[-1]
    return last.isalpha() and (is_function_word(last) or last.casefold() in _PREPOSITIONS)


def _only(listed: ItemList) -> Content:
    item = listed.items[0]
    return (*paragraph(item.text), *item.blocks)


def _split(blocks: Content) -> tuple[Content, Content]:
    """Give the part of an answer that can be recalled, and the rest."""
    for end in range(len(blocks), 1, -1):
        if length(blocks[:end]) <= LONGEST_ANSWER:
            return blocks[:end], blocks[end:]
    return blocks[:1], blocks[1:]

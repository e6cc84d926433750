"""Rule for questions: a pair of a heading, list item or paragraph that asks, and the blocks below it."""

from __future__ import annotations

import re
from itertools import takewhile

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.extraction.embeds import asking_string, belongs_to_question, leading_media
from studydeck.model.document import Block, Content, ItemList, Paragraph, Quotation, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import paragraph, plain
from studydeck.text.length import length
from studydeck.text.lexicon import is_function_word
from studydeck.text.words import alternatives, phrase_set

LONGEST_ANSWER = 60  # words
_ANSWER_TITLE = re.compile(
    rf"^\W*(?:{alternatives('reveal_verbs')}\b.*|(?:correct |the )?{alternatives('answer_titles')})\W*$",
    re.IGNORECASE,
)
_TRAILING_BRACKETS = re.compile(r"(?:\s*\([^()]*\)\s*\.?)+$")  # such as "(2 points)" after an exam question
_PREPOSITIONS = phrase_set("final_prepositions")
_OPTION_PHRASE = re.compile(
    r"\b(?:which|what) (?:of the|one of|two|three|statements?)\b|of the following|true or false|select (?:all|one|two)|"
    r"choose (?:all|one|two|the)|\bvilk(?:et|a|en)\b.*\b(?:av|följande|alternativ|påstående)|välj (?:ett|två|alla)|"
    r"welche[rs]? (?:der|von|aussage)|cuál(?:es)? de|qua(?:l|is) (?:das|dos|destas)|laquelle|lesquel|"
    r"以下哪|下列哪|次のうち",
    re.IGNORECASE,
)


def offers_options(text: Text) -> bool:
    """Return whether a question is followed by options to choose from, of which most are wrong."""
    return bool(_OPTION_PHRASE.search(text.string))


def is_question(text: Text) -> bool:
    """Return whether a text is a question."""
    raw_text = text.string
    if "?" not in raw_text and "？" not in raw_text:
        return False
    raw_text = _TRAILING_BRACKETS.sub("", asking_string(text).strip())
    return raw_text.endswith(("?", "？")) and length(raw_text) >= 2


def question(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair of a question and its answer.

    A heading that asks is answered by all its blocks, a paragraph that asks by the block after it.
    """
    if context.directives.skip:
        return None
    if index == 0 and is_question(context.name) and not context.prompt and not _is_question_block(context.blocks[0]):
        return _answered(context, context.name, context.blocks, len(context.blocks), context.heading_path[:-1])
    block = context.blocks[index]
    if type(block) is ItemList:
        return skip(block, "question-without-answer") if offers_options(context.prompt_text or context.name) else None
    if type(block) is Paragraph:
        following = context.blocks[index + 1 : index + 2]
        if following and isinstance(following[0], ItemList) and offers_options(block.text):
            return skip(block, "question-without-answer", following[0])
        if not is_question(block.text):
            return None
        media = leading_media(context.blocks[index + 1 :])
        following = context.blocks[index + 1 + len(media) : index + 2 + len(media)]
        if media and (not following or _is_question_block(following[0])):
            return _shown(context, block.text, media, block)
        if not following or _is_question_block(following[0]):
            return skip(block, "question-without-answer")
        after = context.blocks[index + 2 + len(media) : index + 3 + len(media)]
        if after and _is_question_stem(following[0], after[0]):
            return skip(block, "question-without-answer", *media)
        answer = (*media, *_unfolded(following[:1]))
        return _answered(context, block.text, answer, 2 + len(media), context.heading_path, block)
    if type(block) is Quotation and block.style == "fold":
        if block.title and not _ANSWER_TITLE.match(block.title.string):
            return _answered(context, block.title, block.blocks, 1, context.heading_path, block)
        if index == 0 and context.name.plain:
            return _answered(context, context.subject, block.blocks, 1, context.heading_path[:-1], block)
    return None


def _is_question_block(block: Block) -> bool:
    if isinstance(block, ItemList):
        return all(is_question(item.text) for item in block.items)
    return isinstance(block, Paragraph) and is_question(block.text)


def _is_question_stem(block: Block, following: Block) -> bool:
    """Return whether a block that could be an answer is the stem of the next question."""
    question_follows = isinstance(following, Paragraph) and (
        is_question(following.text) or offers_options(following.text)
    )
    return isinstance(block, Paragraph) and question_follows


def _unfolded(blocks: Content) -> Content:
    first = blocks[0]
    return first.blocks if isinstance(first, Quotation) and first.style == "fold" else blocks


def _answered(
    context: RuleContext,
    text: Text,
    blocks: Content,
    consumed: int,
    heading_path: tuple[str, ...],
    block: Block | None = None,
) -> RuleResult | None:
    """Return the pair of a question and the blocks before the first list; the rest is read in a nested context."""
    if not plain(blocks) or _breaks_off(plain(blocks)):
        return None
    span, directives = (block.span if block else context.span), context.directives
    media = leading_media(blocks)
    media = media if len(media) < len(blocks) else ()  # they are the answer
    blocks = blocks[len(media) :]
    is_asked = belongs_to_question(text, media, plain(blocks))
    opening = tuple(takewhile(lambda answer_block: not isinstance(answer_block, ItemList), blocks))
    nested = replace(context, name=text, heading_path=heading_path, prompt=paragraph(text), nested=True)
    first = blocks[0]
    answer_blocks, rest = opening, blocks[len(opening) :]
    if len(blocks) == 1 and isinstance(first, ItemList) and len(first.items) == 1:
        answer_blocks, rest = _first_item(first), ()
    if not plain(answer_blocks):
        return RuleResult(consumed, nested=(replace(nested, blocks=(*media, *blocks)),))
    answer, extra = _split(answer_blocks)
    draft = pair(
        context,
        "questions",
        text,
        answer,
        span=span,
        heading_path=heading_path,
        extra=extra,
        allow_backwards=False,
        directives=directives,
        question_media=media if is_asked else (),
        answer_media=() if is_asked else media,
    )
    return RuleResult(consumed, (draft,), nested=(replace(nested, blocks=rest),) if rest else ())


def _shown(context: RuleContext, text: Text, media: Content, block: Paragraph) -> RuleResult:
    """Return the pair of a question that a picture, sound or video answers."""
    draft = pair(
        context, "questions", text, media, span=block.span, allow_backwards=False, directives=context.directives
    )
    return RuleResult(1 + len(media), (draft,))


def _breaks_off(plain_text: str) -> bool:
    """Return whether a text ends in the middle of a sentence."""
    last_word = (plain_text.split() or [""])[-1]
    return last_word.isalpha() and (is_function_word(last_word) or last_word.casefold() in _PREPOSITIONS)


def _first_item(block: ItemList) -> Content:
    item = block.items[0]
    return (*paragraph(item.text), *item.blocks)


def _split(blocks: Content) -> tuple[Content, Content]:
    """Split an answer into the part that can be recalled and the rest."""
    for end in range(len(blocks), 1, -1):
        if length(blocks[:end]) <= LONGEST_ANSWER:
            return blocks[:end], blocks[end:]
    return blocks[:1], blocks[1:]

"""Rule for questions: a pair of a heading, list item or paragraph that asks, and the blocks below it."""

from __future__ import annotations

import re
from itertools import dropwhile

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.extraction.embeds import asking_string, belongs_to_question, leading_media
from studydeck.extraction.rules.figures import inserted, is_embed
from studydeck.model.document import Block, Code, Content, Flashcard, ItemList, Paragraph, Quotation, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import paragraph, plain
from studydeck.patterns import lazy_pattern
from studydeck.text.answer_options import inline_options, may_have_options, option_letter
from studydeck.text.exam_tasks import is_exam_task, score_start
from studydeck.text.lazy import lazy
from studydeck.text.length import length
from studydeck.text.normalize import lower
from studydeck.text.punctuation import ends_in_question_mark, has_question_mark
from studydeck.text.term_shapes import split_term
from studydeck.text.tokens import is_function_word
from studydeck.text.unmarked_questions import asks_without_mark
from studydeck.text.unwritten import is_unwritten
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

LONGEST_ANSWER = 60  # words
_ANSWER_TITLE = lazy_pattern(
    rf"""
    \W*
    (?: {alternatives("reveal_verbs")}\b.*                                                  # "Click to see it"
      | (?: {alternatives("answer_qualifiers")}[ ] )? {alternatives("answer_titles")}       # "Correct answer"
    )
    \W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TRAILING_BRACKETS = lazy_pattern(r"(?:\s*\([^()]*\)\s*\.?)+$")  # such as "(2 points)" after an exam question
ANSWER_KINDS = frozenset({"answer", "solution", "success", "check", "done"})  # of callouts
_PREPOSITIONS = phrase_set("final_prepositions")
_OPTION_PHRASES = phrases("option_phrases")
_OPTION_QUESTION = lazy_pattern(
    rf"""
      \b{alternatives("option_questions")}\b                                                # "which of the"
    | \b{alternatives("option_question_words")}\b.*\b{alternatives("option_question_nouns")}    # "vilket … alternativ"
    """,
    re.VERBOSE,
)


def offers_options(text: Text) -> bool:
    """Return whether a question is followed by options to choose from, of which most are wrong."""
    string = lower(text.string)
    return any(map(string.__contains__, _OPTION_PHRASES)) or bool(_OPTION_QUESTION.search(string))


@lazy
def is_question(text: Text) -> bool:
    """Return whether a text is a question."""
    raw_text = text.string
    if not has_question_mark(raw_text):
        return asks_without_mark(raw_text)
    raw_text = _TRAILING_BRACKETS.sub("", asking_string(text).strip())
    return ends_in_question_mark(raw_text) and length(raw_text) >= 2


def answered_title(context: RuleContext, index: int, block: Quotation) -> RuleResult | None:
    """Draft a pair of a callout that asks, and its body, or the callout after it that answers."""
    following = context.blocks[index + 1 : index + 2]
    if not block.blocks and following and is_answer(following[0]):
        return _answered(context, block.title, _unfolded(following), 2, context.heading_path, block)
    if not block.blocks:
        return skip(block, "question-without-answer")
    return _answered(context, block.title, block.blocks, 1, context.heading_path, block)


def question(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair of a question and its answer.

    A heading that asks is answered by all its blocks, a paragraph that asks by the block after it.
    """
    if context.directives.skip:
        return None
    asks = index == 0 and not context.prompt and not (context.defined and not context.nested)
    is_asked = is_question(context.name) or _is_task(context)
    if asks and is_asked and not _is_question_block(context.blocks[0]):
        return _answered(context, context.name, context.blocks, len(context.blocks), context.heading_path[:-1])
    block = _asking_paragraph(context.blocks[index], context.blocks[index + 1 : index + 2])
    if isinstance(block, Paragraph | Quotation) and block.directives.skip:
        return None
    if type(block) is ItemList:
        return skip(block, "question-without-answer") if offers_options(context.prompt_text or context.name) else None
    if type(block) is Paragraph:
        following = context.blocks[index + 1 : index + 2]
        if following and isinstance(following[0], ItemList) and offers_options(block.text):
            is_answered = any(item.blocks and isinstance(item.blocks[0], Flashcard) for item in following[0].items)
            return skip(block, "question-without-answer", *(() if is_answered else following))
        if not is_question(block.text):
            return None
        media = leading_media(context.blocks[index + 1 :])
        following = context.blocks[index + 1 + len(media) : index + 2 + len(media)]
        if media and (not following or _is_question_block(following[0])):
            return _shown(context, block.text, media, block)
        if not following or _is_question_block(following[0]) or _is_unwritten(following[0]):
            return skip(block, "question-without-answer")
        after = context.blocks[index + 2 + len(media) : index + 4 + len(media)]
        if isinstance(following[0], Code) and after and _are_options(after[0]):
            return skip(block, "question-without-answer", *media, following[0], after[0])
        if after and _is_question_stem(following[0], after):
            return skip(block, "question-without-answer", *media)
        answer = (*media, *_unfolded(following[:1]))
        return _answered(context, block.text, answer, 2 + len(media), context.heading_path, block)
    if type(block) is Quotation and block.style == "fold":
        if block.title and not _ANSWER_TITLE.match(block.title.string):
            return _answered(context, block.title, block.blocks, 1, context.heading_path, block)
        if index == 0 and context.name.plain:
            return _answered(context, context.subject, block.blocks, 1, context.heading_path[:-1], block)
    return None


def _asking_paragraph(block: Block, following: Content) -> Block:
    """Return the only item of a list as a paragraph, if it asks and the block below the list is no further list."""
    if not isinstance(block, ItemList) or len(block.items) > 1 or not following:
        return block
    item = block.items[0]
    if item.blocks or item.directives.skip or isinstance(following[0], ItemList) or not is_question(item.text):
        return block
    return Paragraph(item.text, item.span, item.directives)


def _is_task(context: RuleContext) -> bool:
    """Return whether an item, or a heading that says what it gives, is a task of an exam: "Define osmosis. (2 P.)"."""
    string = context.name.string
    return (context.nested or score_start(string) > 0) and is_exam_task(string)


def _is_question_block(block: Block) -> bool:
    if isinstance(block, ItemList):
        return all(is_question(item.text) for item in block.items)
    if not isinstance(block, Paragraph):
        return False
    string = block.text.string
    return is_question(block.text) or (
        has_question_mark(string) and may_have_options(string) and len(inline_options(string)) > 1
    )


def _is_unwritten(block: Block) -> bool:
    return isinstance(block, Paragraph) and is_unwritten(block.text.string)


def _is_question_stem(block: Block, following: Content) -> bool:
    """Return whether a block that could be an answer is the stem of the next question, which has options."""
    asking = following[0]
    if not isinstance(block, Paragraph) or not isinstance(asking, Paragraph):
        return False
    return offers_options(asking.text) or (is_question(asking.text) and any(map(_are_options, following[1:])))


def _are_options(block: Block) -> bool:
    """Return whether a block holds options: with letters, or with boxes."""
    if isinstance(block, ItemList):
        return all(item.done is not None or option_letter(item.text.string) for item in block.items)
    return isinstance(block, Paragraph) and bool(option_letter(block.text.string))


def _unfolded(blocks: Content) -> Content:
    first = blocks[0]
    if not isinstance(first, Quotation) or first.directives.skip:
        return blocks
    return first.blocks if first.style == "fold" or is_answer(first) else blocks


def is_answer(block: Block) -> bool:
    """Return whether a block is a callout that answers a question, by its kind or its title."""
    if not isinstance(block, Quotation) or block.style != "callout":
        return False
    is_untitled = block.title.string.casefold() == block.kind
    return (block.kind in ANSWER_KINDS and is_untitled) or bool(_ANSWER_TITLE.match(block.title.string))


def _answered(
    context: RuleContext,
    text: Text,
    blocks: Content,
    consumed: int,
    heading_path: tuple[str, ...],
    block: Block | None = None,
) -> RuleResult | None:
    """Return the pair of a question and its answer, which begins behind lines that only say that it is missing."""
    written = tuple(dropwhile(_is_unwritten, blocks))
    result = _with_answer(context, text, written, consumed, heading_path, block)
    if not result or len(written) == len(blocks):
        return result
    missing = blocks[: len(blocks) - len(written)]
    return replace(result, skipped=(*skip(missing[0], "placeholder", *missing[1:]).skipped, *result.skipped))


def _with_answer(
    context: RuleContext,
    text: Text,
    blocks: Content,
    consumed: int,
    heading_path: tuple[str, ...],
    block: Block | None,
) -> RuleResult | None:
    """Return the pair of a question and the blocks before the first list or card; the rest is read as nested."""
    embedded = tuple(filter(is_embed, blocks))
    if embedded and len(embedded) < len(blocks):
        blocks = tuple(answer_block for answer_block in blocks if not is_embed(answer_block))
    elif embedded:
        blocks, embedded = inserted(blocks), ()
    if len(blocks) == 1 and is_answer(blocks[0]):
        blocks = _unfolded(blocks)
    if not plain(blocks) or _breaks_off(plain(blocks)):
        return None
    span, directives = (block.span if block else context.span), context.directives
    media = leading_media(blocks)
    media = media if len(media) < len(blocks) else ()  # they are the answer
    blocks = blocks[len(media) :]
    is_asked = belongs_to_question(text, media, plain(blocks))
    opening = _opening(blocks)
    nested = replace(context, name=text, heading_path=heading_path, prompt=paragraph(text), nested=True)
    first = blocks[0]
    answer_blocks, rest = opening, blocks[len(opening) :]
    if len(blocks) == 1 and isinstance(first, ItemList) and len(first.items) == 1:
        answer_blocks, rest = _first_item(first), ()
    if not plain(answer_blocks):
        nested = replace(nested, blocks=(*media, *blocks))
        if not _is_mixed_list(first) or length(blocks) > LONGEST_ANSWER:
            return RuleResult(consumed, nested=(nested,))
        answer_blocks, rest = blocks, blocks
        nested = replace(nested, is_shown=True)
    answer, extra = _split(answer_blocks)
    extra = (*extra, *embedded)
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


def _opening(blocks: Content) -> Content:
    """Return the blocks of an answer before the first list or card, or the next question that is answered."""
    end = 0
    while end < len(blocks) and not isinstance(blocks[end], ItemList | Flashcard):
        if end and _asks_again(blocks[end : end + 2]):
            break
        end += 1
    return blocks[:end]


def _asks_again(blocks: Content) -> bool:
    """Return whether blocks begin with another question and its answer, also in a quote."""
    first = blocks[0]
    if isinstance(first, Quotation) and first.style == "quote" and first.blocks:
        return _asks_again(first.blocks[:2])
    return len(blocks) > 1 and isinstance(first, Paragraph) and is_question(first.text)


def _shown(context: RuleContext, text: Text, media: Content, block: Paragraph) -> RuleResult:
    """Return the pair of a question that a picture, sound or video answers."""
    draft = pair(
        context, "questions", text, media, span=block.span, allow_backwards=False, directives=context.directives
    )
    return RuleResult(1 + len(media), (draft,))


def _is_mixed_list(block: Block) -> bool:
    """Return whether a list is read item by item, so that none of its cards asks the question above it."""
    return isinstance(block, ItemList) and any(
        item.blocks or split_term(item.text, block.items) for item in block.items
    )


def _breaks_off(plain_text: str) -> bool:
    """Return whether a text ends in the middle of a sentence."""
    last_word = (plain_text.split() or [""])[-1]
    return last_word.isalpha() and (is_function_word(last_word) or last_word.casefold() in _PREPOSITIONS)


def _first_item(block: ItemList) -> Content:
    item = block.items[0]
    return () if item.directives.skip else (*paragraph(item.text), *item.blocks)


def _split(blocks: Content) -> tuple[Content, Content]:
    """Split an answer into the part that can be recalled and the rest."""
    end, words = 1, length(blocks[:1])
    while end < len(blocks) and (words := words + length(blocks[end : end + 1])) <= LONGEST_ANSWER:
        end += 1
    return blocks[:end], blocks[end:]

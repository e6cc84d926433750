"""Rule for multiple choice: one pair of a question with its options, and the answer below them.

Where the lines of a source give the answer, `markdown/dialects/exams.py` has made a card of question and options
before; the other questions come here as lists, paragraphs and callouts. `text/answer_options.py` knows the letters of
both.
"""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.extraction.rules.questions import is_question
from studydeck.model.document import Block, Content, Flashcard, Item, ItemList, Paragraph, Quotation, Text
from studydeck.model.notes import NoteDraft, Pair, SectionVocabulary
from studydeck.model.text_edits import cut
from studydeck.model.traverse import paragraph, plain, text_of_content
from studydeck.text.answer_options import (
    answer_letters,
    card_option,
    inline_options,
    is_key_item,
    is_key_line,
    leading_letters,
    may_have_options,
    option_letter,
)
from studydeck.text.normalize import normalize
from studydeck.text.punctuation import ends_in_question_mark

SHORTEST_EXPLANATION = 12  # characters after the letters of an answer


def multiple_choice(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair of a question with lettered or ticked options and its answer."""
    if context.directives.skip:
        return None
    block = context.blocks[index]
    if _is_key(block):
        return skip(block, "answer-without-question")
    if index == 0 and isinstance(block, ItemList) and context.name.plain:
        return _choice_result(context, context.name, (block,), context.blocks[1:2], 1)
    if isinstance(block, Paragraph):
        following = context.blocks[index + 1 : index + 2]
        if following and isinstance(following[0], ItemList):
            return _choice_result(context, block.text, following, context.blocks[index + 2 : index + 3], 2, block)
        if following and isinstance(following[0], Paragraph) and option_letter(following[0].text.string):
            options = (_option_list(following[0], _inline_options(following[0].text, 0)),)
            return _choice_result(context, block.text, options, context.blocks[index + 2 : index + 3], 2, block)
        if options_start := _inline_options_start(block.text):
            question = cut(block.text, 0, options_start) or context.name
            options = (_option_list(block, _inline_options(block.text, options_start)),)
            return _choice_result(context, question, options, context.blocks[index + 1 : index + 2], 1, block)
    return None


def choice_card(context: RuleContext, card: Flashcard) -> NoteDraft | None:
    """Return the pair of a card whose question ends with lettered options, and the options that its answer names."""
    *stem, last = card.question
    if isinstance(last, ItemList):
        options = last
    elif isinstance(last, Paragraph) and (start := _inline_options_start(last.text)):
        options = _option_list(last, _inline_options(last.text, start))
        stem = [*stem, *paragraph(cut(last.text, 0, start))]
    else:
        return None
    lettered = {letter: item for item in options.items if (letter := card_option(item.text.string)[0])}
    answer, *others = card.answer
    named = _named(answer, lettered)
    if len(lettered) < 2 or not stem or not named:
        return None
    chosen = tuple(block for item in named[0] for block in (*paragraph(item.text), *item.blocks))
    extra = (*named[1], *others)
    draft = pair(
        context,
        "multiple_choice",
        text_of_content(tuple(stem)),
        chosen,
        span=card.span,
        extra=extra,
        allow_backwards=False,
        directives=card.directives,
    )
    assert isinstance(draft.body, Pair)
    return replace(draft, body=replace(draft.body, term=(*stem, options), meaning=chosen), extra=extra)


def _named(answer: Block, options: dict[str, Item]) -> tuple[list[Item], Content] | None:
    """Return the options that an answer names, by their letters or in full, and what it says beyond that."""
    text = answer.text.string if isinstance(answer, Paragraph) else plain((answer,))
    letters, end = leading_letters(text)
    chosen = [options[letter] for letter in dict.fromkeys(letters) if letter in options]
    if chosen and len(chosen) == len(dict.fromkeys(letters)):
        rest = text[end:].lstrip(" .:,;)–—-*")
        bare = {_words_of(item).strip(" .") for item in chosen}
        if not rest or rest.rstrip(" .") in bare or not isinstance(answer, Paragraph):
            return chosen, ()
        # "C, which ends in the Caspian Sea" is one sentence.
        is_one_sentence = text[end:].startswith(",") and rest[:1].islower()
        return chosen, (answer if is_one_sentence else replace(answer, text=cut(answer.text, len(text) - len(rest))),)
    normal = normalize(text)
    full = [item for item in options.values() if normal == normalize(_words_of(item))]
    return (full, ()) if full else None


def _words_of(option: Item) -> str:
    """Return the words of an option without its letter."""
    string = option.text.plain
    return string[card_option(string)[1] :]


def _is_key(block: Block) -> bool:
    """Return whether a block holds only letters of answers: those of questions that it does not say."""
    if isinstance(block, ItemList):
        return block.ordered and all(is_key_item(item.text.plain) and not item.blocks for item in block.items)
    return isinstance(block, Paragraph) and is_key_line(block.text.plain)


def _inline_options_start(text: Text) -> int:
    """Return the offset of the first of several options in a text, or 0."""
    if not may_have_options(text.string):
        return 0
    options = inline_options(text.string)
    return options[0][0] if [letter for _, letter in options[:2]] == ["A", "B"] else 0


def _inline_options(text: Text, start: int) -> list[Text]:
    starts = [offset for offset, _ in inline_options(text.string) if offset >= start]
    return [cut(text, option_start, end) for option_start, end in pairwise((*starts, len(text.string)))]


def _option_list(block: Paragraph, options: list[Text]) -> ItemList:
    return ItemList(tuple(Item(option, (), block.span) for option in options), False, block.span)


def _choice_result(
    context: RuleContext,
    question: Text,
    options: Content,
    following: Content,
    consumed: int,
    block: Block | None = None,
) -> RuleResult | None:
    """Return the pair of a question and its options, a skipped block where no answer is given, or None."""
    option_list = options[0]
    assert isinstance(option_list, ItemList)
    if len(option_list.items) < 2 or any(item.blocks for item in option_list.items):
        return None
    ticked = [item for item in option_list.items if item.done]
    lettered = {letter: item for item in option_list.items if (letter := option_letter(item.text.string))}
    if ticked and len(ticked) < len(option_list.items) and ends_in_question_mark(question.string):
        answer: Content = (replace(option_list, items=tuple(replace(item, done=None) for item in ticked)),)
        extra: Content = ()
    elif following and (
        (len(lettered) >= 2 and (answer_and_extra := _answer(following[0], lettered)))
        or (is_question(question) and (answer_and_extra := _option_in_full(following[0], option_list)))
    ):
        answer, extra = answer_and_extra
        consumed += 1
    elif len(lettered) >= 2 and len(lettered) == len(option_list.items) and is_question(question):
        return skip(block or option_list, "question-without-answer", *(options if block and consumed > 1 else ()))
    else:
        return None
    span = block.span if block else context.span
    heading_path = context.heading_path if block else context.heading_path[:-1]
    draft = pair(
        context,
        "multiple_choice",
        question,
        answer,
        span=span,
        heading_path=heading_path,
        extra=extra,
        allow_backwards=False,
    )
    unticked = replace(option_list, items=tuple(replace(item, done=None) for item in option_list.items))
    assert isinstance(draft.body, Pair)
    return RuleResult(consumed, (replace(draft, body=replace(draft.body, term=(*paragraph(question), unticked))),))


def _answer(block: Block, options: dict[str, Item]) -> tuple[Content, Content] | None:
    """Return the options that an answer names, and its explanation."""
    blocks = block.blocks if isinstance(block, Quotation) else (block,)
    plain_text = plain(blocks)
    is_titled = isinstance(block, Quotation) and bool(block.title)
    letters, end = answer_letters(plain_text, titled=is_titled)
    chosen = tuple(options[letter] for letter in letters if letter in options)
    if not chosen:
        return None
    answer = tuple(paragraph_block for item in chosen for paragraph_block in paragraph(item.text))
    return answer, blocks if len(plain_text) > end + SHORTEST_EXPLANATION else ()


def _option_in_full(block: Block, options: ItemList) -> tuple[Content, Content] | None:
    """Return the option that a fold or callout repeats, and what it says below."""
    if not isinstance(block, Quotation) or not block.blocks or not isinstance(first := block.blocks[0], Paragraph):
        return None
    repeated = normalize(first.text.string)
    chosen = [item for item in options.items if item.text and normalize(item.text.string) == repeated]
    return (paragraph(chosen[0].text), block.blocks[1:]) if len(chosen) == 1 else None

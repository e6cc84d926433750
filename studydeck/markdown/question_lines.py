"""Read a paragraph whose first line asks, and whose next lines answer, as a question and its answer.

In: the inline token of a paragraph, and the paragraph. Out: a paragraph for each question and each answer.
"""

from __future__ import annotations

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.markdown.term_lines import lines_of
from studydeck.model.document import Inline, Item, Paragraph, SourceSpan, Style
from studydeck.model.text_edits import cut, normalized_text
from studydeck.text.answer_options import is_option_line
from studydeck.text.length import exceeds, length
from studydeck.text.punctuation import ends_in_question_mark, has_question_mark
from studydeck.text.term_shapes import is_sentence_pair
from studydeck.text.unmarked_questions import asks_without_mark

LONGEST_QUESTION = 30  # words of a line


def question_lines(token: Token, paragraph: Paragraph) -> tuple[Paragraph, ...]:
    """Return the questions of a paragraph, each before its answer; nothing if it does not begin with one."""
    if "\n" not in token.content:
        return _marked_question(paragraph)
    lines = lines_of(token, paragraph)
    if not all(line.text for line in lines) or any(is_option_line(line.text.string) for line in lines):
        return ()
    if is_sentence_pair(lines[0].text):
        return ()
    starts = [number for number, line in enumerate(lines) if _asks(line)]
    if not starts or starts[0] != 0:
        return _marked_question(paragraph)
    blocks: list[Paragraph] = []
    for start, end in zip(starts, (*starts[1:], len(lines)), strict=True):
        if end - start == 1:  # a question without an answer, or one of several lines
            return ()
        question, *answer = lines[start:end]
        span = SourceSpan(paragraph.span.path, answer[0].span.line, answer[-1].span.end_line)
        inlines = [inline for line in answer for inline in (Inline(" "), *line.text)]
        blocks += [
            Paragraph(question.text, question.span, paragraph.directives),
            Paragraph(normalized_text(inlines), span, paragraph.directives),
        ]
    return tuple(blocks)


def _asks(line: Item) -> bool:
    string = line.text.string
    if exceeds(line.text, LONGEST_QUESTION):
        return False
    if string.endswith(")"):
        string = string[: string.rfind("(")]  # "(2 points)"
    return (ends_in_question_mark(string) and length(line.text) > 1) or asks_without_mark(string)


def _marked_question(paragraph: Paragraph) -> tuple[Paragraph, ...]:
    """Return the parts of "**What is X?** It is …"; nothing if a paragraph does not begin with a question in bold."""
    end = 0
    for inline in paragraph.text:
        if not inline.styles & Style.STRONG:
            break
        end += len(inline.text)
    question = cut(paragraph.text, 0, end) if 0 < end < len(paragraph.text.string) else None
    if not question or not has_question_mark(question.string) or not ends_in_question_mark(question.string):
        return ()
    answer = cut(paragraph.text, end)
    if length(question) < 2 or not length(answer) or has_question_mark(answer.string):
        return ()
    return replace(paragraph, text=question), replace(paragraph, text=answer)


def may_hold_questions(content: str) -> bool:
    """Return whether a paragraph may begin with a question and go on with its answer; for speed."""
    return "\n" in content or content.startswith(("**", "__"))

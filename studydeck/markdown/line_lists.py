"""Tell lists without bullets from wrapped prose: a paragraph in; the list that its lines are out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from studydeck.markdown.decoration import clean_heading
from studydeck.markdown.inline import inlines_of
from studydeck.markdown.tags import FIRST_LINE, directives_of_lines
from studydeck.model.document import Block, Item, ItemList, Paragraph, SourceSpan, Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.answer_options import is_option_line
from studydeck.text.punctuation import ends_in_colon, ends_in_question_mark

_MIN_LINES, _WRAP_WIDTH, _MOST_TERM_WORDS = 3, 60, 5
_ITEM_START = lazy_pattern(
    r"""
    \s*[^\w\s]*
    (?: [A-Z\u00c0-\u00de\u0400-\u042f]    # a Latin or Cyrillic capital
      | [\u2e80-\uffef\u2460-\u2473]      # an East Asian character, or a number in a circle
      | [\d*_`]                            # a number, or marked text
      | [•·–—-]\s                          # a sign for an item
    )
    """,
    re.VERBOSE,
)
# Numbers of lines as Chinese and Japanese write them, which start no list of Markdown: "1、", "①", "一、".
_NUMBERING = lazy_pattern(r"(?:（\d{1,2}）|\d{1,2}、|[①-⑳]|[一二三四五六七八九十]{1,3}、)\s*(?=\S)")
_TERM_LINE = lazy_pattern(
    r"""
    (?!\w\s?[:.)])                                      # no letter of a question, an answer or an option
    (?P<term> [^\s:=→>|](?:[^\n:=→>|]{0,38}[^\s:=→>|])? )
    (?P<sign> \s*:\s | \s=\s | \s[-–—]\s | \s*(?:->|→|=>)\s )
    \s*\S
    """,
    re.VERBOSE,
)


def _are_term_lines(lines: Sequence[str]) -> bool:
    """Return whether every line is a short term and its meaning, with the same sign between them."""
    matches = [_TERM_LINE.match(line.strip()) for line in lines]
    found = [match for match in matches if match]
    signs = {match["sign"].strip() for match in found}
    return (
        len(found) == len(lines)
        and len(signs) == 1
        and all(match["term"].count(" ") < _MOST_TERM_WORDS for match in found)
    )


def is_list_of_lines(content: str) -> bool:
    """Return whether a paragraph is a list written line by line, rather than wrapped prose."""
    if content.count("\n") < _MIN_LINES - 1:
        return False
    lines = content.split("\n")
    if max(map(len, lines[:-1])) >= _WRAP_WIDTH or any(map(is_option_line, lines)):
        return False
    ended_lines = sum(line.rstrip().endswith((".", ",", ";", "。", "，")) for line in lines[:-1])
    started_lines = sum(bool(_ITEM_START.match(line)) for line in lines[1:])
    has_question = any(ends_in_question_mark(line) or line.rstrip().endswith("\\") for line in lines)
    if not has_question and _are_term_lines(lines):
        return True
    following_lines = len(lines) - 1
    return not has_question and 3 * ended_lines <= following_lines and started_lines >= 0.8 * following_lines


def list_of_lines(token: Token, paragraph: Paragraph) -> tuple[Block, ...]:
    """Return a paragraph as a list of its lines, after a first line that ends in a colon; lines of tags are left out.

    It is unchanged if a line has no text.
    """
    parts: list[list[Token]] = [[]]
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append([])
        else:
            parts[-1].append(child)
    texts = [(index, clean_heading(inlines_of(part), numbers=False)) for index, part in enumerate(parts) if part]
    if not all(text for _, text in texts):
        return (paragraph,)
    path, line = paragraph.span.path, paragraph.span.line + token.meta.get(FIRST_LINE, 0)
    spans = [SourceSpan(path, line + index, line + index) for index, _ in texts]
    lines = [text for _, text in texts]
    lead_in: tuple[Block, ...] = ()
    if ends_in_colon(lines[0].string) and len(lines) > 2:
        lead_in = (Paragraph(lines.pop(0), spans.pop(0), paragraph.directives),)
    items = [
        Item(text, (), span, directives_of_lines(token, paragraph, span))
        for text, span in zip(_without_numbers(lines), spans, strict=True)
    ]
    return (*lead_in, ItemList(tuple(items), ordered=False, span=paragraph.span))


def _without_numbers(lines: list[Text]) -> list[Text]:
    """Return lines without the numbers before them, if all have one."""
    numbers = [_NUMBERING.match(line.string) for line in lines]
    return [
        cut(line, number.end() if number and all(numbers) else 0) for line, number in zip(lines, numbers, strict=True)
    ]

"""Read a paragraph whose lines are terms and meanings as a list: `Term: meaning` lines, or bold lines above their text.

In: the inline token of a paragraph, and the paragraph. Out: the list, after the line that announces it, if any does.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.markdown.inline import inlines_of
from studydeck.markdown.tags import FIRST_LINE, TAGS, directives_of_lines
from studydeck.model.document import (
    NO_DIRECTIVES,
    Block,
    Directives,
    Inline,
    Item,
    ItemList,
    Paragraph,
    SourceSpan,
    Style,
)
from studydeck.model.text_edits import cut, normalized_text
from studydeck.patterns import lazy_pattern
from studydeck.text.answer_options import is_option_line
from studydeck.text.course_remarks import remark_spans
from studydeck.text.length import exceeds
from studydeck.text.names import can_be_name, is_lead_word, label_end
from studydeck.text.punctuation import begins_with_colon, ends_in_colon, ends_in_question_mark
from studydeck.text.term_shapes import is_sentence_pair, split_term
from studydeck.text.translations import are_translations, ends_like_sentence

LONGEST_TERM = 8  # words of a bold line that its text explains
LONGEST_NAME = 4  # words of a first line of an item that is not marked as a term
WRAP_WIDTH = 50  # characters of a line after which an editor may have broken it
SENTENCE_ENDS = (".", "!", ",", ";", "。", "！", "，", "；", "、")  # at the end of a line that is no name
_BREAKS = frozenset({"softbreak", "hardbreak"})
_SIGNS = ("**", "__", ":", "：", " - ", "–", "—", " = ", "→", "->", "] ", "/ ", "</b>", "</strong>")
_SENTENCE_MARKS = (".", "!", "?", "…", "。", "！", "？")
_DASH_AFTER_SENTENCE = lazy_pattern(r"[.!?…。！？]\s+[-–—]\s")
_MARKS_BEHIND = " *_\\)"
_Lines = Sequence[Item]


def lines_of(token: Token, paragraph: Paragraph) -> list[Item]:
    """Return the lines of a paragraph, each with its place in the source."""
    parts: list[list[Token]] = [[]]
    for child in token.children or ():
        if child.type in _BREAKS:
            parts.append([])
        else:
            parts[-1].append(child)
    path, first = paragraph.span.path, paragraph.span.line + token.meta.get(FIRST_LINE, 0)
    return [
        Item(inlines_of(part), (), SourceSpan(path, first + number, first + number))
        for number, part in enumerate(parts)
    ]


def term_lines(token: Token, paragraph: Paragraph) -> tuple[Block, ...]:
    """Return the list that a paragraph of terms is, below its announcement; nothing if it is something else."""
    lines = lines_of(token, paragraph)
    strings = [line.text.plain for line in lines]
    if pairs := _translations(lines):
        return _list(pairs)
    if not all(strings) or any(is_option_line(string) or ends_in_question_mark(string) for string in strings):
        return ()
    if TAGS in token.meta:
        lines = [replace(line, directives=directives_of_lines(token, paragraph, line.span)) for line in lines]
    if _is_bold_line(lines[0]):
        return _list(_below_bold_lines(lines))
    if _is_marked_term(lines[0]):
        starts = [number for number, line in enumerate(lines) if _is_marked_term(line) or _is_marked_label(line)]
        return _list(_joined(lines, starts)) if len(starts) > 1 else ()
    if len(lines) > 2 and remark_spans(strings[-1]) == [(0, len(strings[-1]))]:  # "!! comes up in every exam"
        *terms, remark = lines
        listed = _list(_plain_terms(terms))
        return (*listed, Paragraph(remark.text, remark.span, paragraph.directives)) if listed else ()
    announced = ends_in_colon(strings[0]) and len(lines) > 2  # the announcement and two terms
    items = _plain_terms(lines[1:] if announced else lines)
    if announced and items:
        return (Paragraph(lines[0].text, lines[0].span, paragraph.directives), *_list(items))
    return _list(items)


def term_of_item(token: Token, paragraph: Paragraph) -> tuple[Paragraph, bool]:
    """Return the paragraph of an item whose first line is a term as `Term: meaning`, and whether the term is marked.

    Any other paragraph is returned as it is.
    """
    lines = lines_of(token, paragraph)
    if len(lines) < 2 or not all(line.text for line in lines) or ends_in_colon(lines[0].text.string):
        return paragraph, False
    meaning = _joined_items(lines[1:], " ")
    if ends_in_colon(meaning.text.string) or not any(map(str.isalnum, meaning.text.string)):
        return paragraph, False
    is_marked = _is_bold_line(lines[0]) or _is_code_line(lines[0])
    if not is_marked and not _is_name_line(token, lines):
        return paragraph, False
    return replace(paragraph, text=_joined_items((lines[0], meaning), ": ").text), is_marked


def _is_code_line(line: Item) -> bool:
    return all(inline.kind == "code" for inline in line.text)


def _is_name_line(token: Token, lines: _Lines) -> bool:
    """Return whether an item begins with a short name in a line of its own, which no editor has wrapped there."""
    name, following = lines[0].text.string, lines[1].text.string
    if exceeds(name, LONGEST_NAME) or len(name) + len(following.split(" ", 1)[0]) > WRAP_WIDTH:
        return False
    if name.endswith((*SENTENCE_ENDS, "?")) or is_lead_word(name) or not can_be_name(name) or split_term(lines[0].text):
        return False
    starts = not name[:1].islower() and following[:1].isupper()
    return starts or any(child.type == "hardbreak" for child in token.children or ())


def _translations(lines: _Lines) -> _Lines:
    """Return lines that are sentences with their translations, or with them in the next line; nothing otherwise."""
    if len(lines) < 2 or not all(line.text for line in lines):
        return ()
    if any(label_end(line.text.string) for line in lines):  # "例: …" is an example of the line above
        return ()
    if 2 * sum(is_sentence_pair(line.text) for line in lines) >= len(lines) and all(
        split_term(line.text, lines) for line in lines
    ):
        return lines
    if len(lines) % 2 or not all(ends_like_sentence(line.text.string) for line in lines):
        return ()
    if any(_DASH_AFTER_SENTENCE.search(line.text.string) for line in lines):  # a line holds both sides
        return ()
    couples = [lines[number : number + 2] for number in range(0, len(lines), 2)]
    if not all(are_translations(sentence.text.plain, meaning.text.plain) for sentence, meaning in couples):
        return ()
    return [_joined_items(couple, " = ") for couple in couples]


def _list(items: _Lines) -> tuple[Block, ...]:
    if not items:
        return ()
    span = SourceSpan(items[0].span.path, items[0].span.line, items[-1].span.end_line)
    return (ItemList(tuple(items), ordered=False, span=span),)


def _is_bold_line(line: Item) -> bool:
    """Return whether a line is a term in bold, and nothing else."""
    text = line.text
    if exceeds(text, LONGEST_TERM) or text.string.endswith(SENTENCE_ENDS) or is_lead_word(text):
        return False
    return all(inline.styles & Style.STRONG or inline.text.strip() in {"", ":"} for inline in text)


def _is_marked_term(line: Item) -> bool:
    return bool(line.text.inlines[0].styles & Style.STRONG) and split_term(line.text) is not None


def _is_marked_label(line: Item) -> bool:
    """Return whether a line begins with words in bold before a colon, also those that are no term: "**Solution:**"."""
    first, *others = line.text.inlines
    return bool(first.styles & Style.STRONG) and (
        ends_in_colon(first.text) or (bool(others) and begins_with_colon(others[0].text))
    )


def _below_bold_lines(lines: _Lines) -> _Lines:
    """Return each bold line with the text below it as `Term: meaning`; nothing if one has no text."""
    starts = [number for number, line in enumerate(lines) if _is_bold_line(line)]
    items: list[Item] = []
    for start, end in zip(starts, (*starts[1:], len(lines)), strict=True):
        if end - start == 1:
            return ()
        term, meaning = lines[start], _joined(lines[start + 1 : end], [0])[0]
        name = cut(term.text, 0, len(term.text.string.rstrip(": ")))
        items.append(_joined_items((Item(name, (), term.span, term.directives), meaning), ": "))
    return items


def _plain_terms(lines: _Lines) -> _Lines:
    """Return lines of `term: meaning` without a mark, of which long ones may be wrapped; nothing if one is none."""
    starts = [number for number, line in enumerate(lines) if split_term(line.text, lines)]
    if len(starts) < 2 or starts[0] != 0:  # a single line is a sentence with a colon
        return ()
    is_wrapped = [len(before.text.string) >= WRAP_WIDTH for before in lines]
    if not all(number in starts or is_wrapped[number - 1] for number in range(len(lines))):
        return ()
    return _joined(lines, starts)


def _joined(lines: _Lines, starts: Sequence[int]) -> list[Item]:
    """Return the items that begin at some of the lines, each with the lines up to the next one."""
    ends = (*starts[1:], len(lines))
    return [_joined_items(lines[start:end], " ") for start, end in zip(starts, ends, strict=True)]


def _joined_items(lines: _Lines, separator: str) -> Item:
    inlines: list[Inline] = []
    for line in lines:
        inlines += (*((Inline(separator),) if inlines else ()), *line.text)
    span = SourceSpan(lines[0].span.path, lines[0].span.line, lines[-1].span.end_line)
    tags = tuple(dict.fromkeys(tag for line in lines for tag in line.directives.tags))
    return Item(normalized_text(inlines), (), span, Directives(tags=tags) if tags else NO_DIRECTIVES)


def may_hold_terms(content: str) -> bool:
    """Return whether a paragraph has several lines, with a sign of a term or each a sentence, which few have."""
    if "\n" not in content:
        return False
    return any(sign in content for sign in _SIGNS) or all(
        line.rstrip(_MARKS_BEHIND).endswith(_SENTENCE_MARKS) for line in content.split("\n")
    )

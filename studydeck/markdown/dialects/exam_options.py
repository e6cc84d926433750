"""Lettered options of exam questions, each on a line of its own or several on one line.

In: the lines of a source, and the line of the first option. Out: the letters of the options, the lines that hold them,
and which are marked as right.
"""

from __future__ import annotations

from msgspec import Struct, field

from studydeck.markdown.dialects.card_lines import Line, next_line
from studydeck.text.answer_options import (
    LETTERS,
    exam_option,
    inline_exam_options,
    is_marked_right,
    without_mark_before,
    without_right_mark,
)

MOST_STEM_LINES = 60  # lines of a question above its options
MOST_OPTION_LINES = 8  # lines of one option


class Options(Struct):
    """Options below each other: for each line its letters, the lines that continue them, and which are marked."""

    letters: dict[int, str] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)
    end: int = 0

    @property
    def all_letters(self) -> str:
        return "".join(self.letters.values())


def begins_options(lines: list[Line], index: int) -> bool:
    """Return whether a line is the first of several options."""
    return read_options(lines, index) is not None


def options_below(lines: list[Line], start: int, end: int) -> bool:
    """Return whether options begin in some lines, or after the blank lines below them."""
    last = next_line(lines, min(end, start + MOST_STEM_LINES))
    return any(begins_options(lines, below) for below in range(start, min(last + 1, len(lines))))


def read_options(lines: list[Line], index: int) -> Options | None:
    """Return the options that begin at a line, with letters from A on without a gap, or None."""
    options = Options()
    first = lines[index]
    current = index
    after_blank = False
    while current < len(lines):
        line = lines[current]
        if line.is_blank and not line.is_code:
            after_blank = True
            current += 1
            continue
        letters = _letters_of(line, LETTERS[len(options.all_letters) :])
        if letters and not line.is_code and line.quote_depth == first.quote_depth:
            options.letters[current] = letters
            options.marked += letters if _is_marked(line) else ""
        elif (
            after_blank or _ends_options(line, first) or current >= max(options.letters, default=-9) + MOST_OPTION_LINES
        ):
            break
        current += 1
        options.end, after_blank = current, False
    return options if len(options.all_letters) >= 2 else None


def _letters_of(line: Line, expected: str) -> str:
    """Return the letters of the options in a line, if they are the expected ones."""
    text = without_mark_before(line.text)
    option = exam_option(text)
    if not option or not expected or option["letter"].upper() != expected[0]:
        return ""
    letters, _ = inline_exam_options(text)
    return letters if len(letters) > 1 and expected.startswith(letters) else expected[0]


def _ends_options(line: Line, first: Line) -> bool:
    if exam_option(line.text):
        return True
    if line.ends_section or line.is_code or line.answer or line.is_labelled:
        return True
    if line.text.lower().startswith(("<details", "||")) or line.quote_depth != first.quote_depth:
        return True
    return bool(line.bullet) and line.indent <= max(first.indent, 0)


def _is_marked(line: Line) -> bool:
    """Return whether an option is marked as the right one: by a tick, a word or bold type."""
    option = exam_option(line.text)
    return _is_bold(line.text) or is_marked_right(line.text) or bool(option and option["box"] and option["box"] != " ")


def _is_bold(text: str) -> bool:
    return text.startswith("**") and text.endswith("**") and text.count("**") == 2


def item_of_option(line: Line, *, several: bool) -> str:
    """Return the text of an option as an item of a list, without what marks it as the right one."""
    text = line.text[2:-2] if _is_bold(line.text) else line.text
    text = without_right_mark(text)
    if option := exam_option(text):
        text = text[option.start("em") :]
    return text if several else f"- {text}"

"""Lines in which flashcards are searched, and how the lines of a card are marked.

In: the text of a source. Out: its lines, each taken apart; and the same text with the lines of cards marked as
`markdown/flashcards.py` reads them. A card that begins in a list item stays in that item.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from studydeck.markdown.dialects.labels import Label, answer_label, has_number, question_label
from studydeck.markdown.dialects.lines import lines_of
from studydeck.markdown.flashcards import ANSWER, QUESTION
from studydeck.patterns import lazy_pattern

MOST_QUESTION_LINES = 60  # lines above an answer in which its question is searched
LONGEST_LINE = 2000  # characters of a line that may hold a question and its answer or its options
_LINE = lazy_pattern(
    r"((?:[ \t]*>[ ]?)*)([ \t]*)"  # marks of quotes; the indentation
    r"((?:[-*+]|\d{1,4}[.)])(?:[ ]{1,4}(?=\S)|\t))?(.*)"  # the mark of an item; the text
)
_HEADING = lazy_pattern(r"#{1,6}\s")
_RULE = lazy_pattern(r"(?:-{3,}|\*{3,}|_{3,})\s*$")


class Line(Struct, frozen=True, dict=True):
    """A line: the marks of the quotes around it, its indent in columns, its bullet or number, and its text."""

    quote: str
    indent: int
    bullet: str
    text: str
    is_code: bool

    @property
    def column(self) -> int:
        """The column at which the text begins."""
        return self.indent + len(self.bullet)

    @property
    def quote_depth(self) -> int:
        """The number of quotes around the line."""
        return self.quote.count(">")

    @property
    def is_blank(self) -> bool:
        return not self.text and not self.bullet

    @cached_property
    def is_heading(self) -> bool:
        return not self.is_code and bool(_HEADING.match(self.text))

    @cached_property
    def ends_section(self) -> bool:
        """Whether the line is a heading, or one that separates cards."""
        return not self.is_code and (self.is_heading or bool(_RULE.match(self.bullet + self.text)))

    @cached_property
    def question(self) -> Label | None:
        """The label of a question at the start of the text."""
        return None if self.is_code else question_label(self.text)

    @cached_property
    def answer(self) -> Label | None:
        """The label of an answer at the start of the text."""
        return None if self.is_code else answer_label(self.text)

    @property
    def is_numbered(self) -> bool:
        return self.bullet[:1].isdecimal()

    @cached_property
    def is_labelled(self) -> bool:
        """Whether the text begins with the label of a question, or a number that is no list marker."""
        return bool(self.question) or has_number(self.text)

    def dedented(self, columns: int) -> str:
        """Return the line without its quotes and up to so many columns of its indent."""
        return " " * max(self.indent - columns, 0) + self.bullet + self.text


def line_of(raw: str, *, is_code: bool = False) -> Line:
    """Return a line taken apart."""
    match = _LINE.fullmatch(raw)
    assert match
    quote, indent, bullet, text = match[1], match[2], match[3] or "", match[4].rstrip()
    return Line(quote, len(indent.expandtabs(4)), bullet.replace("\t", "   "), text, is_code)


class CardLines(Struct):
    """The lines of a source, and as they are written anew; `free` is the first line that no card has taken.

    `deck_ends` holds for each line the last question with a label in its section, if the section begins with one, else
    -1; `question_count` is the number of questions with a label.
    """

    lines: list[Line]
    written: list[str]
    free: int = 0
    deck_ends: list[int] = []
    question_count: int = 0

    def text(self) -> str:
        """Return the text with the lines of its cards marked."""
        return "\n".join(self.written)

    def blank(self, index: int) -> None:
        """Hide a line that no learner reads."""
        self.written[index] = self.lines[index].quote.rstrip()
        self.lines[index] = line_of(self.written[index])

    def replace_text(self, index: int, text: str) -> None:
        """Replace the text of a line that stays outside of cards."""
        line = self.lines[index]
        self.written[index] = f"{line.quote}{' ' * line.indent}{line.bullet}{text}"
        self.lines[index] = replace(line, text=text)

    def mark(self, question: int, answer: int, end: int, texts: Mapping[int, str], mark: str = ANSWER) -> None:
        """Mark the lines of a card.

        Parameters
        ----------
        question, answer, end : the first line of each side, and the line after the card. Where both sides are on one
            line, its text holds the mark of the answer, and `answer` is the line after it.
        texts : the text of each line that is read in another form than it was written in.
        mark : the mark of the answer.
        """
        first = self.lines[question]
        answer_column = self.lines[answer].column if answer < end else 0
        for index in range(question, end):
            line = self.lines[index]
            outer_column = answer_column if index >= answer else first.column
            text = texts.get(index, line.text if index == question else line.dedented(outer_column))
            lead = " " * first.indent + first.bullet if index == question else " " * first.column
            self.written[index] = f"{first.quote}{lead}{mark if index >= answer else QUESTION}{text}"
        self.free = end


def card_lines_of(text: str) -> CardLines:
    """Return the lines of a text, of which no card has taken any."""
    lines = [line_of(raw, is_code=is_code) for raw, is_code in lines_of(text)]
    return CardLines(lines, text.split("\n"))


def block_end(lines: list[Line], start: int, most: int = 1_000_000) -> int:
    """Return the index after the lines, at most so many, that follow each other without a blank one in text."""
    end, last = start, min(start + most, len(lines))
    while end < last and (lines[end].is_code or not lines[end].is_blank):
        end += 1
    return end


def next_line(lines: list[Line], index: int) -> int:
    """Return the index of the next line that is not blank, or of the end."""
    while index < len(lines) and lines[index].is_blank and not lines[index].is_code:
        index += 1
    return index

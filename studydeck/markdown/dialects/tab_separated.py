"""Word lists as spreadsheets, Anki and Quizlet export them: a word and its meaning with a tab between them.

In: the lines of a source, and one of them. Out: the lines that follow each other in this form are marked as cards; data
with a head, as spreadsheets copy them, are a table.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.card_lines import CardLines, Line
from studydeck.markdown.flashcards import ANSWER, ANSWER_BOTH_WAYS
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds

_LEAST_LINES = 2
_MOST_CELLS = 3  # a word, how it is written or spoken, its meaning
_LONGEST_WORD = 6  # words of a cell that can be asked for
_MARKS = lazy_pattern(r"^[^\s>|#][^\t\n]*\t+[^\n]+\n[^\s>|#][^\t\n]*\t", re.MULTILINE)


def has_marks(text: str) -> bool:
    """Return whether a text can contain lines of words with a tab between them."""
    return "\t" in text and bool(_MARKS.search(text))


def tabbed_cards(cards: CardLines, index: int) -> bool:
    """Mark the lines from one on that are words with their meanings, if they are several of one form."""
    rows = [cells] if (cells := _cells(cards.lines[index])) else []
    while rows and index + len(rows) < len(cards.lines) and (cells := _cells(cards.lines[index + len(rows)])):
        rows.append(cells)
    end = index + len(rows)
    if len(rows) < _LEAST_LINES or (end < len(cards.lines) and not cards.lines[end].is_blank):
        return False
    if len({cells[0] for cells in rows}) < len(rows) or len({*map(len, rows)}) > 1:
        return False
    if len(rows[0]) > _MOST_CELLS or not all(any(map(str.isalpha, cell)) for cells in rows for cell in cells):
        return _table(cards, index, rows)
    is_short = not any(exceeds(cell, _LONGEST_WORD) for cells in rows for cell in cells)
    for number, (word, *meanings) in enumerate(rows, index):
        mark = ANSWER_BOTH_WAYS if is_short and len(meanings) == 1 else ANSWER
        cards.mark(number, number + 1, number + 1, {number: mark.join((word, " – ".join(meanings)))})
    return True


def _table(cards: CardLines, index: int, rows: list[list[str]]) -> bool:
    """Write rows with a head as a table, whose head takes the blank line above them."""
    is_head = not any(character.isdigit() for cell in rows[0] for character in cell)
    if not is_head or len(rows) <= _LEAST_LINES or not index or not cards.lines[index - 1].is_blank:
        return False
    cards.written[index - 1] = f"| {' | '.join(rows[0])} |"
    cards.written[index] = "|" + " --- |" * len(rows[0])
    for number, cells in enumerate(rows[1:], index + 1):
        cards.written[number] = f"| {' | '.join(cells)} |"
    cards.free = index + len(rows)
    return True


def _cells(line: Line) -> list[str]:
    """Return the cells of a line with tabs."""
    if line.is_code or line.bullet or line.quote or line.indent or "\t" not in line.text or "|" in line.text:
        return []
    cells = [cell.strip() for cell in re.split(r"\t+", line.text)]
    return cells if len(cells) > 1 and all(cells) else []

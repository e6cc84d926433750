"""Where the answer of a card ends.

In: the lines of a source, and the first lines of a question and of its answer. Out: the line after the answer.
"""

from __future__ import annotations

from studydeck.markdown.dialects.card_lines import CardLines, Line, next_line
from studydeck.markdown.dialects.labels import explanation_label, has_number
from studydeck.text.punctuation import ends_in_colon


def answer_end(cards: CardLines, answer: int, question: int) -> int:
    """Return the line after an answer: at a blank line, the next question, or the end of the list item around it."""
    lines, first = cards.lines, cards.lines[question]
    end, is_open = answer + 1, not _answer_text(lines[answer])
    while end < len(lines):
        line = lines[end]
        if line.is_code:
            end += 1
            continue
        if line.is_blank:
            below = next_line(lines, end)
            if line.quote_depth != first.quote_depth:
                break
            if below < len(lines) and _continues(cards, end, below, question, is_open=is_open):
                end, is_open = below + 1, False
                continue
            break
        if line.ends_section or _begins_other_card(line, first):
            break
        is_open, end = False, end + 1
    return end


def _answer_text(line: Line) -> str:
    label = line.answer
    return label.rest if label else line.text


def _begins_other_card(line: Line, first: Line) -> bool:
    if line.bullet and first.bullet and line.indent <= first.indent and not line.answer:
        return True
    return bool(line.question) or has_number(line.text) or line.quote_depth != first.quote_depth


def _continues(cards: CardLines, end: int, below: int, question: int, *, is_open: bool) -> bool:
    """Return whether an answer goes on after a blank line."""
    lines, first = cards.lines, cards.lines[question]
    line, before = lines[below], lines[end - 1]
    if line.ends_section or _begins_other_card(line, first):
        return False
    if is_open or explanation_label(line.text):
        return True
    if ends_in_colon(before.text) and (line.is_code or line.bullet or line.text.startswith(("|", "$$", "!["))):
        return True
    if first.bullet:
        return line.indent >= first.column
    if (line.bullet and before.bullet) or line.indent > first.indent:
        return True
    return cards.deck_ends[question] > below

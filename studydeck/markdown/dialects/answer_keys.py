"""Answers that are listed by the number of their question below a title such as "Answers".

In: the lines of a source. Out: the keys with the letters for each number; the lines of keys of which every answer
stands with its question are hidden.
"""

from __future__ import annotations

from msgspec import Struct, field

from studydeck.markdown.dialects.card_lines import CardLines, Line
from studydeck.markdown.dialects.labels import answer_label, key_titles
from studydeck.text.answer_options import LETTERS, key_entries


class AnswerKey(Struct):
    """A list of answers by number.

    Attributes
    ----------
    start, stop : the lines of the questions that it can answer: those above it, up to the key before.
    answers : the letters for each number, and the line that holds them.
    used : the numbers whose letters stand with their question now.
    """

    start: int
    stop: int
    answers: dict[int, tuple[str, int]]
    used: set[int] = field(default_factory=set)

    def take(self, number: int, index: int, letters: str) -> str:
        """Return the letters for the question of that number at a line, if all of them are its own; else ""."""
        if not self.start <= index < self.stop or number not in self.answers:
            return ""
        named, _ = self.answers[number]
        if not set(named) & set(LETTERS) <= set(letters):
            return ""
        self.used.add(number)
        return named


def answer_keys(cards: CardLines) -> list[AnswerKey]:
    """Return the answers that are listed by number below a title such as "Answers", each with its line."""
    keys: list[AnswerKey] = []
    start = 0
    for index, line in enumerate(cards.lines):
        answers = {} if line.is_code else _answers_below(cards.lines, index)
        if answers:
            keys.append(AnswerKey(start, index, answers))
            start = index
    return keys


def _answers_below(lines: list[Line], index: int) -> dict[int, tuple[str, int]]:
    """Return the answers behind or below a title, each with its line."""
    title = lines[index].text.lstrip("# ").strip("*_ ")
    label = answer_label(title if title.endswith(":") or ":" in title else f"{title}:")
    if not label or label.is_letter or label.word not in key_titles():
        return {}
    found: dict[int, tuple[str, int]] = {}
    if label.rest:
        return _with_line(key_entries(label.rest), index)
    for below in range(index + 1, len(lines)):
        line = lines[below]
        if line.is_blank:
            continue
        entries = key_entries((line.bullet if line.is_numbered else "") + line.text.strip("| "))
        if not entries:
            break
        found |= _with_line(entries, below)
    return found


def _with_line(entries: dict[int, str], line: int) -> dict[int, tuple[str, int]]:
    return {number: (letters, line) for number, letters in entries.items()}


def hide_used_keys(cards: CardLines, keys: list[AnswerKey]) -> None:
    """Hide the lines of keys of which every answer stands with its question now."""
    for key in keys:
        unused = {line for number, (_, line) in key.answers.items() if number not in key.used}
        for line in {line for _, line in key.answers.values()} - unused:
            cards.blank(line)

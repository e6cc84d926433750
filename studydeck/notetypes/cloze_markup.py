"""Clozes as Anki reads them: {{c1::words}}, {{c1::words::hint}}, one inside another.

Only the phrase of the card's own number is hidden on the front and marked on the back; the others are shown, marked as
inactive, so that a style can tell them apart.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\{\{c([0-9]+)::|(\}\})")
DEEPEST = 10  # Anki opens no more, one inside another
_BLANK = "..."


@dataclass(slots=True)
class _Cloze:
    number: int
    inside: list[str | _Cloze] = field(default_factory=list)
    hint: str | None = None

    @property
    def mark(self) -> str:
        return _BLANK if self.hint is None else self.hint


def revealed(text: str, number: int, *, on_front: bool) -> str:
    """Give a text with its clozes as one card shows it; nothing where the card has no cloze here."""
    section_keys = _parsed(text)
    if number not in _numbers(section_keys):
        return ""
    return "".join(_revealed(node, number, on_front=on_front) for node in section_keys)


def only(text: str, number: int, *, on_front: bool) -> str:
    """Give what one card hides, and nothing around it."""
    found = [node for node in _every(_parsed(text)) if node.number == number]
    return ", ".join(node.mark if on_front else _words(node) for node in found)


def _revealed(node: str | _Cloze, number: int, *, on_front: bool) -> str:
    if isinstance(node, str):
        return node
    inside = "".join(_revealed(one, number, on_front=on_front) for one in node.inside)
    if node.number != number:
        return f'<span class="cloze-inactive" data-ordinal="{node.number}">{inside}</span>'
    if on_front:
        hidden = html.escape(inside)
        return f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{number}">[{node.mark}]</span>'
    return f'<span class="cloze" data-ordinal="{number}">{inside}</span>'


def _parsed(text: str) -> list[str | _Cloze]:
    """Read a text; a cloze that is never closed is dropped, as Anki does."""
    found: list[str | _Cloze] = []
    opened: list[_Cloze] = []
    end = 0
    for token in _TOKEN.finditer(text):
        _say(text[end : token.start()], opened, found)
        end = token.end()
        if token[1]:
            if len(opened) < DEEPEST:
                opened.append(_Cloze(int(token[1])))
        elif opened:
            closed = opened.pop()
            (opened[-1].inside if opened else found).append(closed)
        else:
            found.append(token[0])
    _say(text[end:], opened, found)
    return found


def _say(words: str, opened: list[_Cloze], found: list[str | _Cloze]) -> None:
    """Put words where they belong; inside a cloze `::` begins its hint."""
    if not words:
        return
    if not opened:
        found.append(words)
        return
    head, colons, tail = words.partition("::")
    if colons:
        opened[-1].hint = tail
    opened[-1].inside.append(head)


def _every(section_keys: list[str | _Cloze]) -> Iterator[_Cloze]:
    for node in section_keys:
        if isinstance(node, _Cloze):
            yield node
            yield from _every(node.inside)


def _numbers(section_keys: list[str | _Cloze]) -> set[int]:
    return {node.number for node in _every(section_keys)}


def _words(node: _Cloze) -> str:
    return "".join(one if isinstance(one, str) else _words(one) for one in node.inside)

"""RemNote: `Term >> meaning`, `meaning << term`, `Term <> meaning`, `Term ;; detail`, `Term >>>` above its parts.

In: the lines of a source, and one of them. Out: the line is marked as a card, or its mark is taken out. The signs mean
other things in shells, in formulas and in paths of menus ("File >> Export"): they are read only in outlines of which
several items have them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.markdown.dialects.card_lines import CardLines, Line
from studydeck.markdown.flashcards import ANSWER, ANSWER_BOTH_WAYS
from studydeck.patterns import lazy_pattern
from studydeck.text.exercises import begins_with_instruction

# Items with a sign, which show that a file is one of RemNote: of two kinds, or several of one between longer sides.
_LEAST_KINDS, _LEAST_OF_ONE_KIND = 2, 3
_LEAST_ITEMS = 0.8  # of the lines of text
_SIGN = lazy_pattern(r"(?<=\S)\s+(?P<sign>>>|<<|<>|;;)\s+(?=\S)")
_SHORTEST_TERM = 2  # characters: "x >> 1" is a formula
_PATH_OPENINGS = ("Go to ", "Click ", "Open ", "Select ", "Choose ", "Navigate ", "Press ", "In ", "Under ")  # of menus
_SIGN_ABOVE_PARTS = lazy_pattern(r"(?<=\S)\s*(?:>>>|;;;|<>>|(?:>>|::)1\.)$")
_CODE = lazy_pattern(r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|\$[^$\n]+\$")
_MARKS = lazy_pattern(r"^[ \t]*[-*+][ \t]+\S[^\n]*?(?:\s(?:>>|<<|<>|;;)\s|>>>$|;;;$)", re.MULTILINE)


def has_marks(text: str) -> bool:
    """Return whether a text can be an outline of RemNote."""
    return (">>" in text or ";;" in text or "<<" in text or "<>" in text) and bool(_MARKS.search(text))


def is_outline(lines: Sequence[Line]) -> bool:
    """Return whether several items of a file have a sign of RemNote, and nearly all of its lines are items."""
    texts = [line for line in lines if not line.is_code and not line.is_blank and not line.is_heading]
    items = [line for line in texts if line.bullet]
    signs = [sides["sign"] for line in items if (sides := _sides(line))]
    if len(items) < _LEAST_ITEMS * len(texts):
        return False
    kinds = {*signs, *("above" for line in items if _above_parts(line))}
    return len(kinds) >= _LEAST_KINDS or len(signs) >= _LEAST_OF_ONE_KIND


def remnote_card(cards: CardLines, index: int) -> bool:
    """Mark the card of an item, or take the sign away that says that its parts are below."""
    line = cards.lines[index]
    if above := _above_parts(line):
        cards.replace_text(index, line.text[: above.start()])
        return True
    if not (sign := _sides(line)):
        return False
    sides = [line.text[: sign.start()], line.text[sign.end() :]]
    if sign["sign"] == "<<":
        sides.reverse()
    mark = ANSWER_BOTH_WAYS if sign["sign"] == "<>" else ANSWER
    cards.mark(index, index + 1, index + 1, {index: mark.join(sides)})
    return True


def _sides(line: Line) -> re.Match[str] | None:
    """Return the only sign between two sides of an item, outside of code and formulas."""
    if not line.bullet or line.is_code or not (">" in line.text or ";;" in line.text or "<<" in line.text):
        return None
    text = _CODE.sub(lambda span: "x" * len(span[0]), line.text)
    signs = list(_SIGN.finditer(text))
    if len(signs) != 1 or signs[0].start() < _SHORTEST_TERM or begins_with_instruction(line.text):
        return None
    return None if line.text.startswith(_PATH_OPENINGS) else signs[0]


def _above_parts(line: Line) -> re.Match[str] | None:
    return _SIGN_ABOVE_PARTS.search(line.text) if line.bullet and not line.is_code else None

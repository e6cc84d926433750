"""Properties of Obsidian's plugin Dataview: lines `key:: value`, and `[key:: value]` in a line.

In: the text of a source in which flashcards are marked, because `term:: definition` can be one. Out: the same lines
without properties; a line of which nothing is left is hidden.
"""

from __future__ import annotations

from studydeck.markdown.dialects.lines import HIDDEN_LINE, edit_lines, edit_outside_code_spans
from studydeck.markdown.dialects.obsidian import MARKERS_ONLY
from studydeck.markdown.flashcards import ANSWER, ANSWER_BOTH_WAYS, QUESTION
from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives

_KEY = r"[^\W\d_](?:[\w /&'-]{0,39}?[\w/&'-])?"
_VALUE = r"(?:[^\[\]()]|\[\[[^\[\]]*\]\]|\[[^\[\]]*\]\([^()]*\)|\([^()]*\))*+"
_INLINE = lazy_pattern(
    rf"[ \t]*(?:\({_KEY}::[ \t]{_VALUE}\)"  # in parentheses
    rf"|\[{_KEY}::[ \t]?{_VALUE}\](?![(\]]))"  # in brackets, which are no link
)
# No space stands before the colons: "area :: Shape -> Double" is the type of a function.
_LINE = lazy_pattern(
    r"(?:[ \t]|>)*(?:[-*+][ \t]+)?(?:\[.\][ \t]+)?"  # quotes, an item, a task
    rf"(?:\*\*|__|[*_])?{_KEY}(?:\*\*|__|[*_])?::"  # the key, with emphasis
    r"(?:[ \t]+\S.*|[ \t]*)"  # the value
)
# Inside of a flashcard other keys are words of it.
_CARD_MARK = lazy_pattern(rf"[{QUESTION}{ANSWER}{ANSWER_BOTH_WAYS}]")
_LINE_OF_CARD = lazy_pattern(
    rf"[ \t>]*(?:[-*+][ \t]+)?{_CARD_MARK.pattern}[ \t]*(?:[-*+][ \t]+)?"  # quotes, an item, the mark of a card
    rf"(?:{alternatives('property_keys')}|card-[\w-]+|logseq[\w.-]*|template[\w-]*)"  # what tools write
    r"::(?:[ \t].*)?"  # the value
)


def has_marks(text: str) -> bool:
    """Return whether a text can contain a property."""
    return "::" in text


def rewrite(text: str) -> str:
    """Return a text without properties."""
    return edit_lines(text, lambda line: _visible(line) if "::" in line else line)


def _visible(line: str) -> str:
    if (_LINE_OF_CARD if _CARD_MARK.search(line) else _LINE).fullmatch(line):
        return HIDDEN_LINE
    shown = edit_outside_code_spans(line, lambda part: _INLINE.sub("", part) if "::" in part else part)
    return HIDDEN_LINE if shown != line and MARKERS_ONLY.fullmatch(shown) else shown

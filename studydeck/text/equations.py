"""`A = x, B = y`: a text that is nothing but equations in; the pairs of their sides out."""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.tokens import is_function_word

_EQUATION = lazy_pattern(
    r"""
    ^([A-Za-z]{2}[\w /-]{0,30}?)           # a name
    \s*=(?!>)\s*
    ((?=.*[A-Za-z]{2}).{2,})$              # what it equals, with a word in it
    """,
    re.VERBOSE,
)
_CLAUSE_BREAK = lazy_pattern(r"(?<=[,.;])\s+")


def equations(text: Text) -> list[tuple[Text, Text]]:
    """Cut `A = x, B = y. C = z` into its pairs, or return an empty list if any part is no equation."""
    pairs, offset = [], 0
    flat_text = text.string
    if "=" not in flat_text or any(inline.kind in {"code", "math"} for inline in text):
        return []
    for clause in _CLAUSE_BREAK.split(flat_text):
        start = flat_text.index(clause, offset)
        offset = start + len(clause)
        stripped = clause.rstrip(",.; ")
        match = _EQUATION.match(stripped)
        if not match or exceeds(match[1], 3) or is_function_word(match[1]):
            return []
        pairs.append((cut(text, start, start + match.end(1)), cut(text, start + match.start(2), start + len(stripped))))
    return pairs

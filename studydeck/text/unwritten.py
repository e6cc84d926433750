"""Placeholders: lines in place of a text that is not written yet, or that stands elsewhere: "TODO", "see above".

In: a line. Out: whether it is a placeholder, or stands in place of an answer: "???", "\\textcolor{red}{TODO}".
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.phrases import Phrases
from studydeck.text.word_list_files import alternatives

_PLACEHOLDER = lazy_pattern(
    rf"""
    \W*
    (?: {alternatives("placeholders")}                                               # "TODO"
      | {alternatives("reference_verbs")}[ ]{alternatives("reference_places")}       # "see above"
      | {alternatives("navigation_phrases")}[ ]{alternatives("navigation_places")}.*     # "back to top"
    )
    \W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OPENINGS = Phrases("placeholders", "reference_verbs", "navigation_phrases")
_UNWRITTEN = lazy_pattern(rf"\W*{alternatives('missing_meanings')}\W*$", re.IGNORECASE)
_MISSING = Phrases("missing_meanings")
_UNKNOWN = lazy_pattern(r"\?{2,}")
_COLOURED = lazy_pattern(r"\{?\\(?:text)?color\{\w+\}\{?(?P<words>[^{}]*)\}?")  # the whole line, in TeX
_TASK = lazy_pattern(r"\bTODO\b")


def is_placeholder(string: str) -> bool:
    """Return whether a line is only a placeholder."""
    return _OPENINGS.may_begin(string) and bool(_PLACEHOLDER.match(string.strip()))


def is_unwritten(string: str) -> bool:
    """Return whether a line says no more than that its text is missing; a coloured one may say what is missing."""
    string = string.strip(" \n$")
    if coloured := _COLOURED.fullmatch(string):
        string = coloured["words"].strip()
        if _TASK.search(string):
            return True
    return bool(_UNKNOWN.fullmatch(string) or (_MISSING.may_begin(string) and _UNWRITTEN.match(string)))

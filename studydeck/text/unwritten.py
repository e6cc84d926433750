"""Lines in place of an answer that is not written yet: "TODO", "???", "\\textcolor{red}{TODO}"."""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives

_UNWRITTEN = lazy_pattern(rf"\W*{alternatives('missing_meanings')}\W*$", re.IGNORECASE)
_UNKNOWN = lazy_pattern(r"\?{2,}")
_COLOURED = lazy_pattern(r"\{?\\(?:text)?color\{\w+\}\{?(?P<words>[^{}]*)\}?")  # the whole line, in TeX
_TASK = lazy_pattern(r"\bTODO\b")


def is_unwritten(string: str) -> bool:
    """Return whether a line says no more than that its text is missing; a coloured one may say what is missing."""
    string = string.strip(" \n$")
    if coloured := _COLOURED.fullmatch(string):
        string = coloured["words"].strip()
        if _TASK.search(string):
            return True
    return bool(_UNKNOWN.fullmatch(string) or _UNWRITTEN.match(string))

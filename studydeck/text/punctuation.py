"""Colons and question marks, in the forms of all scripts.

In: a string. Out: whether it has or ends in such a sign, or the string without it.
"""

from __future__ import annotations

from studydeck.patterns import lazy_pattern

_COLONS = (":", "：")
# Western, inverted and interrobang; East Asian, small; Arabic, Ethiopic, Coptic, Vai, Bamum.
_QUESTION_MARKS = ("?", "？", "‽", "⁇", "⁈", "﹖", "؟", "⸮", "፧", "⳺", "꘏", "꛷")
_OTHER_MARKS = "".join(_QUESTION_MARKS[1:])
# Armenian writes its sign in the word that asks, Greek a semicolon at the end.
_ARMENIAN_MARK, _GREEK_MARK = "՞", lazy_pattern(r"[\u0370-\u03ff\u1f00-\u1fff][\s»”)]*;(?=\s|$)")
_ANY_OTHER_MARK = lazy_pattern(f"[{_OTHER_MARKS}{_ARMENIAN_MARK}]")


def ends_in_colon(string: str) -> bool:
    """Return whether a string ends in a colon."""
    return string.rstrip().endswith(_COLONS)


def begins_with_colon(string: str) -> bool:
    """Return whether a string begins with a colon, after spaces."""
    return string.lstrip().startswith(_COLONS)


def without_colon(string: str) -> str:
    """Return a string without the colons and spaces at its end."""
    return string.rstrip(":： ")


def has_question_mark(string: str) -> bool:
    """Return whether a string contains a question mark."""
    if "?" in string or string.isascii():
        return "?" in string
    return bool(_ANY_OTHER_MARK.search(string)) or (";" in string and bool(_GREEK_MARK.search(string)))


def ends_in_question_mark(string: str) -> bool:
    """Return whether a string ends in a question mark, or its last sentence has one inside, as in Armenian."""
    stripped = string.rstrip()
    if stripped.endswith(_QUESTION_MARKS):
        return True
    if stripped.isascii():
        return False
    if stripped.endswith(";"):
        return bool(_GREEK_MARK.search(stripped, max(len(stripped) - 4, 0)))
    return _ARMENIAN_MARK in stripped and _ARMENIAN_MARK in stripped[stripped.rstrip("։").rfind("։") + 1 :]

"""Colons and question marks, in their Western and their East Asian form.

In: a string. Out: whether it has or ends in such a sign, or the string without it.
"""

from __future__ import annotations

_COLONS = (":", "：")
_QUESTION_MARKS = ("?", "？")


def ends_in_colon(string: str) -> bool:
    """Return whether a string ends in a colon."""
    return string.rstrip().endswith(_COLONS)


def without_colon(string: str) -> str:
    """Return a string without the colons and spaces at its end."""
    return string.rstrip(":： ")


def has_question_mark(string: str) -> bool:
    """Return whether a string contains a question mark."""
    return "?" in string or "？" in string


def ends_in_question_mark(string: str) -> bool:
    """Return whether a string ends in a question mark."""
    return string.rstrip().endswith(_QUESTION_MARKS)

"""The letters before the options of a question: "A)", "(b)", "C.".

In: a line or a text. Out: its letter, or the options that it contains, with their offsets.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives

_LETTER = "[A-Ha-h]"
_OPTION = lazy_pattern(rf"\(?({_LETTER})[.):]\s+")
_OPTION_LINE = lazy_pattern(rf"\s*\(?{_LETTER}[.)]\s")
_INLINE_OPTION = lazy_pattern(rf"(?:^|\s)\(?({_LETTER})[.)]\s+")
_SECOND_OPTION = lazy_pattern(r"[Bb][.)]\s")
_CAPITAL_LETTER = lazy_pattern(r"\b[A-H]\b")
_NAMED_LETTER = lazy_pattern(r"\b[A-J]\b")
_LETTERS = lazy_pattern(
    rf"""
    \W*
    (?P<letters>                                                # all letters of options that an answer names
        (?: (?: {alternatives("option_nouns")}[ ] )?
            {_LETTER}\b [\s,&/]*                                # "A, C", "A & C"
            (?: {alternatives("answer_conjunctions")}\s )?
        )+
    )
    (?=$|\W)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ANSWER = lazy_pattern(
    rf"""
    \W* (?: {alternatives("answer_qualifiers")}[ ] )?            # "the correct"
    {alternatives("answer_nouns")} (?: [ ]{alternatives("present_copulas")} )? \W
    {_LETTERS.pattern}
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_option_line(line: str) -> bool:
    """Return whether a line is an option of a question."""
    return bool(_OPTION_LINE.match(line))


def option_letter(string: str) -> str:
    """Return the capital letter of an option, or an empty string."""
    match = _OPTION.match(string)
    return match[1].upper() if match else ""


def named_letters(string: str) -> list[str]:
    """Return each letter from A to J that stands alone in a text, as a capital letter."""
    return _NAMED_LETTER.findall(string.upper())


def inline_options(string: str) -> list[tuple[int, str]]:
    """Return the offset and the capital letter of each option inside a text of several options."""
    return [(match.start(), match[1].upper()) for match in _INLINE_OPTION.finditer(string)]


def may_have_options(string: str) -> bool:
    """Return whether a text has a second option; a cheap test, false for nearly all texts."""
    return bool(_SECOND_OPTION.search(string))


def answer_letters(string: str, *, titled: bool) -> tuple[list[str], int]:
    """Return the capital letters of the options that an answer names, and where they end; ([], 0) for none.

    Below a title, an answer may begin with the letters.
    """
    match = _ANSWER.match(string) or (_LETTERS.match(string) if titled else None)
    return (_CAPITAL_LETTER.findall(match["letters"].upper()), match.end()) if match else ([], 0)

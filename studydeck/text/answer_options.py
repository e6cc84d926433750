"""The letters before the options of a question: "A)", "(b)", "C.".

In: a line or a text. Out: its letter, or the options that it contains, with their offsets.
"""

from __future__ import annotations

import re
from functools import cache

from studydeck.text.word_list_files import alternatives

_LETTER = "[A-Ha-h]"
_OPTION = re.compile(rf"\(?({_LETTER})[.):]\s+")
_OPTION_LINE = re.compile(rf"\s*\(?{_LETTER}[.)]\s")
_INLINE_OPTION = re.compile(rf"(?:^|\s)\(?({_LETTER})[.)]\s+")
_SECOND_OPTION = re.compile(r"[Bb][.)]\s")
_CAPITAL_LETTER = re.compile(r"\b[A-H]\b")
_NAMED_LETTER = re.compile(r"\b[A-J]\b")


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


@cache
def _letters() -> re.Pattern[str]:
    """Return the pattern of letters of options; compiled on first use, because few notes have options."""
    return re.compile(
        rf"""
        \W*
        (?P<letters>
            (?: (?: {alternatives("option_nouns")}[ ] )?
                {_LETTER}\b [\s,&/]*                                # "A, C", "A & C"
                (?: {alternatives("answer_conjunctions")}\s )?
            )+
        )
        (?=$|\W)
        """,
        re.IGNORECASE | re.VERBOSE,
    )


@cache
def _answer() -> re.Pattern[str]:
    """Return the pattern of an answer that names options."""
    return re.compile(
        rf"""
        \W* (?: {alternatives("answer_qualifiers")}[ ] )?            # "the correct"
        {alternatives("answer_nouns")} (?: [ ]{alternatives("present_copulas")} )? \W
        {_letters().pattern}
        """,
        re.IGNORECASE | re.VERBOSE,
    )


def answer_letters(string: str, *, titled: bool) -> tuple[list[str], int]:
    """Return the capital letters of the options that an answer names, and where they end; ([], 0) for none.

    Below a title, an answer may begin with the letters.
    """
    match = _answer().match(string) or (_letters().match(string) if titled else None)
    return (_CAPITAL_LETTER.findall(match["letters"].upper()), match.end()) if match else ([], 0)

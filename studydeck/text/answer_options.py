"""The letters of options and answers of a question: "A)", "(b)", "**C.**"; "B and D"; "1. B, 2. A".

In: a line of a source with its markup, or a text without. Out: the options in it with their letters, the letters that
an answer names, or the letters that a key gives for the number of each question.

In the lines of an exam (functions with `exam` in their names) emphasis, boxes and brackets stand around a letter; the
letters have to run from A on, so I and J are among them. In other texts nothing else shows what a letter is, and "I."
is mostly a Roman numeral.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives

LETTERS = "ABCDEFGHIJ"  # of the options of one question
_LETTER = "[A-Ha-h]"
_EXAM_LETTER = "[A-Ja-j]"
_NO_WORD = r"(?![\w'’])"
_AND = alternatives("answer_conjunctions")

# Options in texts.
_OPTION = lazy_pattern(rf"\(?({_LETTER})[.):]\s+")
_OPTION_LINE = lazy_pattern(rf"\s*\(?{_LETTER}[.)]\s")
_INLINE_OPTION = lazy_pattern(rf"(?:^|\s)\(?({_LETTER})[.)]\s+")
_SECOND_OPTION = lazy_pattern(r"[Bb][.)]\s")

# Options in the lines of exams.
_EXAM_OPTION = lazy_pattern(
    r"(?:\[(?P<box>[ xX])\]\s+)?(?P<em>[*_]{0,3})"  # a box to tick; emphasis
    rf"[(\[]?(?P<letter>{_EXAM_LETTER})(?:[.:]|[)\]]\.?)(?=[\s*_])"  # the letter and its sign
)
_INLINE_EXAM_OPTION = lazy_pattern(rf"(?:^|\s)[*_]{{0,2}}[(\[]?({_EXAM_LETTER})[.)\]](?=[\s*_])")
_SECOND_LETTERS = tuple(letter + sign for letter in "Bb" for sign in ".:)]")  # found much faster than the pattern
_SECOND_EXAM_OPTION = lazy_pattern(r"\n[ \t>*_+(\[\]xX-]{0,16}[Bb][.:)\]]|\s[(\[]?[Bb][.)\]]\s")
_CARD_OPTION = lazy_pattern(rf"[(\[]?({_EXAM_LETTER})[.):\]]{{1,2}}\s+")

# What marks an option as the right one.
_TICK = r"✅|✔️?|☑️?|✓"
_MARK_BEHIND = lazy_pattern(
    rf"(?:{_TICK}|←|<--"  # a sign
    rf"|\({alternatives('right_option_remarks')}\)"  # a word in brackets
    r"|(?<=\w)\*)$",  # a star behind the last word
    re.IGNORECASE,
)
_MARK_BEFORE = lazy_pattern(rf"(?:{_TICK})\s*")

# Letters that an answer names.
_LONE_LETTER = lazy_pattern(r"\b[A-J]\b")
_CAPITAL_LETTER = lazy_pattern(r"\b[A-H]\b")
# "A" is no letter of an option in "B. A rudder was once there."
_NO_ARTICLE = rf"(?!\s(?!{_AND}\b)(?-i:[a-z]))"
_LEADING_LETTERS = lazy_pattern(
    rf"\W*(?:{alternatives('option_nouns')}\s+)?"  # what introduces the letters
    rf"{_EXAM_LETTER}{_NO_WORD}"  # the first one
    rf"(?:(?:\W{{1,4}}|\W{_AND}\W){_EXAM_LETTER}{_NO_WORD}{_NO_ARTICLE})*",  # further ones, behind a sign or "and"
    re.IGNORECASE,
)
_LETTERS = lazy_pattern(
    rf"""
    \W*
    (?P<letters>                                                # all letters of options that an answer names
        (?: (?: {alternatives("option_nouns")}[ ] )?
            {_LETTER}\b [\s,&/]*                                # "A, C", "A & C"
            (?: {_AND}\s )?
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

# Keys: the letters of the answers by the numbers of their questions.
_KEY_LETTERS = rf"{_EXAM_LETTER}(?:\s?[,&/]\s?{_EXAM_LETTER})*"
_KEY_ENTRY = lazy_pattern(
    r"(?P<number>\d{1,3})\s?[.):=–-]{0,2}\s*[*_(]*"  # the number of the question
    rf"(?P<letters>{_KEY_LETTERS}){_NO_WORD}[*_)]*[,;|\s]*"  # its letters
)
_KEY_ITEM = lazy_pattern(rf"[*_(]*{_EXAM_LETTER}[*_)]*(?:\s?[,&/]\s?{_EXAM_LETTER})*\.?")
_KEY_LINE = lazy_pattern(rf"(?:\d{{1,3}}\s?[.):=-]\s*[(]?{_KEY_LETTERS}[)]?[,;|\s]*)+")


def is_option_line(line: str) -> bool:
    """Return whether a line is an option of a question."""
    return bool(_OPTION_LINE.match(line))


def option_letter(string: str) -> str:
    """Return the capital letter of an option, or an empty string."""
    match = _OPTION.match(string)
    return match[1].upper() if match else ""


def inline_options(string: str) -> list[tuple[int, str]]:
    """Return the offset and the capital letter of each option inside a text of several options."""
    return [(match.start(), match[1].upper()) for match in _INLINE_OPTION.finditer(string)]


def may_have_options(string: str) -> bool:
    """Return whether a text has a second option; a cheap test, false for nearly all texts."""
    return bool(_SECOND_OPTION.search(string))


def exam_option(line: str) -> re.Match[str] | None:
    """Return the `letter` of an option in a line of an exam, after the `box` and the emphasis (`em`) before it."""
    return _EXAM_OPTION.match(line)


def inline_exam_options(line: str) -> tuple[str, int]:
    """Return the capital letters of the options in a line of an exam, and the offset of the first."""
    first = _INLINE_EXAM_OPTION.search(line)
    return ("".join(_INLINE_EXAM_OPTION.findall(line)).upper(), first.start()) if first else ("", 0)


def may_have_exam_options(text: str) -> bool:
    """Return whether the text of a source can contain options of an exam; a cheap test."""
    return any(letter in text for letter in _SECOND_LETTERS) and bool(_SECOND_EXAM_OPTION.search(text))


def card_option(string: str) -> tuple[str, int]:
    """Return the capital letter of an option of a card that was read from an exam, and where its words begin."""
    match = _CARD_OPTION.match(string)
    return (match[1].upper(), match.end()) if match else ("", 0)


def is_marked_right(line: str) -> bool:
    """Return whether a sign or a word before or behind an option says that it is the right one."""
    return bool(_MARK_BEHIND.search(line) or _MARK_BEFORE.match(line))


def without_mark_before(line: str) -> str:
    """Return a line without the sign before it that marks the right option."""
    return _MARK_BEFORE.sub("", line, count=1)


def without_right_mark(line: str) -> str:
    """Return a line without what marks the right option before and behind it."""
    return without_mark_before(_MARK_BEHIND.sub("", line).rstrip())


def leading_letters(string: str) -> tuple[list[str], int]:
    """Return the capital letters with which an answer begins, and where they end; ([], 0) for none."""
    match = _LEADING_LETTERS.match(string)
    return (_LONE_LETTER.findall(match[0].upper()), match.end()) if match else ([], 0)


def answer_letters(string: str, *, titled: bool) -> tuple[list[str], int]:
    """Return the capital letters of the options that an answer names, and where they end; ([], 0) for none.

    Below a title, an answer may begin with the letters.
    """
    match = _ANSWER.match(string) or (_LETTERS.match(string) if titled else None)
    return (_CAPITAL_LETTER.findall(match["letters"].upper()), match.end()) if match else ([], 0)


def key_entries(string: str) -> dict[int, str]:
    """Return the capital letters for each number of a text that holds nothing else, as in "1. B  2. A, C"."""
    if not string or _KEY_ENTRY.sub("", string).strip():
        return {}
    return {int(entry["number"]): entry["letters"].upper() for entry in _KEY_ENTRY.finditer(string)}


def is_key_line(string: str) -> bool:
    """Return whether a text holds only numbers with signs, and letters behind them."""
    return bool(_KEY_LINE.fullmatch(string))


def is_key_item(string: str) -> bool:
    """Return whether a numbered item holds only letters."""
    return bool(_KEY_ITEM.fullmatch(string))

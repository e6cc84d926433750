"""Acronyms and the words that they stand for: "AWS" and "Amazon Web Services".

In: an acronym or words. Out: whether the other one stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.patterns import lazy_pattern
from studydeck.text.tokens import is_function_word

LONGEST_PARTICLE = 3  # characters
_NON_WORD_CHARACTER = lazy_pattern(r"\W")


def acronym_letters(string: str) -> str:
    """Return the letters of a string that is an acronym, else an empty string."""
    if (string.isascii() and not string.isupper()) or is_function_word(string):  # "NOT", which is only loud
        return ""
    letters = _NON_WORD_CHARACTER.sub("", string)
    return letters if len(letters) > 1 and letters.isupper() else ""


def are_initials_of(letters: str, words: Sequence[str]) -> bool:
    """Return whether adjacent words begin with the letters, in their order and in any case.

    Short words in lower case between them may count or not: "interruption volontaire de grossesse" is "IVG".
    """
    folded = letters.casefold()
    longer = [word for word in words if len(word) > LONGEST_PARTICLE or not word.islower()]
    return folded in _initials(words).casefold() or folded in _initials(longer).casefold()


def has_acronym_of(words: Sequence[str], string: str) -> bool:
    """Return whether a string contains the acronym of the words, or its plural."""
    acronym = _initials(words).upper()
    return len(acronym) > 1 and acronym in string and bool(re.search(rf"\b{re.escape(acronym)}s?\b", string))


def _initials(words: Sequence[str]) -> str:
    return "".join([word[0] for word in words])

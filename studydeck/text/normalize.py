"""The normal form of a text: without case, punctuation, emoji and numbering.

In: a text or a `str`. Out: the form in which two texts are compared for equality, or the steps towards it.
"""

from __future__ import annotations

import re
import unicodedata

from studydeck.model.document import Text
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.tokens import tokens

_NUMBERING = re.compile(
    r"""
    [\W_]*
    (?: \(?\d+(?:\.\d+)*[.)]      # "1.", "(1)", "2.3)"
      | \d+(?:\.\d+)+             # "2.3"
      | \(?[a-zA-Z][.)]           # "a)", "(a)"
    )\s+
    """,
    re.VERBOSE,
)
# `re.IGNORECASE` matches these with "i" and "s"; `str.lower` does not map them to those letters.
_IGNORECASE_TO_ASCII = str.maketrans("İıſ", "iis")
_NON_ALPHANUMERIC = re.compile(r"[\W_]+")
_ASCII_NON_ALPHANUMERIC = {code: None for code in range(128) if not chr(code).isalnum()}


@lazy
def normalize(text: Text | str) -> str:
    """Return the normal form: a change of case, punctuation, emoji or numbering does not change it."""
    folded = fold(plain_words(text))
    if not folded[:2].isalpha() and (numbering := _NUMBERING.match(folded)):  # no numbering begins with two letters
        folded = folded[numbering.end() :]
    return " ".join(tokens(folded))


def fold(text: str) -> str:
    """Return the text case-folded, with compatibility characters in one form (NFKC)."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def lower(text: str) -> str:
    """Return the text in lower case, equal to what `re.IGNORECASE` would match, character by character."""
    return text.lower() if text.isascii() else text.translate(_IGNORECASE_TO_ASCII).lower()


def alphanumeric(text: str) -> str:
    """Return only the letters and digits of a text, case-folded."""
    return (text.translate(_ASCII_NON_ALPHANUMERIC) if text.isascii() else _NON_ALPHANUMERIC.sub("", text)).casefold()

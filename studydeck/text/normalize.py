"""The normal form of a text: without case, punctuation, emoji and numbering; of signs alone, the signs.

In: a text or a `str`. Out: the form in which two texts are compared for equality, or the steps towards it.
"""

from __future__ import annotations

import re
import unicodedata

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.tokens import ASCII_TO_TOKENS, tokens

_NUMBERING = lazy_pattern(
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
# Variation selectors choose between the picture and the letter form of one sign; a bar separates the parts of a key.
_SIGNS_OF_A_KEY = str.maketrans({"\ufe0e": None, "\ufe0f": None, "|": "¦"})
_MEANINGFUL_ASCII = frozenset("#$%&*+<=>@^|~!")
_OTHER_ASCII = bytes(code for code in range(128) if chr(code) not in _MEANINGFUL_ASCII)
_MEANINGFUL_CATEGORIES = frozenset(("Sm", "Sc", "So"))  # mathematics, currencies, emoji and other symbols
_ACCENTS = frozenset((202, 216, 220, 230))  # combining classes: attached below and beside ("ơ"), below, above
_SIGN = lazy_pattern(r"[^\w\s]|_")
_FOLDED_ASCII, _ASCII_TO_FOLDED_TOKENS = bytes(range(256)).lower(), ASCII_TO_TOKENS.lower()
_NON_ALPHANUMERIC = lazy_pattern(r"[\W_]+")
_ASCII_NON_ALPHANUMERIC = bytes(code for code in range(128) if not chr(code).isalnum())


@lazy
def normalize(text: Text | str) -> str:
    """Return the normal form: a change of case, punctuation, emoji or numbering does not change it.

    A text without letters and digits ("♩", "∧", "🇫🇷") is compared by its signs.
    """
    string = plain_words(text)
    is_ascii = string.isascii()
    folded = string if is_ascii else fold(string)
    if not folded[:2].isalpha() and (numbering := _NUMBERING.match(folded)):  # no numbering begins with two letters
        folded = folded[numbering.end() :]
    words = folded.encode().translate(_ASCII_TO_FOLDED_TOKENS).decode().split() if is_ascii else tokens(folded)
    return " ".join(words) or "".join(folded.translate(_SIGNS_OF_A_KEY).split())


def meaningful_signs(text: str) -> str:
    """Return the signs of a text that tell it from others with the same words: "x < y" and "x > y", "C" and "C++"."""
    if text.isascii():
        return text.encode().translate(None, _OTHER_ASCII).decode()
    signs = [sign for sign in _SIGN.findall(text) if sign in _MEANINGFUL_ASCII or _is_symbol(sign)]
    return "".join(signs)


def _is_symbol(sign: str) -> bool:
    return unicodedata.category(sign) in _MEANINGFUL_CATEGORIES


def fold(text: str) -> str:
    """Return the text case-folded, with compatibility characters in one form (NFKC)."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def without_accents(word: str) -> str:
    """Return a word without the accents above and below its letters; the marks of kana make other letters."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return "".join([letter for letter in decomposed if unicodedata.combining(letter) not in _ACCENTS])


def lower(text: str) -> str:
    """Return the text in lower case, equal to what `re.IGNORECASE` would match, character by character."""
    return text.lower() if text.isascii() else text.translate(_IGNORECASE_TO_ASCII).lower()


def alphanumeric(text: str) -> str:
    """Return only the letters and digits of a text, case-folded."""
    if text.isascii():
        return text.encode().translate(_FOLDED_ASCII, _ASCII_NON_ALPHANUMERIC).decode()
    return _NON_ALPHANUMERIC.sub("", text).casefold()


def ascii_slug(text: str, longest: int) -> str:
    """Return the letters a-z and digits of a text, with a hyphen for what is between them."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:longest]

"""The normal form of a text: without case, punctuation, emoji and numbering.

In: a `str`. Out: the form in which two texts are compared for equality, or the steps towards it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NUMBERING = re.compile(r"^[\W_]*(?:\(?\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+|\(?[a-zA-Z][.)])\s+")
# A translation table of bytes: everything that is no ASCII letter or digit becomes a space.
_ASCII_TO_TOKENS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
_TOKEN = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1 << 14)  # headings, terms and meanings are compared by their normal form many times
def normalize(text: str) -> str:
    """Return the normal form: a change of case, punctuation, emoji or numbering does not change it."""
    folded = fold(text)
    if numbering := _NUMBERING.match(folded):
        folded = folded[numbering.end() :]
    return " ".join(tokens(folded))


def fold(text: str) -> str:
    """Return the text case-folded, with compatibility characters in one form (NFKC)."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def tokens(text: str) -> list[str]:
    """Return the runs of letters and digits."""
    return text.encode().translate(_ASCII_TO_TOKENS).decode().split() if text.isascii() else _TOKEN.findall(text)

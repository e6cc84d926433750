"""The form in which two texts are the same: without case, punctuation and numbering."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NUMBERING = re.compile(r"^[\W_]*(?:\(?\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+|\(?[a-zA-Z][.)])\s+")
_ASCII_PARTS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
_WORD_PARTS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1 << 14)  # headings, terms and meanings are compared by their normal form again and again
def normal(text: str) -> str:
    """Reduce a plain text to what stays the same when case, punctuation, emoji and numbering change."""
    folded = fold(text)
    if numbering := _NUMBERING.match(folded):
        folded = folded[numbering.end() :]
    return " ".join(pieces(folded))


def fold(text: str) -> str:
    """Write a text small, and every letter in one way."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def pieces(text: str) -> list[str]:
    """Give what stands between punctuation and blanks."""
    return text.encode().translate(_ASCII_PARTS).decode().split() if text.isascii() else _WORD_PARTS.findall(text)

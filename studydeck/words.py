"""Words of plain text: what counts as one, and the form in which two of them are the same."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_CJK_RANGES = (("\u2e80", "\u9fff"), ("\uac00", "\ud7af"), ("\uf900", "\ufaff"), ("\uff66", "\uff9f"))
_FIRST_CJK = _CJK_RANGES[0][0]
_CJK = "".join(f"{first}-{last}" for first, last in _CJK_RANGES)
_JOINED = r"['’.\-/]"
_WORD = re.compile(rf"[^\W_]+(?:{_JOINED}[^\W_]+)*")
_NUMBERING = re.compile(r"^[\W_]*(?:\(?\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+|\(?[a-zA-Z][.)])\s+")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['.\-/][A-Za-z0-9]+)*")
_ASCII_PARTS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
_WORD_PARTS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1 << 10)  # one rule after another looks at the words of a text
def word_list(text: str) -> tuple[str, ...]:
    """Give the words of a plain text; each CJK character is one."""
    if text.isascii():
        return tuple(_ASCII_WORD.findall(text))
    return tuple((_cjk_word() if max(text) >= _FIRST_CJK else _WORD).findall(text))


def _is_cjk(letter: str) -> bool:
    return any(first <= letter <= last for first, last in _CJK_RANGES)


@cache
def _cjk_word() -> re.Pattern[str]:
    """Make the pattern of words beside CJK characters: it takes long to make, and most notes do without."""
    return re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:{_JOINED}[^\W_{_CJK}]+)*")


def count(text: str) -> float:
    """Count words, two CJK characters as one."""
    words = word_list(text)
    if text.isascii() or max(text) < _FIRST_CJK:
        return len(words)
    return len(words) - 0.5 * sum(len(word) == 1 and _is_cjk(word) for word in words)


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

"""The length of a text in words, where two CJK characters count as one word.

In: a `Text`, blocks or a `str`. Out: its words, their number, or whether the number exceeds a limit.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from studydeck.model.document import Content, Text
from studydeck.model.traverse import plain

_CJK_RANGES = (("\u2e80", "\u9fff"), ("\uac00", "\ud7af"), ("\uf900", "\ufaff"), ("\uff66", "\uff9f"))
_FIRST_CJK = _CJK_RANGES[0][0]
_CJK = "".join(f"{first}-{last}" for first, last in _CJK_RANGES)
_WORD_JOINER = r"['’.\-/]"
_WORD = re.compile(rf"[^\W_]+(?:{_WORD_JOINER}[^\W_]+)*")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['.\-/][A-Za-z0-9]+)*")


@lru_cache(maxsize=1 << 10)  # several rules in turn ask for the words of the same text
def word_list(text: str) -> tuple[str, ...]:
    """Return the words of a plain text; each CJK character is a word."""
    if text.isascii():
        return tuple(_ASCII_WORD.findall(text))
    return tuple((_cjk_or_word() if max(text) >= _FIRST_CJK else _WORD).findall(text))


def _is_cjk(character: str) -> bool:
    return any(first <= character <= last for first, last in _CJK_RANGES)


@cache
def _cjk_or_word() -> re.Pattern[str]:
    """Return the pattern for texts with CJK characters; it compiles slowly, and most notes do not need it."""
    return re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:{_WORD_JOINER}[^\W_{_CJK}]+)*")


def _word_count(text: str) -> float:
    words = word_list(text)
    if text.isascii() or max(text) < _FIRST_CJK:
        return len(words)
    return len(words) - 0.5 * sum(len(word) == 1 and _is_cjk(word) for word in words)


def length(content: Text | Content | str) -> float:
    """Return the number of words; two CJK characters count as one word."""
    return _word_count(content if isinstance(content, str) else plain(content))


def exceeds(content: Text | Content | str, limit: float) -> bool:
    """Return whether the content has more words than the limit, as `length` counts them."""
    text = content if isinstance(content, str) else plain(content)
    # Cheap test first: a word and its separator take at least two characters, except among CJK characters.
    return len(text) >= (2 * limit if text.isascii() else limit) and _word_count(text) > limit

"""The length of a text in words, where two CJK characters count as one word.

In: a `Text`, blocks or a `str`. Out: its words, their number, or whether the number exceeds a limit.
"""

from __future__ import annotations

import re
from functools import cache

from studydeck.model.document import Content, Text
from studydeck.model.traverse import plain
from studydeck.text.lazy import lazy, plain_words

_CJK_RANGES = (("\u2e80", "\u9fff"), ("\uac00", "\ud7af"), ("\uf900", "\ufaff"), ("\uff66", "\uff9f"))
_FIRST_CJK = _CJK_RANGES[0][0]
_CJK = "".join(f"{first}-{last}" for first, last in _CJK_RANGES)
_WORD_JOINER = r"['’.\-/]"
_WORD = re.compile(rf"[^\W_]+(?:{_WORD_JOINER}[^\W_]+)*")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['.\-/][A-Za-z0-9]+)*")


@lazy
def word_list(text: Text | str) -> tuple[str, ...]:
    """Return the words of a text; each CJK character is a word."""
    string = plain_words(text)
    if string.isascii():
        return tuple(_ASCII_WORD.findall(string))
    return tuple((_cjk_or_word() if max(string) >= _FIRST_CJK else _WORD).findall(string))


def _is_cjk(character: str) -> bool:
    return any(first <= character <= last for first, last in _CJK_RANGES)


@cache
def _cjk_or_word() -> re.Pattern[str]:
    """Return the pattern for texts with CJK characters; it compiles slowly, and most notes do not need it."""
    return re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:{_WORD_JOINER}[^\W_{_CJK}]+)*")


@lazy
def _word_count(text: Text | str) -> float:
    words, string = word_list(text), plain_words(text)
    if string.isascii() or max(string) < _FIRST_CJK:
        return len(words)
    return len(words) - 0.5 * sum(len(word) == 1 and _is_cjk(word) for word in words)


def length(content: Text | Content | str) -> float:
    """Return the number of words; two CJK characters count as one word."""
    return _word_count(plain(content) if isinstance(content, tuple) else content)


def exceeds(content: Text | Content | str, limit: float) -> bool:
    """Return whether the content has more words than the limit, as `length` counts them."""
    text = plain(content) if isinstance(content, tuple) else content
    string = plain_words(text)
    # Cheap test first: a word and its separator take at least two characters, except among CJK characters.
    return len(string) >= (2 * limit if string.isascii() else limit) and _word_count(text) > limit

"""How long a text is: words, two CJK characters counted as one."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from studydeck.model.document import Content, Text
from studydeck.model.traverse import plain

_CJK_RANGES = (("\u2e80", "\u9fff"), ("\uac00", "\ud7af"), ("\uf900", "\ufaff"), ("\uff66", "\uff9f"))
_FIRST_CJK = _CJK_RANGES[0][0]
_CJK = "".join(f"{first}-{last}" for first, last in _CJK_RANGES)
_JOINED = r"['’.\-/]"
_WORD = re.compile(rf"[^\W_]+(?:{_JOINED}[^\W_]+)*")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['.\-/][A-Za-z0-9]+)*")


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


def length(content: Text | Content | str) -> float:
    """Count words, two CJK characters as one."""
    return count(content if isinstance(content, str) else plain(content))


def exceeds(content: Text | Content | str, most: float) -> bool:
    """Tell whether something has more than so many words, as `length` counts them."""
    text = content if isinstance(content, str) else plain(content)
    # A word takes a letter and what parts it from the next; only CJK characters stand side by side.
    return len(text) >= (2 * most if text.isascii() else most) and count(text) > most

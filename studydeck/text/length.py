"""The length of a text in words, where two CJK characters count as one word.

In: a `Text`, blocks or a `str`. Out: the number of its words, or whether the number exceeds a limit.
"""

from __future__ import annotations

from studydeck.model.document import Content, Text
from studydeck.model.traverse import plain
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.tokens import is_cjk, may_hold_cjk, words_of

Ranges = tuple[tuple[float, str], ...]  # the upper limit and the name of each, in their order; the last has no limit


@lazy
def _word_count(text: Text | str) -> float:
    words, string = words_of(text), plain_words(text)
    if string.isascii() or not may_hold_cjk(string):
        return len(words)
    return len(words) - 0.5 * sum(len(word) == 1 and is_cjk(word) for word in words)


def length(content: Text | Content | str) -> float:
    """Return the number of words; two CJK characters count as one word."""
    return _word_count(plain(content) if isinstance(content, tuple) else content)


def exceeds(content: Text | Content | str, limit: float) -> bool:
    """Return whether the content has more words than the limit, as `length` counts them."""
    text = plain(content) if isinstance(content, tuple) else content
    string = text if isinstance(text, str) else text.plain
    # Cheap test first: a word and its separator take at least two characters, except among CJK characters.
    return len(string) >= (2 * limit if string.isascii() else limit) and _word_count(text) > limit


def range_of(count: float, ranges: Ranges) -> str:
    """Return the name of the range that a number falls in."""
    for limit, name in ranges:  # a loop, because a generator takes twice as long
        if count <= limit:
            return name
    return ""

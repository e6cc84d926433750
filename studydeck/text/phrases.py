"""Phrases of word lists, found at a place of a string by its first two letters.

In: the names of lists; a string and an offset. Out: where the phrases end that begin there. Patterns of hundreds of
phrases take long to compile, and most strings begin with none of them.
"""

from __future__ import annotations

from functools import cached_property

from studydeck.patterns import lazy_pattern
from studydeck.text import word_list_files
from studydeck.text.normalize import lower

WORD_BOUNDARY = lazy_pattern(r"\b")
_LAST_LATIN = "\u024f"
_WORD_CHARACTER = lazy_pattern(r"\w")


class Phrases:
    """The phrases of one or more lists; they are read on first use."""

    def __init__(self, *names: str) -> None:
        self._names = names

    @cached_property
    def _by_start(self) -> dict[str, tuple[str, ...]]:
        """Return the phrases in lower case, the longest first, by their first two letters; and those of one letter."""
        phrases = {lower(phrase) for phrase in word_list_files.phrases(*self._names)}
        by_start: dict[str, list[str]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            by_start.setdefault(phrase[:2], []).append(phrase)
        for start, found in by_start.items():
            if len(start) > 1 and start[0] in phrases:
                found.append(start[0])
        return {start: tuple(found) for start, found in by_start.items()}

    def ends(self, string: str, start: int = 0) -> list[int]:
        """Return where the phrases end that begin at an offset of a string in lower case, the longest first."""
        found = self._by_start.get(string[start : start + 2]) or self._by_start.get(string[start : start + 1])
        if not found or not string.startswith(found, start):  # nearly always
            return []
        return [start + len(phrase) for phrase in found if string.startswith(phrase, start)]

    def whole_ends(self, string: str, start: int = 0) -> list[int]:
        """Return `ends` without those inside of a word."""
        return [end for end in self.ends(string, start) if WORD_BOUNDARY.match(string, end)]

    def may_begin(self, string: str) -> bool:
        """Return whether a string begins with a phrase, in any case and behind any signs, or consists of signs."""
        start = _WORD_CHARACTER.search(string)
        if not start:
            return bool(string)
        string = lower(string)
        return not all(_is_inside_word(string, end) for end in self.ends(string, start.start()))


def _is_inside_word(string: str, offset: int) -> bool:
    """Return whether an offset is between two letters; only in Latin script a space is sure to end a word."""
    return string[offset : offset + 1].isalpha() and string[offset - 1].isalpha() and string[offset - 1] <= _LAST_LATIN

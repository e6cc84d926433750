"""Words that are looked for in other words: a phrase as it stands, or a word in all its forms.

Nearly all of them are found nowhere. So a pattern is compiled only where the letters that it begins with stand in the
text at all: compiling one takes a hundred times as long as looking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from studydeck.content import cut_raw, each_text, flat, squeeze
from studydeck.shapes import Content, Run, Text

BLANK = "____"
_SHORTEST_STEM = 5
# To `re.IGNORECASE` these two are an "i" as well; to `casefold` they are not.
_FOLDED_LIKE_RE = str.maketrans("İı", "ii")


class Sought(Struct, frozen=True):
    """What is looked for: the folded letters without which nothing is found, and the pattern that decides."""

    letters: str
    pattern: str

    def compiled(self) -> re.Pattern[str]:
        return _compiled(self.pattern)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _folded(words: str) -> str:
    return words.casefold() if words.isascii() else words.translate(_FOLDED_LIKE_RE).casefold()


def phrase(words: str) -> Sought:
    """Look for a phrase as whole words, in any case, a plural included."""
    parts = words.split()
    left = r"(?<!\w)" if words[:1].isalnum() and words[:1].isascii() else ""
    right = r"(?:e?s)?(?!\w)" if words[-1:].isalnum() and words[-1:].isascii() else ""
    letters = _folded(max(parts, key=len)) if parts else ""
    return Sought(letters, left + r"\s+".join(map(re.escape, parts)) + right)


def kin(word: str) -> Sought:
    """Look for a word in all its forms: translate, translation, translating."""
    stem = word[: max(4, len(word) - 3)] if len(word) > _SHORTEST_STEM else word
    return Sought(_folded(stem), rf"(?<!\w){re.escape(stem)}\w*")


def is_found(sought: Iterable[Sought], words: str) -> bool:
    """Tell whether words hold any of what is looked for."""
    folded = _folded(words)
    return any(one.letters in folded and one.compiled().search(words) for one in sought)


def without(content: Content, sought: Iterable[Sought]) -> Content:
    """Blank out of the blocks whatever is looked for, so that they can ask for it."""
    many = tuple(sought)

    def edit(text: Text) -> Text:
        for one in many:
            words = flat(text)
            if one.letters in _folded(words):
                for hit in reversed(list(one.compiled().finditer(words))):
                    text = (*cut_raw(text, 0, hit.start()), Run(BLANK), *cut_raw(text, hit.end()))
        return squeeze(text)

    return each_text(content, edit)

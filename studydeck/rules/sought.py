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
    """What is looked for: a phrase or a stem, and the folded letters without which it is found nowhere."""

    letters: str
    words: str
    is_stem: bool

    def pattern(self) -> re.Pattern[str]:
        """Give the pattern that decides."""
        return _pattern(self.words, self.is_stem)


@lru_cache(maxsize=256)
def _pattern(words: str, is_stem: bool) -> re.Pattern[str]:
    if is_stem:
        return re.compile(rf"(?<!\w){re.escape(words)}\w*", re.IGNORECASE)
    left = r"(?<!\w)" if words[:1].isalnum() and words[:1].isascii() else ""
    right = r"(?:e?s)?(?!\w)" if words[-1:].isalnum() and words[-1:].isascii() else ""
    return re.compile(left + r"\s+".join(map(re.escape, words.split())) + right, re.IGNORECASE)


def _folded(words: str) -> str:
    return words.casefold() if words.isascii() else words.translate(_FOLDED_LIKE_RE).casefold()


def phrase(words: str) -> Sought:
    """Look for a phrase as whole words, in any case, a plural included."""
    return Sought(_folded(max(words.split(), key=len, default="")), words, is_stem=False)


def kin(word: str) -> Sought:
    """Look for a word in all its forms: translate, translation, translating."""
    stem = word[: max(4, len(word) - 3)] if len(word) > _SHORTEST_STEM else word
    return Sought(_folded(stem), stem, is_stem=True)


def is_found(sought: Iterable[Sought], words: str) -> bool:
    """Tell whether words hold any of what is looked for."""
    folded = _folded(words)
    return any(one.letters in folded and one.pattern().search(words) for one in sought)


def without(content: Content, sought: Iterable[Sought]) -> Content:
    """Blank out of the blocks whatever is looked for, so that they can ask for it."""
    many = tuple(sought)

    def edit(text: Text) -> Text:
        folded = _folded(flat(text))
        for one in many:
            if one.letters in folded:
                for hit in reversed(list(one.pattern().finditer(flat(text)))):
                    text = (*cut_raw(text, 0, hit.start()), Run(BLANK), *cut_raw(text, hit.end()))
                folded = _folded(flat(text))
        return squeeze(text)

    return each_text(content, edit)

"""Words that are looked for in other words: a phrase as it stands, or a word in all its forms.

Nearly all of them are found nowhere, and nearly all of the others letter by letter. A pattern is compiled only where
letters fold to several ("ß"), so that offsets differ: compiling one takes a hundred times as long as looking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from studydeck.model.document import Content, Inline, Text
from studydeck.model.traverse import cut_raw, each_text, flat, squeeze

BLANK = "____"
_SHORTEST_STEM = 5
# To `re.IGNORECASE` these two are an "i" as well; to `casefold` they are not.
_FOLDED_LIKE_RE = str.maketrans("İı", "ii")
_SPACE = re.compile(r"\s+")
_ANY_ENDING = re.compile(r"\w*")
_PLURAL = re.compile(r"(?:e?s)?(?!\w)", re.IGNORECASE)
_NO_ENDING = re.compile("")


class SearchPattern(Struct, frozen=True):
    """What is looked for: a phrase or a stem, and the folded letters without which it is found nowhere."""

    letters: str
    words: str
    is_stem: bool

    def spans(self, words: str, folded: str) -> Iterator[tuple[int, int]]:
        """Give where words hold it, one place after another."""
        first, last = self.words[:1], self.words[-1:]
        opens = self.is_stem or (first.isalnum() and first.isascii())
        plural = _PLURAL if last.isalnum() and last.isascii() else _NO_ENDING
        ending = _ANY_ENDING if self.is_stem else plural
        small = _folded(self.words)
        if self.letters and len(small) == len(self.words) and len(folded) == len(words):
            return _spelled(small.split(), (words, folded), opens, ending)
        body = r"\s+".join(map(re.escape, self.words.split()))
        pattern = (r"(?<!\w)" if opens else "") + body + ending.pattern
        return (hit.span() for hit in re.finditer(pattern, words, re.IGNORECASE))


def _spelled(
    parts: list[str], text: tuple[str, str], opens: bool, ending: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    """Give where a text, as it is and folded, holds the parts of a phrase letter by letter."""
    words, folded = text
    at = folded.find(parts[0])
    while at >= 0:
        follow = at + 1
        end = 0 if opens and _follows_word(words, at) else _end(parts, text, at)
        if end and (tail := ending.match(words, end)):
            follow = tail.end()
            yield at, follow
        at = folded.find(parts[0], follow)


def _follows_word(words: str, at: int) -> bool:
    return at > 0 and (words[at - 1].isalnum() or words[at - 1] == "_")


def _end(parts: list[str], text: tuple[str, str], at: int) -> int:
    """Give where a phrase ends whose first part stands at an offset, or 0 where the others do not follow."""
    words, folded = text
    end = at + len(parts[0])
    for part in parts[1:]:
        space = _SPACE.match(words, end)
        if not space or not folded.startswith(part, space.end()):
            return 0
        end = space.end() + len(part)
    return end


def _folded(words: str) -> str:
    return words.casefold() if words.isascii() else words.translate(_FOLDED_LIKE_RE).casefold()


def phrase_pattern(words: str) -> SearchPattern:
    """Look for a phrase as whole words, in any case, a plural included."""
    return SearchPattern(_folded(max(words.split(), key=len, default="")), words, is_stem=False)


def stem_pattern(word: str) -> SearchPattern:
    """Look for a word in all its forms: translate, translation, translating."""
    stem = word[: max(4, len(word) - 3)] if len(word) > _SHORTEST_STEM else word
    return SearchPattern(_folded(stem), stem, is_stem=True)


def is_found(sought: Iterable[SearchPattern], words: str) -> bool:
    """Tell whether words hold any of what is looked for."""
    folded = _folded(words)
    held = [one for one in sought if one.letters in folded]
    return bool(held) and any(any(one.spans(words, folded)) for one in held)


def blank_out(content: Content, sought: Iterable[SearchPattern]) -> Content:
    """Blank out of the blocks whatever is looked for, so that they can ask for it."""
    many = tuple(sought)

    def edit(text: Text) -> Text:
        words = flat(text)
        folded = _folded(words)
        for one in many:
            if one.letters in folded:
                for start, end in reversed(list(one.spans(words, folded))):
                    text = (*cut_raw(text, 0, start), Inline(BLANK), *cut_raw(text, end))
                words = flat(text)
                folded = _folded(words)
        return squeeze(text)

    return each_text(content, edit)

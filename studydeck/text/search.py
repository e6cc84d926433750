"""Search for a phrase, or for a word in all its forms, in other text.

In: a phrase or a word, and a text or blocks. Out: whether and where it occurs, or the blocks with it blanked out.

Most searches find nothing, and most others match literally. So a regular expression is compiled only where case
folding changes the number of characters ("ß") and offsets would differ: compiling takes a hundred times as long as
searching.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from studydeck.model.document import Content, Inline, Text
from studydeck.model.text_edits import cut, cut_all_raw, normalized_text
from studydeck.model.traverse import map_texts
from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives

BLANK = "____"
_SHORTEST_STEM = 5  # characters; a word of up to this length is its own stem
# `re.IGNORECASE` matches these two with "i"; `casefold` does not map them to it.
_IGNORECASE_TO_ASCII = str.maketrans("İı", "ii")
_SPACE = lazy_pattern(r"\s+")
_ANY_ENDING = lazy_pattern(r"\w*")
_PLURAL = lazy_pattern(rf"{alternatives('plural_endings')}?(?!\w)", re.IGNORECASE)
_NO_ENDING = lazy_pattern("")


class SearchPattern(Struct, frozen=True):
    """A phrase or a stem to search for; text whose folded form lacks `folded_part` cannot match."""

    folded_part: str
    phrase: str
    is_stem: bool

    def spans(self, text: str, folded: str) -> Iterator[tuple[int, int]]:
        """Return the matches in a text as (start, end), in order; `folded` is the text case-folded."""
        first, last = self.phrase[:1], self.phrase[-1:]
        at_word_start = self.is_stem or (first.isalnum() and first.isascii())
        plural = _PLURAL if last.isalnum() and last.isascii() else _NO_ENDING
        ending = _ANY_ENDING if self.is_stem else plural
        folded_phrase = _folded(self.phrase)
        if self.folded_part and len(folded_phrase) == len(self.phrase) and len(folded) == len(text):
            return _literal_spans(folded_phrase.split(), (text, folded), at_word_start, ending)
        body = r"\s+".join(map(re.escape, self.phrase.split()))
        pattern = (r"(?<!\w)" if at_word_start else "") + body + ending.pattern
        return (match.span() for match in re.finditer(pattern, text, re.IGNORECASE))


def _literal_spans(
    parts: list[str], text_and_folded: tuple[str, str], at_word_start: bool, ending: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    """Yield the spans where the words of a phrase occur literally in the folded text, up to the end of their ending."""
    text, folded = text_and_folded
    start = folded.find(parts[0])
    while start >= 0:
        next_start = start + 1
        end = 0 if at_word_start and _is_inside_word(text, start) else _phrase_end(parts, text_and_folded, start)
        if end and (ending_match := ending.match(text, end)):
            next_start = ending_match.end()
            yield start, next_start
        start = folded.find(parts[0], next_start)


def _is_inside_word(text: str, offset: int) -> bool:
    return offset > 0 and (text[offset - 1].isalnum() or text[offset - 1] == "_")


def _phrase_end(parts: list[str], text_and_folded: tuple[str, str], start: int) -> int:
    """Return the end of the phrase whose first word begins at `start`, or 0 if its other words do not follow."""
    text, folded = text_and_folded
    end = start + len(parts[0])
    for part in parts[1:]:
        space = _SPACE.match(text, end)
        if not space or not folded.startswith(part, space.end()):
            return 0
        end = space.end() + len(part)
    return end


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else text.translate(_IGNORECASE_TO_ASCII).casefold()


def phrase_pattern(phrase: str) -> SearchPattern:
    """Return a pattern for a phrase as whole words, in any case, with or without a plural ending."""
    return SearchPattern(_folded(max(phrase.split(), key=len, default="")), phrase, is_stem=False)


def stem_pattern(word: str) -> SearchPattern:
    """Return a pattern for a word in all its forms: translate, translation, translating."""
    stem = word[: max(4, len(word) - 3)] if len(word) > _SHORTEST_STEM else word
    return SearchPattern(_folded(stem), stem, is_stem=True)


def occurs_in(patterns: Iterable[SearchPattern], text: str) -> bool:
    """Return whether any of the patterns occurs in the text."""
    folded = _folded(text)
    candidates = [pattern for pattern in patterns if pattern.folded_part in folded]
    return bool(candidates) and any(any(pattern.spans(text, folded)) for pattern in candidates)


def _formula_spans(text: Text) -> list[tuple[int, int]]:
    """Return where formulas and pictures are, of which no part can be blanked."""
    spans: list[tuple[int, int]] = []
    offset = 0
    for inline in text:
        end = offset + len(inline.text)
        if inline.kind in {"math", "display", "picture"} and inline.text:
            spans.append((offset, end))
        offset = end
    return spans


def _outside(spans: Iterable[tuple[int, int]], formulas: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that touch no formula; both ascend."""
    outside: list[tuple[int, int]] = []
    number = 0
    for start, end in spans:
        while number < len(formulas) and formulas[number][1] <= start:
            number += 1
        if number == len(formulas) or end <= formulas[number][0]:
            outside.append((start, end))
    return outside


def blank_out(content: Content, patterns: Iterable[SearchPattern]) -> Content:
    """Return the blocks with every match of the patterns replaced by `BLANK`."""
    all_patterns = tuple(patterns)

    def edit(text: Text) -> Text:
        flat_text = text.string
        folded = _folded(flat_text)
        if not any(pattern.folded_part in folded for pattern in all_patterns):  # nearly always
            return cut(text, 0)
        for pattern in all_patterns:
            if pattern.folded_part in folded:
                spans = _outside(pattern.spans(flat_text, folded), _formula_spans(text))
                if not spans:
                    continue
                starts, ends = [0, *[end for _, end in spans]], [*[start for start, _ in spans], len(flat_text)]
                first, *others = cut_all_raw(text, zip(starts, ends, strict=True))
                text = Text((*first, *[inline for part in others for inline in (Inline(BLANK), *part)]))
                flat_text = text.string
                folded = _folded(flat_text)
        return normalized_text(text)

    return map_texts(content, edit)

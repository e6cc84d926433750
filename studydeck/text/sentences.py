"""Split a text into its sentences.

In: a `Text`. Out: its sentences as texts of their own, styles and links kept.
"""

from __future__ import annotations

import re
from itertools import pairwise

from studydeck.model.document import Text
from studydeck.model.text_edits import cut, cut_all
from studydeck.patterns import lazy_pattern
from studydeck.text.lazy import lazy
from studydeck.text.word_list_files import alternatives, phrases

# By their last word, at the start of a sentence with a capital: "Z. B.".
_ABBREVIATIONS: dict[str, list[str]] = {}
for _abbreviation in phrases("abbreviations"):
    for _form in {_abbreviation, _abbreviation[0].upper() + _abbreviation[1:]}:
        _ABBREVIATIONS.setdefault(_form.rpartition(" ")[2], []).append(_form)
# Capitals besides the English ones, and letters of scripts that have none: Hebrew, Arabic, of India, Thai, Korean.
_CAPITALS = "\u00c0-\u00d6\u00d8-\u00deĀĆČĎĐĒĖĘĚĞĢĪİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ\u0386-\u03ab\u0400-\u042f\u0531-\u0556"
_CAPITALS += "\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3\u0904-\u0e33\u10d0-\u10ff\uac00-\ud7a3"
_SENTENCE_END = lazy_pattern(
    rf"""
      (?<=[.!?]) (?<!\b[A-Za-z\u00c0-\u024f]\.)                        # a full stop, but not that of an initial
      ["”’)»]* \s+ (?=["“(«„¿¡]*[A-Z0-9`{_CAPITALS}])      # and what can begin the next sentence
    | (?<=[。！？]) \s* (?=\S)                             # in Chinese and Japanese no space follows
    | (?<=[؟।۔]) \s+ (?=\S)                               # in Arabic, Hindi and Urdu
    """,
    re.VERBOSE,
)
_SPACE_AND_CAPITAL = lazy_pattern(rf"\s+(?=[A-Z{_CAPITALS}])")
_FULL_STOP = lazy_pattern(r"[.!?。！？؟।۔](?:[\"”’)]*\s|(?<=[。！？]))")
# "am 9. November", "im 19. Jahrhundert": a number with a full stop inside of a sentence.
_ORDINAL = lazy_pattern(rf"\b{alternatives('ordinal_openings')}\s\d{{1,2}}\.$", re.IGNORECASE)
_BEFORE_MONTH = lazy_pattern(rf"(?<=\b\d\.)\s{alternatives('months')}\b|(?<=\b\d\d\.)\s{alternatives('months')}\b")
_LONGEST_WORD = 20  # characters; no abbreviation has a longer word


@lazy
def sentences(text: Text) -> tuple[Text, ...]:
    """Return the sentences of a text, in order; empty ones are left out."""
    string = text.string
    ends = _ends_in_formulas(text) if len(text.inlines) > 1 else []
    if not ends and not _FULL_STOP.search(string):
        return tuple([sentence for sentence in (cut(text, 0),) if sentence])
    ends += [end.span() for end in _SENTENCE_END.finditer(string) if not _is_abbreviation(string, end.start())]
    ends.sort()
    starts = (0, *[next_start for _, next_start in ends])
    stops = (*[end for end, _ in ends], len(string))
    return tuple([sentence for sentence in cut_all(text, zip(starts, stops, strict=True)) if sentence])


def _ends_in_formulas(text: Text) -> list[tuple[int, int]]:
    """Return the spans of the space between a formula in lines of its own and a capital, which begins a sentence."""
    ends, end = [], 0
    for inline, following in pairwise(text.inlines):
        end += len(inline.text)
        if inline.kind == "display" and following.kind == "text" and (gap := _SPACE_AND_CAPITAL.match(following.text)):
            ends.append((end, end + gap.end()))
    return ends


def _is_abbreviation(string: str, end: int) -> bool:
    """Return whether the full stop before an offset is that of an abbreviation."""
    if string[end - 1] != ".":
        return False
    if string[end - 2].isdigit():
        return bool(_ORDINAL.search(string[max(end - _LONGEST_WORD, 0) : end]) or _BEFORE_MONTH.match(string, end))
    last_word = string[max(string.rfind(" ", 0, end) + 1, end - _LONGEST_WORD) : end].lstrip("([{\"“„«‘'")
    last_word = last_word.replace("’", "'").rpartition("'")[2]  # "L'art. 3"
    for abbreviation in _ABBREVIATIONS.get(last_word, ()):
        start = end - len(abbreviation)
        if string.startswith(abbreviation, max(start, 0)) and not string[max(start - 1, 0) : max(start, 0)].isalnum():
            return True
    return False

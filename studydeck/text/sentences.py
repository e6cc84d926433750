"""Split a text into its sentences.

In: a `Text`. Out: its sentences as texts of their own, styles and links kept.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.model.traverse import cut, cut_all, flat
from studydeck.text.words import phrases

# An abbreviation or an initial does not end a sentence; in Chinese and Japanese no space follows a full stop.
_NOT_ABBREVIATED = (
    "".join(rf"(?<!{re.escape(abbreviation)})" for abbreviation in phrases("abbreviations")) + r"(?<!\b[A-Za-z]\.)"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])" + _NOT_ABBREVIATED + r"[\"”’)]*\s+(?=[\"“(]?[A-Z0-9`])|(?<=[。！？])\s*(?=\S)")
_FULL_STOP = re.compile(r"[.!?。！？](?:[\"”’)]*\s|(?<=[。！？]))")


def sentences(text: Text) -> list[Text]:
    """Return the sentences of a text, in order; empty ones are left out."""
    flat_text = flat(text)
    if not _FULL_STOP.search(flat_text):
        return [sentence for sentence in (cut(text, 0),) if sentence]
    ends = [end.span() for end in _SENTENCE_END.finditer(flat_text)]
    starts = (0, *[next_start for _, next_start in ends])
    stops = (*[end for end, _ in ends], len(flat_text))
    return [sentence for sentence in cut_all(text, zip(starts, stops, strict=True)) if sentence]

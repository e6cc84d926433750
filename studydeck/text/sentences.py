"""Split a text into its sentences.

In: a `Text`. Out: its sentences as texts of their own, styles and links kept.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.model.traverse import cut, flat
from studydeck.text.words import phrases

# An abbreviation or an initial does not end a sentence; in Chinese and Japanese no space follows a full stop.
_NOT_ABBREVIATED = (
    "".join(rf"(?<!{re.escape(abbreviation)})" for abbreviation in phrases("abbreviations")) + r"(?<!\b[A-Za-z]\.)"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])" + _NOT_ABBREVIATED + r"[\"”’)]*\s+(?=[\"“(]?[A-Z0-9`])|(?<=[。！？])\s*(?=\S)")
_FULL_STOP = re.compile(r"[.!?。！？](?:[\"”’)]*\s|(?<=[。！？]))")


def sentences(text: Text) -> list[Text]:
    """Return the sentences of a text, in order; empty ones are left out."""
    flat_text, start, parts = flat(text), 0, []
    if not _FULL_STOP.search(flat_text):
        return [sentence for sentence in (cut(text, 0),) if sentence]
    for end in _SENTENCE_END.finditer(flat_text):
        parts.append(cut(text, start, end.start()))
        start = end.end()
    return [sentence for sentence in (*parts, cut(text, start)) if sentence]

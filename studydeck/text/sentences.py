"""Split a text into its sentences.

In: a `Text`. Out: its sentences as texts of their own, styles and links kept.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.model.traverse import cut
from studydeck.text.lazy import lazy
from studydeck.text.word_list_files import phrases

_NOT_ABBREVIATED = "".join(rf"(?<!{re.escape(abbreviation)})" for abbreviation in phrases("abbreviations"))
_SENTENCE_END = re.compile(
    rf"""
      (?<=[.!?]) {_NOT_ABBREVIATED} (?<!\b[A-Za-z]\.)     # a full stop, but not that of an abbreviation or an initial
      ["”’)]* \s+ (?=["“(]?[A-Z0-9`])                     # and what can begin the next sentence
    | (?<=[。！？]) \s* (?=\S)                             # in Chinese and Japanese no space follows
    """,
    re.VERBOSE,
)
_FULL_STOP = re.compile(r"[.!?。！？](?:[\"”’)]*\s|(?<=[。！？]))")


@lazy
def sentences(text: Text) -> tuple[Text, ...]:
    """Return the sentences of a text, in order; empty ones are left out."""
    flat_text, start, parts = text.string, 0, []
    if not _FULL_STOP.search(flat_text):
        return tuple([sentence for sentence in (cut(text, 0),) if sentence])
    for end in _SENTENCE_END.finditer(flat_text):
        parts.append(cut(text, start, end.start()))
        start = end.end()
    return tuple([sentence for sentence in (*parts, cut(text, start)) if sentence])

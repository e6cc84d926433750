"""Split a text into its sentences.

In: a `Text`. Out: its sentences as texts of their own, styles and links kept.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.model.traverse import cut, cut_all
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
    string = text.string
    if not _FULL_STOP.search(string):
        return tuple([sentence for sentence in (cut(text, 0),) if sentence])
    ends = [end.span() for end in _SENTENCE_END.finditer(string)]
    starts = (0, *[next_start for _, next_start in ends])
    stops = (*[end for end, _ in ends], len(string))
    return tuple([sentence for sentence in cut_all(text, zip(starts, stops, strict=True)) if sentence])

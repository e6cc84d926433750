"""Where a sentence ends."""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.model.traverse import cut, flat

# An abbreviation or an initial ends no sentence; the scripts of East Asia leave no space after a full stop.
_ABBREVIATIONS = ("e.g.", "i.e.", "vs.", "etc.", "Ex.", "cf.", "approx.", "Dr.", "Mr.", "Ms.", "St.", "No.", "Fig.")
_NO_ABBREVIATION = "".join(rf"(?<!{re.escape(one)})" for one in _ABBREVIATIONS) + r"(?<!\b[A-Za-z]\.)"
_END = re.compile(r"(?<=[.!?])" + _NO_ABBREVIATION + r"[\"”’)]*\s+(?=[\"“(]?[A-Z0-9`])|(?<=[。！？])\s*(?=\S)")
_STOP = re.compile(r"[.!?。！？](?:[\"”’)]*\s|(?<=[。！？]))")


def sentences(text: Text) -> list[Text]:
    """Cut a text into its sentences."""
    words, at, found = flat(text), 0, []
    if not _STOP.search(words):
        return [one for one in (cut(text, 0),) if one]
    for end in _END.finditer(words):
        found.append(cut(text, at, end.start()))
        at = end.end()
    return [one for one in (*found, cut(text, at)) if one]

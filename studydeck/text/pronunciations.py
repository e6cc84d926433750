"""A word of a vocabulary with its pronunciation: "loch [lɔx] n. ein See", "水 /shuǐ/ water".

In: the string of an item or a line. Out: where the word ends with what says how it is spoken, and where its meaning
begins.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.tokens import is_cjk

_LONGEST = 3  # words that are spoken so
_SPOKEN = lazy_pattern(
    r"""
    (?<=\w) \s+ (?: \[ (?P<spoken>[^\[\]\d]{1,40}) \]                                  # [bwaʁ]
               | /(?!\s) (?P<between>[^/\d]{1,40}) (?<!\s)/ )                              # /bwaʁ/
    (?P<part> ,? \s+ [a-zäöü]{1,6}\. (?: [,/&]?\s?[a-zäöü]{1,6}\. )* )?                    # "v.", "adj. & adv."
    \s* (?: [-–—=:]\s+ )? (?=\w)
    """,
    re.VERBOSE,
)
# Letters and accents that words of a text rarely have: of phonetic spelling, and the tones of Chinese.
_PHONETIC = lazy_pattern(r"[ɐ-ʯˈˌːæðøŋœθβχ\u0303āēīōūǎěǐǒǔ]")


def end_of_pronunciation(string: str) -> tuple[int, int] | None:
    """Return the end of a word with its pronunciation, and the start of its meaning, or None."""
    match = _SPOKEN.search(string) if "[" in string or "/" in string else None
    if not match or exceeds(string[: match.start()], _LONGEST):
        return None
    spoken = match["spoken"] or match["between"]
    is_known = _PHONETIC.search(spoken) or is_cjk(string[0]) or (match["part"] and " " not in spoken)
    if not is_known:
        return None
    return match.end("part") if match["part"] else match.end(
        "spoken" if match["spoken"] else "between"
    ) + 1, match.end()

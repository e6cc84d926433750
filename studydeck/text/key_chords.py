"""Chords of keys: `Ctrl + C`, `ALT - SHIFT - -`. The signs that join keys, or are keys, separate no term.

In: a string. Out: where the chord at its start ends.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import lower
from studydeck.text.phrases import Phrases
from studydeck.text.word_list_files import alternatives

_KEY_NAME = rf"(?:{alternatives('key_names')}|F\d\d?)(?!\w)"
_KEY_NAMES, _KEY_SIGNS = Phrases("key_names"), frozenset("⌘⌥⇧⌃⊞")
_JOINING_SIGNS = ("+", "-", "–")
_CHORD = lazy_pattern(
    rf"""
    (?:{_KEY_NAME} | [{"".join(sorted(_KEY_SIGNS))}])
    (?: \s?[-+–]\s? (?:{_KEY_NAME} | \S) ){{1,4}}    # each further key has a name or is one character
    (?= [:：] | \s [-–—:=(] | \s?(?:->|=>|[→⇒]) )      # else the last character begins a word: "Shift - a change"
    """,
    re.IGNORECASE | re.VERBOSE,
)


def chord_end(string: str) -> int:
    """Return the end of the chord of keys at the start of a string that says more than the chord, or 0."""
    chord = _CHORD.match(string) if any(map(string.__contains__, _JOINING_SIGNS)) and _begins_with_key(string) else None
    return chord.end() if chord else 0


def _begins_with_key(string: str) -> bool:
    """Return whether a string may begin with the name or the sign of a key: the pattern takes long to compile."""
    return string[:1] in _KEY_SIGNS or string[1:2].isdigit() or bool(_KEY_NAMES.ends(lower(string)))

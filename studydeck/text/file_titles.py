"""Whether the name of a file says what its notes are about.

In: a title made from the name of a file. Out: whether it names a subject, and not a part, a date or notes in general.
"""

from __future__ import annotations

from studydeck.text.names import is_empty_name, is_generic
from studydeck.text.normalize import normalize
from studydeck.text.tokens import content_words
from studydeck.text.word_list_files import phrase_set

_PARTS = phrase_set("position_words", "ordinal_words", "empty_names", "generic_names", "note_titles")
_SHORTEST_WORD = 3  # letters of an alphabet of ASCII; "ch" stands for a part


def names_subject(title: str) -> bool:
    """Return whether a title names a subject: "Quicksort", and neither "Lecture 3", "2024-05-01" nor "My notes"."""
    if is_generic(title) or is_empty_name(title) or normalize(title) in _PARTS:
        return False
    return any(map(_names_thing, content_words(title)))


def _names_thing(word: str) -> bool:
    is_long = len(word) >= _SHORTEST_WORD or not word.isascii()
    return is_long and word.isalpha() and word.casefold() not in _PARTS

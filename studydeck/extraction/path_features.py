"""The features of the headings above a card, for its confidence.

In: a heading path. Out: the names of its features, which all cards below these headings share.
"""

from __future__ import annotations

from functools import lru_cache

from studydeck.text.labels import is_label
from studydeck.text.names import can_be_name, is_empty_name, is_generic
from studydeck.text.normalize import normalize
from studydeck.text.tokens import tokens
from studydeck.text.word_list_files import phrase_set

_DEEP = 4  # headings above a card
_EXERCISES, _EXAMPLES = phrase_set("exercise_nouns"), phrase_set("example_nouns")
ERRANDS = "path: what somebody has to do"
_ERRANDS = phrase_set("errand_titles")
_SET_UPS, _SET_UP_NOUNS = phrase_set("set_up_titles"), phrase_set("set_up_nouns")


def is_errand_title(name: str) -> bool:
    """Return whether a name is that of a list of what somebody has to do or to buy."""
    return normalize(name) in _ERRANDS


@lru_cache(maxsize=256)  # the cards of a section share it
def features_of_path(heading_path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the features of a heading path."""
    found = ["path: none"] if not heading_path else ["path: one heading"] if len(heading_path) == 1 else []
    if heading_path and (is_generic(heading_path[-1]) or is_empty_name(heading_path[-1])):
        found.append("path: ends in a generic heading")
    if len(heading_path) >= _DEEP:
        found.append("path: deep")
    below_title = {word for heading in heading_path[1:] for word in tokens(heading.casefold())}
    words = below_title.union(*(tokens(heading.casefold()) for heading in heading_path[:1]))
    if not below_title.isdisjoint(_EXERCISES):  # a file "Exam preparation" holds facts
        found.append("path: an exercise")
    if not {word.rstrip("0123456789") for word in words}.isdisjoint(_EXAMPLES):  # "例題3"
        found.append("path: an example")
    names = [normalize(heading) for heading in heading_path]
    if not _ERRANDS.isdisjoint(names):
        found.append(ERRANDS)
    if not _SET_UPS.isdisjoint(names):
        found.append("path: the set-up of a machine")
    elif heading_path and not _SET_UP_NOUNS.isdisjoint(tokens(heading_path[0].casefold())):  # of an experiment, too
        found.append("path: a set-up")
    return tuple(found)


@lru_cache(maxsize=256)  # the cards of a section share it
def features_of_subject(about: str) -> tuple[str, ...]:
    """Return the features of the heading that a backward card shows with its clue."""
    names_nothing = bool(about) and (is_generic(about) or is_label(about) or not can_be_name(about))
    return ("clue: below no name",) if names_nothing else ()

"""Sentences that lead a reader through a tutorial, and sentences that only go on from what stands before them.

In: a sentence or a heading. Out: whether it is one. The words are in the word lists.
"""

from __future__ import annotations

from collections.abc import Iterable

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.exercises import begins_with_instruction
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.normalize import normalize
from studydeck.text.word_list_files import phrase_set, phrases

_POINTERS = ("\U0001f449", "\u261e", "\u27a1", ":point_right:")  # a hand or an arrow before a step
_LONGEST_OPENING = 40  # characters of a normal form
_OPENINGS = tuple([f"{opening} " for opening in phrases("tutorial_openings")])
_UNSPACED_OPENINGS, _UNSPACED_ENDINGS = phrases("unspaced_tutorial_openings"), phrases("unspaced_tutorial_endings")
_CONTINUING = tuple([f"{opening} " for opening in phrases("continuing_openings")])
_FIRST_WORDS = frozenset([opening.partition(" ")[0] for opening in (*_OPENINGS, *_CONTINUING)])
_UNSPACED_CONTINUING = phrases("unspaced_continuing_openings")
_CHALLENGES = phrase_set("challenge_titles")
_DAY = lazy_pattern(r"[ ]?\#?\d{1,3}\Z")


@lazy
def is_tutorial_step(sentence: Text | str) -> bool:
    """Return whether a sentence tells the reader what to do next: "Now, add a button", "Let's try", "👉 Click …"."""
    string = plain_words(sentence).strip()
    if string.startswith(_POINTERS):
        return True
    if not string.isascii() and (
        string.startswith(_UNSPACED_OPENINGS) or string.rstrip("。.!！").endswith(_UNSPACED_ENDINGS)
    ):
        return True
    opening = _opening(sentence)
    if opening.partition(" ")[0] not in _FIRST_WORDS:  # nearly always: few comparisons for hundreds of openings
        return False
    if opening.startswith(_OPENINGS):
        return True
    return opening.startswith(_CONTINUING) and begins_with_instruction(_behind(opening, _CONTINUING))


@lazy
def goes_on(sentence: Text | str) -> bool:
    """Return whether a sentence begins with a word that joins it to what stands before: "Now, …", "So …"."""
    return plain_words(sentence).startswith(_UNSPACED_CONTINUING) or _opening(sentence).startswith(_CONTINUING)


def is_challenge(heading: str) -> bool:
    """Return whether a heading is a challenge for the reader: "Challenge", "Reto del día 88"."""
    return _DAY.sub("", normalize(heading)) in _CHALLENGES


@lazy
def _opening(sentence: Text | str) -> str:
    return normalize(sentence)[:_LONGEST_OPENING] + " "


def _behind(opening: str, words: Iterable[str]) -> str:
    """Return what stands behind one of the words at the start of a text; nothing if none of them does."""
    return next((opening[len(word) :] for word in words if opening.startswith(word)), "")

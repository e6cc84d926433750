"""Headings and sentences of exercises: "Exercise 3", "Problem 2.1: Heaps", "Write a function that …".

In: a heading or a sentence. Out: whether it is one. The words are in the word lists.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.openings import starts_with_phrase
from studydeck.text.phrases import Phrases
from studydeck.text.punctuation import ends_in_question_mark
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

_INSTRUCTIONS = phrase_set("instruction_verbs")
_UNSPACED_INSTRUCTIONS = phrases("unspaced_instructions")
_OPENINGS = Phrases("numbered_exercises", "answer_labels")
_HEADING = lazy_pattern(
    rf"""
    (?: {alternatives("answer_labels")}\s (?:\w{{1,4}}\s){{0,2}} )?      # "Solution to", "Solución del"
    {alternatives("numbered_exercises")}(?![^\W\d_])                # "Exercise", but not "Exercises"
    (?P<number> \s*(?:\#|n[or.°º]{{0,2}}\s|第)?\s* \d[\d.,/-]*[a-z]?(?!\w) )?
    \s*[.:：)–—-]*\s*
    (?P<title> .*)                                              # ": Balanced trees"
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = lazy_pattern(r"\W*(?:\d{1,2}\s?)?(?:[a-z]\s?)?[).:]\s*", re.IGNORECASE)  # "2a) ", "b. "


def is_exercise_heading(heading: str) -> bool:
    """Return whether a heading is the number of an exercise and nothing else, or says what to do in it."""
    match = _match(heading)
    return match is not None and (
        begins_with_instruction(match["title"]) or bool(match["number"] and not match["title"])
    )


def may_head_exercise(heading: str) -> bool:
    """Return whether an exercise can stand below a heading, if the text there tells the reader to do something.

    An exercise whose title asks ("Exercise 1: What is a class?") is a question like any other.
    """
    match = _match(heading)
    return match is not None and not ends_in_question_mark(match["title"])


def begins_with_instruction(sentence: str) -> bool:
    """Return whether a sentence begins like one of an exercise: "Calculate …", "b) Prove that …"."""
    if label := _LABEL.match(sentence):
        sentence = sentence[label.end() :]
    return starts_with_phrase(sentence, _INSTRUCTIONS) or sentence.startswith(_UNSPACED_INSTRUCTIONS)


def _match(heading: str) -> re.Match[str] | None:
    return _HEADING.fullmatch(heading) if _OPENINGS.may_begin(heading) else None

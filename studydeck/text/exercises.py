"""Headings and sentences of exercises: "Exercise 3", "Problem 2.1: Heaps", "Write a function that …".

In: a heading or a sentence. Out: whether it is one. The words are in the word lists.
"""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import normalize
from studydeck.text.openings import starts_with_phrase
from studydeck.text.phrases import Phrases
from studydeck.text.punctuation import ends_in_question_mark
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

_LONGEST_NUMBER = 12  # characters of a heading that is the number of a task
_INSTRUCTIONS = phrase_set("instruction_verbs")
_UNSPACED_INSTRUCTIONS = phrases("unspaced_instructions")
_OPENINGS = Phrases("numbered_exercises", "answer_labels", "explanation_labels")
_SHEETS = phrase_set("exercise_sheets")
_COUNTED = lazy_pattern(r"第\s?(\d{1,3})\s?([問问題题])")
_HEADING = lazy_pattern(
    rf"""
    (?: {alternatives("answer_labels")}\s (?:\w{{1,4}}\s){{0,2}} )?      # "Solution to", "Solución del"
    (?: {alternatives("numbered_exercises")}(?![^\W\d_])            # "Exercise", but not "Exercises"
      | {alternatives("explanation_labels")}(?=\s*(?:no\.?\s?)?\d)    # "解説 No.17", but not "解説"
    )
    (?P<number> \s*(?:\#|n[or.°º]{{0,2}}\s|no\.|nr\.|第)?\s* \d[\d.,/-]*[a-z]?(?!\w) )?
    \s*[.:：)–—-]*\s*
    (?P<title> .*)                                              # ": Balanced trees"
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TASK_NUMBER = lazy_pattern(
    r"""
    \W*
    (?: (?: [Nn][or]\.\s? | [Nn][°º]\s? | №\s? ) \d{1,3} \s?[.)]?\s? (?:[a-z]\)?)?      # "Nr. 8 a)", "No. 3", "№ 5"
      | \d{1,3} \s?[.)]?\s? [a-hа-е] \s?[.)]?                                    # "2a", "2 b)", "3.c"
      | 第\s?\d{1,3}\s?[題题問问]                                                # "第3題"
    )
    [.:：)]?
    """,
    re.VERBOSE,
)
_NUMBER = lazy_pattern(r"\W*\d{1,3}(?:[.,]\d{1,2})?[.:)]?|\(?[a-hа-е]\)")
_SEPARATORS = lazy_pattern(r"[-–—|:：,.()（）/_]+")  # between the parts of a title
_NUMBERS = lazy_pattern(r"(?:\b[Nn](?:[or]\b|[°º])\.?|№|\#)?\s*\d[\d.,/-]*")  # "3", "n° 2", "24-12-20"
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


@lru_cache(maxsize=1024)  # titles, which the sections of a file share
def is_exercise_sheet(title: str) -> bool:
    """Return whether a part of a title says that it is that of homework: "4 Hausaufgaben - Sorting", "HW 3"."""
    return any(normalize(part) in _SHEETS for part in _SEPARATORS.split(_NUMBERS.sub(" ", title)))


def is_task_number(heading: str) -> bool:
    """Return whether a heading is only the number of a task with its letter or sign: "2b", "Nr. 8 a)"."""
    return bool(heading) and len(heading) <= _LONGEST_NUMBER and bool(_TASK_NUMBER.fullmatch(heading))


def is_bare_number(heading: str) -> bool:
    """Return whether a heading is only a number, or a letter and a bracket, as that of a task or of a chapter."""
    return bool(heading) and len(heading) <= _LONGEST_NUMBER and bool(_NUMBER.fullmatch(heading))


def begins_with_instruction(sentence: str) -> bool:
    """Return whether a sentence begins like one of an exercise: "Calculate …", "b) Prove that …"."""
    if label := _LABEL.match(sentence):
        sentence = sentence[label.end() :]
    return starts_with_phrase(sentence, _INSTRUCTIONS) or sentence.startswith(_UNSPACED_INSTRUCTIONS)


def _match(heading: str) -> re.Match[str] | None:
    heading = _COUNTED.sub(r"\2 \1", heading, 1)  # "第1問" is "問 1"
    return _HEADING.fullmatch(heading) if _OPENINGS.may_begin(heading) else None

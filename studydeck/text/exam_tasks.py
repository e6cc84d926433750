"""Tasks of exams: "Explain the difference between a process and a thread. [4 marks]".

In: a string. Out: whether it is such a task, and where what the task gives begins.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.length import length
from studydeck.text.phrases import Phrases
from studydeck.text.punctuation import ends_in_colon
from studydeck.text.word_list_files import alternatives

SHORTEST = 3  # words
_TASK = lazy_pattern(rf"\W*{alternatives('exam_tasks')}(?!\w)", re.IGNORECASE)
_OPENINGS = Phrases("exam_tasks")
_SCORE = lazy_pattern(
    rf"""
    \s* [(\[（] \s*
    (?: \d+(?:[.,/]\d+)? \s* (?: {alternatives("score_units")} | pts? | p )\.?      # "(4 P.)", "[3 marks]"
      | {alternatives("score_units")} \s*[:：]\s* \d+                               # "(Punkte: 4)"
    )
    \s* [)\]）] \s* [.:]? \s* $
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LAST_SIGNS = (")", "]", "）", ").", "].", "):", "]:")


def is_exam_task(string: str) -> bool:
    """Return whether a string asks as the tasks of exams do: "Explain the difference between both kinds of memory."."""
    if not (_OPENINGS.may_begin(string) and _TASK.match(string)):
        return False
    return length(string) >= SHORTEST and not ends_in_colon(string)


def score_start(string: str) -> int:
    """Return the offset of the score at the end of a task, "(4 points)"; 0 if it has none."""
    if not string.rstrip().endswith(_LAST_SIGNS):
        return 0
    bracket = max(string.rfind("("), string.rfind("["), string.rfind("（"))
    match = (
        _SCORE.match(string, len(string[:bracket].rstrip()))
        if bracket > 0 and any(map(str.isdigit, string[bracket:]))
        else None
    )
    return match.start() if match else 0

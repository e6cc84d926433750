"""Statements to be judged: "Bats are birds. -> False" below "True or false?".

In: the lines of a source, and one of them. Out: the line is marked as a card that asks for the judgement in the words
of its author.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.card_lines import LONGEST_LINE, CardLines
from studydeck.markdown.flashcards import ANSWER
from studydeck.patterns import lazy_pattern
from studydeck.text.length import length
from studydeck.text.tokens import LETTERS
from studydeck.text.word_list_files import alternatives, phrases

MOST_LINES_BELOW = 60  # the words "true or false"
SHORTEST_STATEMENT = 2  # words
_PHRASES = phrases("true_or_false")
_PHRASE = lazy_pattern(rf"(?<!\w){alternatives('true_or_false')}(?!\w)", re.IGNORECASE)
_VALUE = rf"[*_]* (?P<value> {alternatives('truth_values')} ) (?!\w) [*_]*"
_JUDGED = lazy_pattern(
    rf"""
    (?P<statement> \S .*? \S ) \s*
    (?: (?: [–—:=→] | [ ]-{{1,2}}>? | => ) \s* {_VALUE}              # "… – False"
        (?: \s* [,;:.(–—-] \s* (?P<reason> .* ) )?                     # ", they are mammals"
      | [(\[（] \s* {_VALUE.replace("<value>", "<inner>")} [^()\[\]]* [)\]）] [*_.]* )  # "… (F)"
    """,
    re.IGNORECASE | re.VERBOSE,
)
_JUDGEMENT = lazy_pattern(rf"[\s?？:：.*_)\]–—→-]* {_VALUE} [.!]?", re.IGNORECASE | re.VERBOSE)


def may_hold_judgements(text: str) -> bool:
    """Return whether a text asks for judgements; for speed."""
    lower = text.lower()
    return any(phrase in lower for phrase in _PHRASES)


def judged_statement(cards: CardLines, index: int) -> bool:
    """Mark a statement with its judgement, below the words that ask for it or beside them."""
    text = cards.lines[index].text
    if len(text) > LONGEST_LINE or cards.lines[index].is_heading:
        return False
    own = _PHRASE.search(text)
    if own and own.start() > 0 and (judgement := _JUDGEMENT.fullmatch(text, own.end())):
        return _mark(cards, index, own[0], text[: own.start()], judgement["value"], "")
    stated = text[own.end() :].lstrip(" *_:：?？.)]–—-") if own else text
    match = _JUDGED.fullmatch(stated)
    phrase = (own[0] if own else _phrase_above(cards, index)) if match else ""
    if not match or not phrase:
        return False
    return _mark(cards, index, phrase, match["statement"], match["value"] or match["inner"], match["reason"] or "")


def _phrase_above(cards: CardLines, index: int) -> str:
    """Return the words "true or false" above a line, in its section or in the heading of it, or an empty string."""
    for above in range(index - 1, max(index - MOST_LINES_BELOW, 0) - 1, -1):
        line = cards.lines[above]
        if not line.is_code and (phrase := _PHRASE.search(line.text)):
            return phrase[0]
        if line.ends_section:
            break
    return ""


def _mark(cards: CardLines, index: int, phrase: str, statement: str, value: str, reason: str) -> bool:
    statement = statement.strip(" *_([–—-")
    if length(statement) < SHORTEST_STATEMENT or statement.count("$") % 2:
        return False
    if len(value) == 1:  # "F" is "false"
        words = LETTERS.findall(phrase)
        value = next((word for word in words if word.lower().startswith(value.lower())), value)
    reason = reason.rstrip(")") if "(" not in reason else reason
    answer = value.capitalize() + (f", {reason}" if reason else "")
    question = f"{phrase[:1].upper()}{phrase[1:]}: {statement}"
    cards.mark(index, index + 1, index + 1, {index: f"{question}{ANSWER}{answer}"})
    return True

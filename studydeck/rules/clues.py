"""What a backward card asks: a meaning with its term blanked out, where that asks for this term and no other."""

from __future__ import annotations

import re

from studydeck.content import length, normal, plain, runs, word_list
from studydeck.rules.lexicon import COMMON, is_generic, is_lead_word, names_a_thing, telling
from studydeck.rules.sought import BLANK, is_found, kin, phrase, without
from studydeck.shapes import Code, Content

LONGEST_CLUE = 30
LONGEST_CLUED = 300  # words; every word of a term is looked for in its meaning, and nobody asks so much
LONGEST_TERM = 6
LEAST_CLUE = 3
LEAST_LABELLED = 1
LEAST_ECHO = 6
_SQUASH = re.compile(r"[\W_]+|\\[a-z]+")
_JOINT = re.compile(r"[,;、，]|\band\b|\bor\b")
_NO_LETTER = re.compile(r"\W")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|\w+")  # CamelCase has several
# "Cost of X", "X since 2024": an aspect of something, which nobody would name from its description.
_ATTRIBUTE = re.compile(r"\b(?:of|since|when|vs|versus)\b", re.IGNORECASE)


def clue_of(term: str, meaning: Content, trail: tuple[str, ...]) -> tuple[Content, str]:
    """Blank the term out of its meaning, and say what that is about.

    Whatever can be asked at all is given, so that a card that was packed can stay.
    """
    meant = plain(meaning)
    if not meant or max(length(term), length(meant)) > LONGEST_CLUED:
        return (), ""
    words = _giving_away(term)
    squashed = _SQUASH.sub("", term).casefold()
    kindred = [kin(word) for word in words]
    clue = without(meaning, (phrase(term), *kindred))
    if not word_list(plain(clue).replace(BLANK, "")):
        return (), ""
    above = trail[:-1] if trail and normal(trail[-1]) == normal(term) else trail
    named = (name for name in reversed(above) if not is_generic(name))
    silent = (n for n in named if squashed not in _SQUASH.sub("", n).casefold() and not is_found(kindred, n))
    return clue, next(silent, "")


def asks_for(term: str, meaning: Content, clue: Content, *, labelled: bool) -> bool:
    """Tell whether a clue asks for its term and no other."""
    needed = LEAST_LABELLED if labelled else LEAST_CLUE
    return _is_told(meaning) and _asks_for(term, plain(meaning), plain(clue), needed)


def _asks_for(term: str, meaning: str, clue: str, needed: int) -> bool:
    left = [word for word in telling(clue) if word.strip("_")]
    blanks = clue.count(BLANK)
    if length(meaning) > LONGEST_CLUE or len(left) < needed or 2 * blanks > len(left) or length(term) > LONGEST_TERM:
        return False
    if is_generic(term) or is_lead_word(term.split(maxsplit=1)[0]) or _ATTRIBUTE.search(term):
        return False
    if _spells(meaning, term):
        return False
    if BLANK + "-" in clue or "-" + BLANK in clue or _echoes(term, clue):
        return False
    return names_a_thing(term) and not _is_list(meaning)


def _is_told(meaning: Content) -> bool:
    """Tell whether a meaning is made of words alone, without pictures and code."""
    shown = any(run.form == "picture" for run in runs(meaning))
    return not shown and not any(isinstance(block, Code) for block in meaning)


def _echoes(term: str, clue: str) -> bool:
    """Tell whether a clue still sounds like its term: the same stem inside of another word, or its own last part."""
    name = _SQUASH.sub("", term).casefold()
    for word in word_list(clue):
        if len(word) < LEAST_ECHO:
            continue
        part = (word if word.isalpha() else _SQUASH.sub("", word)).casefold()
        if (
            len(part) >= LEAST_ECHO
            and normal(word) not in COMMON
            and (part[:LEAST_ECHO] in name or name.endswith(part))
        ):
            return True
    return len(name) > 1 and name in _SQUASH.sub("", clue).casefold()


def _is_list(meaning: str) -> bool:
    """Tell whether a meaning only lists names: many things have these parts."""
    parts = [part for part in _JOINT.split(meaning) if part.strip()]
    return len(parts) > 2 and sum(length(part) for part in parts) <= 2.5 * len(parts)


def _spells(meaning: str, term: str) -> bool:
    """Tell whether a term is made of the first letters of its meaning."""
    letters = _NO_LETTER.sub("", term)
    if len(letters) < 2 or not letters.isupper():
        return False
    return letters.casefold() in "".join(word[0] for word in telling(meaning)).casefold()


def _giving_away(term: str) -> list[str]:
    """Give the words of a term that would give it away, those inside of CamelCase too, and its initials."""
    parts = [part for word in word_list(term) for part in _PART.findall(word)]
    words = [word for word in dict.fromkeys((*word_list(term), *parts)) if len(word) > 4 and normal(word) not in COMMON]
    initials = "".join(word[0] for word in word_list(term) if word[0].isupper())
    return [*words, *([initials] if len(initials) > 2 else [])]

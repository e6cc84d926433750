"""What a backward card asks: a meaning with its term blanked out, where that asks for this term and no other."""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.model.document import Code, Content
from studydeck.model.traverse import inlines, plain
from studydeck.text.length import exceeds, length, word_list
from studydeck.text.lexicon import COMMON, alphanumeric, content_words, is_generic, is_lead_word, names_a_thing
from studydeck.text.normalize import normal
from studydeck.text.search import BLANK, blank_out, is_found, phrase_pattern, stem_pattern

LONGEST_CLUE = 30
LONGEST_CLUED = 300  # words; every word of a term is looked for in its meaning, and nobody asks so much
LONGEST_TERM = 6
LEAST_CLUE = 3
LEAST_LABELLED = 1
LEAST_ECHO = 6
SHORTEST_TOLD = 5
_JOINTS = (",", ";", "、", "，", "and", "or")
_JOINT = re.compile(r"[,;、，]|\band\b|\bor\b")
_NO_LETTER = re.compile(r"\W")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|\w+")  # CamelCase has several
# "Cost of X", "X since 2024": an aspect of something, which nobody would name from its description.
_ATTRIBUTE = re.compile(r"\b(?:of|since|when|vs|versus)\b", re.IGNORECASE)


def clue_of(term: str, meaning: Content, said: str, heading_path: tuple[str, ...]) -> tuple[Content, str, str]:
    """Blank the term out of its meaning, which is `said` in plain words; give the clue, its words, and its subject.

    Whatever can be asked at all is given, so that a card that was packed can stay.
    """
    if not said or (len(term) + len(said) > LONGEST_CLUED and max(length(term), length(said)) > LONGEST_CLUED):
        return (), "", ""
    kindred = [stem_pattern(word) for word in _giving_away(term)]
    clue = blank_out(meaning, (phrase_pattern(term), *kindred))
    asked = plain(clue)
    if not word_list(asked.replace(BLANK, "")):
        return (), "", ""
    above = heading_path[:-1] if heading_path and normal(heading_path[-1]) == normal(term) else heading_path
    letters = alphanumeric(term)
    for name, others in _subjects(above):
        if letters not in others and not is_found(kindred, name):
            return clue, asked, name
    return clue, asked, ""


@lru_cache(maxsize=1 << 6)  # what stands below one heading has one trail
def _subjects(heading_path: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Give the names of a trail that say a subject, the nearest first, each with its letters alone."""
    return tuple([(name, alphanumeric(name)) for name in reversed(heading_path) if not is_generic(name)])


def identifies_term(term: str, meaning: str, clue: str, *, labelled: bool) -> bool:
    """Tell whether a clue asks for its term and no other."""
    left = content_words(clue)
    if len(left) < (LEAST_LABELLED if labelled else LEAST_CLUE) or exceeds(meaning, LONGEST_CLUE):
        return False
    if BLANK in clue and (2 * clue.count(BLANK) > len(left) or BLANK + "-" in clue or "-" + BLANK in clue):
        return False
    if exceeds(term, LONGEST_TERM) or is_generic(term) or is_lead_word(term.split(maxsplit=1)[0]):
        return False
    if _ATTRIBUTE.search(term) or not names_a_thing(term):
        return False
    return not (_spells(meaning, term) or _is_list(meaning) or _echoes(term, clue))


def is_words_only(meaning: Content) -> bool:
    """Tell whether a meaning is made of words alone, without pictures and code."""
    return Code not in map(type, meaning) and "picture" not in [inline.kind for inline in inlines(meaning)]


def _echoes(term: str, clue: str) -> bool:
    """Tell whether a clue still sounds like its term: the same stem inside of another word, or its own last part."""
    name = alphanumeric(term)
    if len(name) > 1 and name in alphanumeric(clue):
        return True
    for word in [one for one in word_list(clue) if len(one) >= LEAST_ECHO] if len(name) >= LEAST_ECHO else ():
        part = word.casefold() if word.isalpha() else alphanumeric(word)
        if part[:LEAST_ECHO] in name and len(part) >= LEAST_ECHO and not _is_common(word):
            return True
    return False


def _is_list(meaning: str) -> bool:
    """Tell whether a meaning only lists names: many things have these parts."""
    if sum(map(meaning.count, _JOINTS)) < 2:
        return False
    parts = [part for part in _JOINT.split(meaning) if part.strip()]
    return len(parts) > 2 and sum(length(part) for part in parts) <= 2.5 * len(parts)


def _spells(meaning: str, term: str) -> bool:
    """Tell whether a term is made of the first letters of its meaning."""
    if term.isascii() and not term.isupper():
        return False
    letters = _NO_LETTER.sub("", term)
    if len(letters) < 2 or not letters.isupper():
        return False
    return letters.casefold() in "".join(word[0] for word in content_words(meaning)).casefold()


def _giving_away(term: str) -> list[str]:
    """Give the words of a term that would give it away, those inside of CamelCase too, and its initials."""
    words = word_list(term)
    parts = [part for word in words if len(word) >= SHORTEST_TOLD for part in _PART.findall(word)]
    told = [word for word in dict.fromkeys((*words, *parts)) if len(word) >= SHORTEST_TOLD and not _is_common(word)]
    initials = "".join([word[0] for word in words if word[0].isupper()])
    return [*told, initials] if len(initials) > 2 else told


def _is_common(word: str) -> bool:
    return (word.casefold() if word.isascii() else normal(word)) in COMMON

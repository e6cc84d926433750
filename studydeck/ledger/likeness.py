"""How alike two texts are, and what speaks against their being the same item; words alone, no context."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel

LONGEST = 200
_CUT = LONGEST - 2
_CJK = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
_NUMBER = re.compile(r"\d")
_NEGATIONS = frozenset({"not", "no", "never", "cannot", "without", "t", "non", "nicht", "kein", "inte", "não", "nie"})


@dataclass(frozen=True, slots=True)
class Words:
    """A leaf's text, taken apart: a pair's term, label and meaning, a list's items, or one sentence."""

    text: str
    parts: tuple[str, ...]
    words: frozenset[str]

    @property
    def is_cut(self) -> bool:
        return len(self.text) >= _CUT


@lru_cache(maxsize=1 << 18)
def words(text: str) -> Words:
    """Take a text apart."""
    parts = tuple(part.strip() for part in text.split("|"))
    found: set[str] = set()
    for word in text.split():
        if _CJK.search(word):
            found.update(word[at : at + 2] for at in range(max(len(word) - 1, 1)))
        elif word != "|":
            found.add(word)
    return Words(text, parts, frozenset(found))


def triple(text: str) -> tuple[str, str, str]:
    """Give a pair's term, label and meaning."""
    term, label, meaning = (*(part.strip() for part in text.split("|", 2)), "", "")[:3]
    return term, label, meaning


def likeness(kind: str, one: str, other: str) -> float:
    """Give how alike two texts of one kind are, from 0 to 1, less what speaks against them."""
    if one == other:
        return 1.0
    a, b = words(one), words(other)
    if kind == "pair":
        found = _pairs(one, other)
    elif len(a.parts) > 1 and len(b.parts) > 1:
        found = _lists(a, b)
    else:
        found = sentences(one, other)
    return max(found - _against(a, b), 0.0)


def sentences(one: str, other: str) -> float:
    """Compare two runs of words: as they stand, or the one within the other."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    found = Indel.normalized_similarity(one, other)
    short, long = sorted((one, other), key=len)
    if len(short) >= 12 and f" {short} " in f" {long} ":
        return max(found, 0.72 + 0.2 * len(short) / len(long))
    few, many = words(short).words, words(long).words
    if len(few) >= 4:
        share = len(few & many) / len(few)
        if share >= 0.8:
            found = max(found, 0.55 + share - 0.8)
    return found


def _pairs(one: str, other: str) -> float:
    """Compare two pairs part by part: a term that was retyped or a meaning that was reworded, but hardly both."""
    (term, label, meaning), (term_2, label_2, meaning_2) = triple(one), triple(other)
    terms, meanings = sentences(term, term_2), sentences(meaning, meaning_2)
    labels = 1.0 if label == label_2 else sentences(label, label_2) * 0.9
    found = 0.5 * terms + 0.5 * meanings
    if label or label_2:
        found = 0.85 * found + 0.15 * labels
    if meanings >= 0.95 and len(meaning) >= 20:
        found = max(found, 0.8 + 0.1 * terms)
    elif min(terms, meanings) < 0.45:
        found -= 0.15
    return found


def _lists(a: Words, b: Words) -> float:
    """Compare two lists item by item: what was added or taken away leaves it the same list."""
    # The last item of a text that was cut may be half of one.
    ours = a.parts[:-1] if a.is_cut else a.parts
    theirs = list(b.parts[:-1] if b.is_cut else b.parts)
    smaller, larger = sorted((len(ours), len(theirs)))
    kept = 0
    for item in ours:
        near = max(theirs, key=lambda one: Indel.normalized_similarity(item, one), default="")
        if near and Indel.normalized_similarity(item, near) >= 0.75:
            theirs.remove(near)
            kept += 1
    if not smaller or kept < 2:
        return 0.5 * kept / max(smaller, 1)
    return 0.65 * kept / smaller + 0.35 * kept / larger


def _against(a: Words, b: Words) -> float:
    """Weigh what makes two similar texts say different things: other numbers, a negation."""
    ours, theirs = a.words - b.words, b.words - a.words
    found = 0.1 if bool(a.words & _NEGATIONS) != bool(b.words & _NEGATIONS) else 0.0
    numbers, numbers_2 = (sum(bool(_NUMBER.search(word)) for word in side) for side in (ours, theirs))
    if numbers and numbers_2:
        # "Version 1.2" and "Version 1.3" are two things; a figure that was mended in a long sentence is not.
        only = numbers == len(ours) and numbers_2 == len(theirs)
        size = min(len(a.words), len(b.words))
        found += (0.3 if size < 7 else 0.12) if only else (0.15 if size < 7 else 0.05)
    return found

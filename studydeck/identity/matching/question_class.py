"""What a question names: the parts of a pair's question in; its class out.

    named      a content word of its own, as in "MTU", "EBS | cost", "what is a gene": it tells which fact it is
    position   a number, letter, ordinal, date or year, as in "3", "article 4", "week 5", "1492": it may have moved on
    open       a label that fits many facts, as in "example", "EBS | note", "which of the following is true"

A named question keeps its note whatever becomes of the answer; behind the others the answer says which fact it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from studydeck.identity.matching.text_key import DIGIT, has_cjk
from studydeck.patterns import lazy_pattern
from studydeck.text.names import is_lead_word
from studydeck.text.normalize import normalize
from studydeck.text.tokens import is_function_word
from studydeck.text.word_list_files import phrase_set, phrases

QuestionClass = Literal["named", "position", "open"]

_OPEN_LABELS = phrase_set("open_labels")
_OPEN_STEMS = phrases("open_stems")
_COUNTED, _ORDINALS = phrase_set("position_words"), phrase_set("ordinal_words")
_BESIDE_NUMBERS = _COUNTED | _ORDINALS | frozenset(map(normalize, phrases("months", "eras")))
_NUMBER = lazy_pattern(
    r"""
    \d+ (?:st|nd|rd|th|er|re|ème|e|º|ª|°|s)?    # "4", "4th", "4e", "1990s"
    | \d+[a-z]                                  # "3b"
    | (?=..) x{0,3} (?:i[xv]|v?i{0,3})          # "iv", "xiv"; a single letter can be a name
    | 第?[\d一二三四五六七八九十百]+[章节節课課周週回页頁題题条條步年月日]?    # "第三章", "1789年"
    """,
    re.VERBOSE,
)
_DIGITS = lazy_pattern(r"\d{1,9}")
_FIRST_LETTERS = frozenset("abαβаб")


def question_class(term: str, label: str = "", *, numbered: bool = False, lettered: bool = False) -> QuestionClass:
    """Return the class of a question.

    Parameters
    ----------
    term, label : of a pair, in normal form; a question without a label asks for the term itself.
    numbered : the question differs from others in its numbers only, and these count up.
    lettered : other questions of the section are single letters from the first one on.
    """
    aspect = label or term
    if aspect in _OPEN_LABELS or is_lead_word(aspect) or aspect.startswith(_OPEN_STEMS):
        return "open"
    words = term.split()
    if numbered or (lettered and len(term) == 1):
        return "position"
    has_number = any(map(_NUMBER.fullmatch, words))
    if has_number or not (_ORDINALS.isdisjoint(words) or _COUNTED.isdisjoint(words)):
        others = (word for word in words if word not in _BESIDE_NUMBERS and not _NUMBER.fullmatch(word))
        if all(map(is_function_word, others)):
            return "position"
    return "open" if not words or _is_grammatical((*words, *label.split())) else "named"


def _is_grammatical(words: Sequence[str]) -> bool:
    """Return whether several words name nothing: function words, or letters beside them as in "if v u then"."""
    longer = [word for word in words if len(word) > 1 or has_cjk(word) or not word.isalpha()]
    return len(words) > 1 and all(map(is_function_word, longer)) and (bool(longer) or all(map(is_function_word, words)))


def numbered_stems(terms: Iterable[str]) -> frozenset[str]:
    """Return the terms, with a sign for each number, of which at least three differ in numbers that count up."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for term in terms:
        if DIGIT.search(term):
            numbers[without_numbers(term)].update(int(digits) for digits in _DIGITS.findall(term))
    return frozenset(
        stem for stem, found in numbers.items() if any({number + 1, number + 2} <= found for number in found)
    )


def without_numbers(term: str) -> str:
    """Return a term with a sign for each number: equal for "article 3" and "article 4"."""
    return _DIGITS.sub("#", term)


def begins_letters(terms: set[str]) -> bool:
    """Return whether the terms of a section hold the first two letters of an alphabet, which count its entries."""
    return len(_FIRST_LETTERS & terms) > 1

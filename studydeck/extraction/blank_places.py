"""Whether a blank stands where a sentence says something new, and not what it only mentions.

In: what stands before and after a phrase, and the phrase. Out: whether hiding it asks for nothing: the gloss of the
word before it, one item of an open list, what a sentence contrasts with or supposes, a symbol, or a clause.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.names import is_generic
from studydeck.text.normalize import lower
from studydeck.text.phrases import Phrases
from studydeck.text.tokens import is_cjk
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

LONGEST_CJK = 10  # Chinese or Japanese characters of a blank
_MOST_BEFORE = 60  # characters between a word that opens a side clause and the blank in it
_BRACKETS = {"(": ")", "（": "）", "[": "]"}
# "V_2", "x", "λ": a letter with an index
_SYMBOL = lazy_pattern(r"\W*[^\W\d_](?:[_^]\{?\w{1,2}\}?)?['′]?\W*")
_INDEX = lazy_pattern(r"[_^]")
_CJK_CLAUSE = lazy_pattern(r"[，、。；！]|[-=—]+[>》]|[→⇒]")
_OPEN_LIST = lazy_pattern(
    rf"""
    (?: \s*[,、，] (?:[^,、，.;:()（）。；]|\.(?=\w)){{1,30}} ){{0,6}}                  # further items
    \s*[,、，]?\s*
    (?: {alternatives("open_list_endings")}(?!\w)                         # "etc."
      | {alternatives("unspaced_open_list_endings")}(?!{alternatives("letters_after_no_open_list")})
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CONTRAST = lazy_pattern(
    rf"""
    (?: (?<!\w){alternatives("contrast_openings")} | {alternatives("unspaced_contrast_openings")} )
    (?: [^\w,.;，。；]* [^\s,.;，。；]+ ){{0,3}} \W*\Z                   # three words before the blank
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SUPPOSITION = lazy_pattern(
    rf"""
    \W*(?: {alternatives("choice_openings")}(?!\w) | {alternatives("unspaced_choice_openings")} )
    [^,;:，；：]*\Z                                                       # up to the end of its clause
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CONTRASTS = tuple(map(lower, phrases("contrast_openings", "unspaced_contrast_openings")))
_CHOICES = Phrases("choice_openings", "unspaced_choice_openings")
_FINITE_VERBS = phrase_set("finite_verbs")
_CONJUNCTIONS = tuple([f" {word} " for word in phrases("list_conjunctions", "name_conjunctions")])
_UNSPACED_CONJUNCTIONS = phrases("unspaced_conjunctions")


def is_aside(before: str, phrase: str, after: str) -> bool:
    """Return whether a phrase is not what its sentence is about, so that nobody is asked for it."""
    return (
        is_gloss(before, phrase, after)
        or bool(_OPEN_LIST.match(after))
        or is_in_side_clause(before)
        or is_symbol(phrase)
        or is_clause(phrase)
        or (is_generic(phrase) and " " not in before.strip())  # "Its ____ are speed and safety"
    )


def is_gloss(before: str, phrase: str, after: str) -> bool:
    """Return whether brackets hold a phrase and nothing else, "virtual machine (JVM)", or its translation follows it.

    Years and other numbers in brackets are facts of their own.
    """
    opening = before.rstrip()[-1:]
    if opening in _BRACKETS and after.lstrip()[:1] == _BRACKETS[opening]:
        return not phrase[0].isdigit() and any(map(str.isalnum, before))
    bracket = after.lstrip()[:1]
    if bracket not in ("(", "（"):
        return False
    gloss = after.partition(bracket)[2].partition(_BRACKETS[bracket])[0]
    return bool(gloss) and _is_in_cjk(gloss) != _is_in_cjk(phrase)


def _is_in_cjk(text: str) -> bool:
    return any(map(is_cjk, text))


def is_in_side_clause(before: str) -> bool:
    """Return whether a blank stands behind "instead of", or in a clause at the start such as "if you use …"."""
    if before and _CHOICES.may_begin(before) and _SUPPOSITION.match(before):
        return True
    nearest = before[-_MOST_BEFORE:]
    return any(map(lower(nearest).__contains__, _CONTRASTS)) and bool(_CONTRAST.search(nearest))


def is_symbol(phrase: str) -> bool:
    """Return whether a phrase is a letter with an index, which another sentence explains."""
    return bool(_INDEX.search(phrase) and _SYMBOL.fullmatch(phrase))


def is_clause(phrase: str) -> bool:
    """Return whether a phrase is a clause, which nobody words in the same way: "must be sorted"."""
    if not phrase.isascii() and _is_in_cjk(phrase):
        return sum(map(is_cjk, phrase)) > LONGEST_CJK or bool(_CJK_CLAUSE.search(phrase))
    return " " in phrase and lower(phrase.partition(" ")[0]) in _FINITE_VERBS


def is_joined_name(before: str, after: str) -> bool:
    """Return whether a conjunction joins a name with another: "Keras or ____", of which each could be missing."""
    if before.endswith(_UNSPACED_CONJUNCTIONS) or after.startswith(_UNSPACED_CONJUNCTIONS):
        return True
    joined = ""
    if conjunction := next((each for each in _CONJUNCTIONS if before.endswith(each)), ""):
        joined = before.removesuffix(conjunction).rpartition(" ")[2]
    elif conjunction := next((each for each in _CONJUNCTIONS if after.startswith(each)), ""):
        joined = after.removeprefix(conjunction).partition(" ")[0]
    return any(map(str.isupper, joined))

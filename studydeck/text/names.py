"""Names: whether a text can name a thing, and which names say nothing by themselves.

In: a text or a string, such as a heading or the term of an item. Out: whether it is generic, empty, a lead word, a
task, or can be a name at all.
"""

from __future__ import annotations

import re

from studydeck.model.document import FORMULA_KINDS, Text
from studydeck.patterns import lazy_pattern
from studydeck.tex.words import plain_characters
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.normalize import lower, normalize
from studydeck.text.openings import SENTENCE_OPENINGS, first_word, starts_with_phrase
from studydeck.text.unspaced_clauses import is_unspaced_clause
from studydeck.text.verbs import has_verb
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

_GENERIC_NAMES = phrase_set("generic_names")
_GENERIC_ENDINGS = tuple([f" {word}" for word in phrases("generic_endings")])
_ASPECT_NAMES = phrase_set("aspect_names")
_EMPTY_NAMES = phrase_set("empty_names")
_LEAD_WORDS = phrase_set("lead_words")
COMMON_NAME_WORDS = phrase_set("common_name_words")
_TASK_OPENINGS = phrase_set("task_openings")
_TASK_NOUNS = phrase_set("task_nouns")
_EVALUATIVE_ADJECTIVES = phrase_set("evaluative_adjectives")
_WORD_AFTER_DETERMINER = lazy_pattern(rf"(?:{alternatives('determiners')}\s+)?(\w*)", re.IGNORECASE)
# Punctuation of a clause, or a count: "5 apples", but not "§ 5 BGB" or "≥65 years".
_PUNCTUATION_OR_COUNT = lazy_pattern(
    r"[,;\"“”?!→]"  # signs
    rf"|(?<![§≥≤≈±<>~] )(?<![§≥≤≈±<>~])\b(?:\d+|{alternatives('count_words')})\s+\w"  # a count
)
_COLON = lazy_pattern(r"[:：]")
_LONGEST_LABEL = 20  # characters
_CLAUSE_OPENINGS = phrases("clause_openings")


@lazy
def can_be_name(text: Text | str) -> bool:
    """Return whether a text can be the name of something: not a clause, a count or a question."""
    string = plain_words(text)
    first = first_word(string)
    if first in SENTENCE_OPENINGS or (first.startswith(_CLAUSE_OPENINGS) and _is_clause(string, first)):
        return False
    return not (_PUNCTUATION_OR_COUNT.search(string) or has_verb(text) or is_unspaced_clause(string))


def _is_clause(text: str, first: str) -> bool:
    """Return whether the clause opening that `first` starts with is a word of its own: a space or CJK follows it."""
    after = next(text[len(opening) :][:1] for opening in _CLAUSE_OPENINGS if first.startswith(opening))
    return after.isspace() or "\u4e00" <= after <= "\u9fff"


@lazy
def name_string(text: Text | str) -> str:
    """Return a text as one line in which formulas are plain characters, for what can show no formula."""
    if isinstance(text, str) or not has_formulas(text):
        return plain_words(text)
    return " ".join(
        "".join(plain_characters(each.text) if each.kind in FORMULA_KINDS else each.text for each in text).split()
    )


def has_formulas(text: Text) -> bool:
    """Return whether a text contains formulas."""
    return any(inline.kind in FORMULA_KINDS for inline in text)


@lazy
def normal_name(name: Text) -> str:
    """Return the normal form of a name, in which formulas are plain characters."""
    return normalize(name_string(name)) if has_formulas(name) else normalize(name)


def is_generic(name: Text | str) -> bool:
    """Return whether a name stands for an aspect without a subject ("Advantages", "Types")."""
    normal_name = normalize(name)
    return normal_name in _GENERIC_NAMES or normal_name.endswith(_GENERIC_ENDINGS)


def is_aspect(name: Text | str) -> bool:
    """Return whether a term names an aspect of what is above it ("Symptoms", "Definition"), and no thing of its own."""
    return is_generic(name) or normalize(name) in _ASPECT_NAMES


def is_empty_name(name: Text | str) -> bool:
    """Return whether a name carries no information ("Overview", "Notes")."""
    return normalize(name) in _EMPTY_NAMES


def is_lead_word(name: Text | str) -> bool:
    """Return whether a name introduces a remark instead of naming a term ("Note", "Example")."""
    return normalize(name) in _LEAD_WORDS


def label_end(string: str) -> int:
    """Return the end of a label such as "Example:" at the start of a text, or 0."""
    colon = _COLON.search(string, 0, _LONGEST_LABEL)
    return colon.end() if colon and is_lead_word(string[: colon.start()]) else 0


def is_evaluative(subject: str) -> bool:
    """Return whether a subject only rates or numbers something ("an important symbol", "the first step")."""
    match = _WORD_AFTER_DETERMINER.match(subject)
    return match is not None and lower(match[1]) in _EVALUATIVE_ADJECTIVES


def starts_like_task(heading: str) -> bool:
    """Return whether a heading says what to do or to learn instead of naming a thing."""
    return starts_with_phrase(heading, _TASK_OPENINGS) and normalize(heading) not in _TASK_NOUNS

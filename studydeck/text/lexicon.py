"""Word lists of the rules: words that are no subject, no term or no answer, and tests that use the lists.

In: a text or a string. Out: whether it is generic, anaphoric, an example, a possible name, and so on.

`text/word_lists/` holds the lists; `en.toml` says what each is for. The lists of all languages apply together.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.length import word_list
from studydeck.text.normalize import normalize
from studydeck.text.words import alternatives, phrase_set, phrases

_GENERIC_NAMES = phrase_set("generic_names")
_GENERIC_ENDINGS = tuple([f" {word}" for word in phrases("generic_endings")])
_EMPTY_NAMES = phrase_set("empty_names")
_LEAD_WORDS = phrase_set("lead_words")
_FUNCTION_WORDS = phrase_set("function_words")
COMMON_NAME_WORDS = phrase_set("common_name_words")
_FINITE_VERBS = phrase_set("finite_verbs")
_NEGATED_VERB = re.compile(rf"\b{alternatives('negated_verbs')}\b", re.IGNORECASE)
_SENTENCE_OPENINGS = phrase_set("sentence_openings")
_TASK_OPENINGS = phrase_set("task_openings")
_TASK_NOUNS = phrase_set("task_nouns")
_ANAPHORIC_OPENINGS = phrase_set("anaphoric_openings")
_ANAPHORIC_STEMS = phrases("anaphoric_stems")
_DEMONSTRATIVE_PHRASE = re.compile(rf"[^,.;]{{0,30}}\b{alternatives('demonstratives')}\s+[a-z]", re.IGNORECASE)
_EXAMPLE_OPENING = re.compile(
    rf"\W*(?:{alternatives('example_openings')}(?![a-z])|{alternatives('example_words')}\b|"
    rf"{alternatives('first_person_words')} )",
    re.IGNORECASE,
)
_NOTE_PREFIX = re.compile(
    rf"^(?:\W{{0,3}}{alternatives('note_words')}\W{{0,2}}\s*[:：–—-]\s*)+",
    re.IGNORECASE,
)
_EVALUATIVE_ADJECTIVES = phrase_set("evaluative_adjectives")
_WORD_AFTER_DETERMINER = re.compile(rf"(?:{alternatives('determiners')}\s+)?(\w*)", re.IGNORECASE)
_PUNCTUATION_OR_COUNT = re.compile(rf"[,;\"“”?!→]|\b(?:\d+|{alternatives('count_words')})\s+\w")
_CLAUSE_OPENINGS = phrases("clause_openings")
_ARTICLE = re.compile(rf"{alternatives('articles')}\s+(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_FIRST_WORD = re.compile(r"don't\b|\w+", re.IGNORECASE)
_FIRST_THREE_WORDS = re.compile(r"\w+(?: \w+){0,2}")
# `re.IGNORECASE` matches these with "i" and "s"; `str.lower` does not map them to those letters.
_IGNORECASE_TO_ASCII = str.maketrans("İıſ", "iis")
_NON_ALPHANUMERIC = re.compile(r"[\W_]+")
_ASCII_NON_ALPHANUMERIC = {code: None for code in range(128) if not chr(code).isalnum()}


def lower(text: str) -> str:
    """Return the text in lower case, equal to what `re.IGNORECASE` would match, character by character."""
    return text.lower() if text.isascii() else text.translate(_IGNORECASE_TO_ASCII).lower()


def alphanumeric(text: str) -> str:
    """Return only the letters and digits of a text, case-folded."""
    return (text.translate(_ASCII_NON_ALPHANUMERIC) if text.isascii() else _NON_ALPHANUMERIC.sub("", text)).casefold()


def _first_word(text: str) -> str:
    """Return the word at the start of a text in lower case, or an empty string."""
    match = _FIRST_WORD.match(text)
    return lower(match[0]) if match else ""


def starts_with_phrase(text: str, phrases: frozenset[str]) -> bool:
    """Return whether a text starts with one of the phrases, which have three words at most."""
    match = _FIRST_THREE_WORDS.match(text)
    opening = lower(match[0]) if match else ""
    while opening and opening not in phrases:
        opening = opening.rpartition(" ")[0]
    return bool(opening)


def is_anaphoric(sentence: str) -> bool:
    """Return whether a sentence refers back to the one before it."""
    has_stem = lower(sentence[:4]).startswith(_ANAPHORIC_STEMS)
    return has_stem or starts_with_phrase(sentence, _ANAPHORIC_OPENINGS) or bool(_DEMONSTRATIVE_PHRASE.match(sentence))


def is_example(sentence: str) -> bool:
    """Return whether a sentence is only an example, or addresses the reader."""
    return bool(_EXAMPLE_OPENING.match(sentence))


def note_prefix_end(sentence: str) -> int:
    """Return the end of a prefix such as "Note:", or 0."""
    match = _NOTE_PREFIX.match(sentence)
    return match.end() if match else 0


def is_evaluative(subject: str) -> bool:
    """Return whether a subject only rates or numbers something ("an important symbol", "the first step")."""
    match = _WORD_AFTER_DETERMINER.match(subject)
    return match is not None and lower(match[1]) in _EVALUATIVE_ADJECTIVES


@lazy
def can_be_name(text: Text | str) -> bool:
    """Return whether a text can be the name of something: not a clause, a count or a question."""
    string = plain_words(text)
    first = _first_word(string)
    if first in _SENTENCE_OPENINGS or (first.startswith(_CLAUSE_OPENINGS) and _is_clause(string, first)):
        return False
    return not (_PUNCTUATION_OR_COUNT.search(string) or has_verb(text))


def _is_clause(text: str, first: str) -> bool:
    """Return whether the clause opening that `first` starts with is a word of its own: a space or CJK follows it."""
    after = next(text[len(opening) :][:1] for opening in _CLAUSE_OPENINGS if first.startswith(opening))
    return after.isspace() or "\u4e00" <= after <= "\u9fff"


def article_end(text: str) -> int:
    """Return the end of a leading article and its space, or 0."""
    match = _ARTICLE.match(text)
    return match.end() if match else 0


def is_generic(name: Text | str) -> bool:
    """Return whether a name stands for an aspect without a subject ("Advantages", "Types")."""
    normal_name = normalize(name)
    return normal_name in _GENERIC_NAMES or normal_name.endswith(_GENERIC_ENDINGS)


def is_empty_name(name: Text | str) -> bool:
    """Return whether a name carries no information ("Overview", "Notes")."""
    return normalize(name) in _EMPTY_NAMES


def is_lead_word(name: Text | str) -> bool:
    """Return whether a name introduces a remark instead of naming a term ("Note", "Example")."""
    return normalize(name) in _LEAD_WORDS


@lazy
def has_verb(text: Text | str) -> bool:
    """Return whether a text contains a common finite verb."""
    string = plain_words(text)
    return not _FINITE_VERBS.isdisjoint(_WORD.findall(lower(string))) or (
        "'" in string and bool(_NEGATED_VERB.search(string))
    )


def starts_like_sentence(text: str) -> bool:
    """Return whether a text starts like a sentence, not like a name."""
    return _first_word(text) in _SENTENCE_OPENINGS


def starts_like_task(heading: str) -> bool:
    """Return whether a heading says what to do or to learn instead of naming a thing."""
    return starts_with_phrase(heading, _TASK_OPENINGS) and normalize(heading) not in _TASK_NOUNS


@lazy
def content_words(text: Text | str) -> tuple[str, ...]:
    """Return the words of a text without its function words."""
    return tuple([word for word in word_list(text) if word.casefold() not in _FUNCTION_WORDS])


def is_function_word(word: str) -> bool:
    """Return whether a word is grammatical only, such as an article, a preposition or an auxiliary."""
    return word.casefold() in _FUNCTION_WORDS

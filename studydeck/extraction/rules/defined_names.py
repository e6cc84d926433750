"""Whether a text defines a name, so that a card can show the text and ask for the name.

In: the name of a heading and what stands below it. Out: whether the text begins with the name, or asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.model.document import Text
from studydeck.model.text_edits import text_of
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.names import can_be_name, is_empty_name
from studydeck.text.naming_sentences import naming_sentence
from studydeck.text.normalize import normalize
from studydeck.text.phrases import WORD_BOUNDARY
from studydeck.text.search import occurs_in, stem_pattern
from studydeck.text.sentences import sentences
from studydeck.text.tokens import content_words, tokens
from studydeck.text.verbs import has_verb, verb_of
from studydeck.text.word_list_files import alternatives, phrases

LONGEST_NAME = 4  # words of a name that a body can ask for
_DEFINING_PHRASES = phrases("defining_phrases")
_ARTICLES = phrases("indefinite_articles", "definite_articles", "definition_articles")
_OPTIONAL_ARTICLES = ("", *[f"{article} " for article in _ARTICLES])
_NAMING = lazy_pattern(rf"{alternatives('naming_openings')} .{{0,40}} {alternatives('naming_endings')}")
_COPULA = lazy_pattern(rf" {alternatives('defining_verbs')}\b|{alternatives('unspaced_defining_verbs')}")
_FOREIGN_VERBS: dict[str, list[str]] = {}  # by their first words
for _verb in phrases("sentence_verbs"):
    _FOREIGN_VERBS.setdefault(tokens(_verb)[0], []).append(_verb)
_FIRST_OTHER_LETTER = "\u0400"
_OTHER_SCRIPT = lazy_pattern(r"[\u0400-\u1cff\u2e80-\ud7ff]")
# A sentence with its own subject is about something else than the heading.
_OWN_SUBJECT = lazy_pattern(
    rf"""
    [A-Z\u00c0-\u00de]\w*\s (?:\w+\s){{0,3}}?                     # "The first engineers"
    (?: \w+{alternatives("past_endings")}[ ]{alternatives("words_after_past_verb")}
      | {alternatives("past_verbs")}                              # "led", but not "connected" before a noun
    )\b
    """,
    re.VERBOSE,
)
_CONJUNCTION = lazy_pattern(
    rf"""
      \s (?: {alternatives("name_conjunctions")} | & ) \s         # "read and write"
    | {alternatives("unspaced_conjunctions")} | 、                # 读和写
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE_START = lazy_pattern(rf"\b{alternatives('clause_words')}\b|[.,;:]")


def begins_with_name(name: Text, body: Text) -> bool:
    """Return whether a body begins with the name that it explains."""
    opening = normalize(body)
    return any(WORD_BOUNDARY.match(opening, name_end) for name_end in _name_ends(name, opening))


def _name_ends(name: Text, normal_text: str) -> Iterator[int]:
    """Yield the offset where a name ends that begins a text in normal form, with or without an article."""
    normal_name = normalize(name)
    if normal_name not in normal_text:  # nearly always
        return
    for article in _OPTIONAL_ARTICLES:
        if normal_text.startswith(article) and normal_text.startswith(normal_name, len(article)):
            yield len(article) + len(normal_name)


def names_another(name: Text, body: Text) -> bool:
    """Return whether a body opens with a sentence that names something else, and does not say the name."""
    first = sentences(body)[:1]
    if not first or not (named := naming_sentence(first[0])) or f" {normalize(name)} " in f" {normalize(body)} ":
        return False
    return not occurs_in(map(stem_pattern, content_words(named.term)), name.plain)


def can_ask_backwards(name: Text, meaning: Text) -> bool:
    """Return whether a body can ask for its heading: a phrase without a verb, or a sentence that defines the name."""
    if exceeds(name, LONGEST_NAME) or not can_be_name(name):
        return False
    if is_empty_name(name.plain.rsplit(maxsplit=1)[-1]) or _CONJUNCTION.search(name.plain):
        return False
    if _is_defined(name, meaning):
        return True
    words = meaning.plain
    is_formula = "\\" in words
    if (not is_formula and "=" in words.split()[:4]) or words.count(": ") > 1:  # terms of their own, one after another
        return False
    if _lacks_verb_list(words) or _has_foreign_verb(words):
        return begins_with_name(name, meaning)
    clause_start = _CLAUSE_START.search(words)
    if has_verb(words[: clause_start.start()] if clause_start else meaning) or verb_of(text_of(words)):
        return False
    return not _OWN_SUBJECT.match(words)


def _is_defined(name: Text, meaning: Text) -> bool:
    """Return whether a body is a sentence that defines its heading."""
    normal_text = normalize(meaning)
    if any(_COPULA.match(normal_text, name_end) for name_end in _name_ends(name, normal_text)):
        return True
    string = meaning.plain
    return any(map(string.__contains__, _DEFINING_PHRASES)) or bool(_NAMING.search(string))


def _lacks_verb_list(text: str) -> bool:
    """Return whether a text holds letters of scripts in whose languages no list of words shows where a verb is."""
    return not text.isascii() and max(text) >= _FIRST_OTHER_LETTER and bool(_OTHER_SCRIPT.search(text))


def _has_foreign_verb(text: str) -> bool:
    """Return whether a text holds a verb of a language other than English."""
    return any(_holds(text, verb) for word in _FOREIGN_VERBS.keys() & tokens(text) for verb in _FOREIGN_VERBS[word])


def _holds(text: str, phrase: str) -> bool:
    """Return whether a text holds a phrase as whole words."""
    start = text.find(phrase)
    while start >= 0:
        if WORD_BOUNDARY.match(text, start) and WORD_BOUNDARY.match(text, start + len(phrase)):
            return True
        start = text.find(phrase, start + 1)
    return False

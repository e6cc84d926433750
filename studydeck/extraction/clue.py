"""The clue of a backward card: the meaning with its term blanked out.

In: the term and the meaning of a pair. Out: the clue, and whether it identifies the term.
"""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.model.document import Code, Content, Text
from studydeck.model.traverse import inlines, plain
from studydeck.patterns import lazy_pattern
from studydeck.text.acronyms import acronym_letters, are_initials_of
from studydeck.text.dates import is_century
from studydeck.text.labels import is_label, is_qualifier
from studydeck.text.length import exceeds, length
from studydeck.text.names import COMMON_NAME_WORDS, can_be_name, is_generic, is_lead_word, normal_name
from studydeck.text.normalize import alphanumeric, normalize
from studydeck.text.openings import article_end
from studydeck.text.search import BLANK, blank_out, occurs_in, phrase_pattern, stem_pattern
from studydeck.text.tokens import content_words, is_cjk, is_function_word, tokens, words_of
from studydeck.text.word_list_files import alternatives, phrase_set

LONGEST_CLUE = 30  # words of the meaning
LONGEST_SEARCHED = 300  # words; each word of the term is searched for in the meaning, and no card is that long
LONGEST_TERM = 6  # words
LEAST_CLUE = 3  # content words
LEAST_LABELLED_CLUE = 1  # content words of a clue whose card also shows a label
SHORTEST_ECHO = 6  # characters that a term and a word of its clue share
SHORTEST_STEM = 4  # characters of a word without its ending
SHORTEST_ECHO_CJK = 2  # characters at the start of a Chinese, Japanese or Korean term
SHORTEST_REVEALING = 5  # characters of a word that would reveal its term
_SEPARATOR_SIGNS, _CONJUNCTIONS = (",", ";", "、", "，"), phrase_set("list_conjunctions")
_SEPARATOR = lazy_pattern(rf"[,;、，]|\b{alternatives('list_conjunctions')}\b")
_LETTER_OR_DIGIT = lazy_pattern(r"[^\W_]")  # not the underscores of a blank
_OPTION = lazy_pattern(r"(?<![\w-])--?[A-Za-z][\w-]*")
_FINAL_BRACKET = lazy_pattern(r"\s*\([^()]*\)$")
_CAMEL_CASE_PART = lazy_pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|\w+")
# "Cost of X", "X since 2024": an attribute of something, which cannot be named from its description.
_ATTRIBUTE = lazy_pattern(rf"\b{alternatives('attribute_words')}\b", re.IGNORECASE)


def clue_of(term: Text, meaning: Content, meaning_text: Text, heading_path: tuple[str, ...]) -> tuple[Content, str]:
    """Blank the term out of its meaning.

    Every possible clue is returned, also one that does not identify the term, so that a packed card can be kept.

    Parameters
    ----------
    term : the term.
    meaning, meaning_text : the meaning as blocks, and as a text.
    heading_path : the headings of the note.

    Returns
    -------
    the clue, and the nearest heading that names a subject without revealing the term; the clue is empty where none is
    possible.
    """
    if not meaning_text.plain or exceeds(term, LONGEST_SEARCHED) or exceeds(meaning_text, LONGEST_SEARCHED):
        return (), ""
    term_patterns = [stem_pattern(word) for word in _revealing_words(term)]
    clue = blank_out(meaning, (phrase_pattern(term.plain), *term_patterns))
    if not _LETTER_OR_DIGIT.search(plain(clue)):
        return (), ""
    is_named_last = heading_path and _normal_form(heading_path[-1]) == normal_name(term)
    parents = heading_path[:-1] if is_named_last else heading_path
    term_letters = alphanumeric(term.plain)
    for subject, subject_letters in _subjects(parents):
        if term_letters not in subject_letters and not occurs_in(term_patterns, subject):
            return clue, subject
    return clue, ""


_normal_form = lru_cache(maxsize=1 << 6)(normalize)  # of headings: all notes below one heading ask for the same


@lru_cache(maxsize=1 << 6)  # all notes below one heading have the same heading path
def _subjects(heading_path: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the headings that name a subject, the nearest first, each with its letters and digits alone."""
    return tuple([(heading, alphanumeric(heading)) for heading in reversed(heading_path) if not is_generic(heading)])


def identifies_term(term: Text, meaning: Text, clue: Text, *, labelled: bool) -> bool:
    """Return whether a clue asks for its term and no other; `labelled`: its card shows a label as well."""
    clue_words = content_words(clue)
    if len(clue_words) < (LEAST_LABELLED_CLUE if labelled else LEAST_CLUE) or exceeds(meaning, LONGEST_CLUE):
        return False
    blanked = clue.plain
    if 2 * blanked.count(BLANK) > len(clue_words) or BLANK + "-" in blanked or "-" + BLANK in blanked:
        return False
    if exceeds(term, LONGEST_TERM) or is_label(term) or is_lead_word(term.plain.split(maxsplit=1)[0]):
        return False
    if not labelled and (is_qualifier(term) or is_century(term.plain)):
        return False
    if _ATTRIBUTE.search(term.plain) or not can_be_name(term) or _ends_open(term.plain):
        return False
    return not (
        _is_expansion(meaning, term)
        or _is_list(meaning.plain)
        or _echoes(term, clue)
        or _hides_a_part(term, meaning, clue)
    )


def is_words_only(meaning: Content) -> bool:
    """Return whether a meaning has no pictures and no code blocks."""
    return Code not in map(type, meaning) and "picture" not in [inline.kind for inline in inlines(meaning)]


def _echoes(term: Text, clue: Text) -> bool:
    """Return whether a clue contains its term inside a word, or a word whose beginning is part of the term."""
    term_letters = alphanumeric(term.plain)
    clue_letters = alphanumeric(clue.plain)
    if len(term_letters) > 1 and term_letters in clue_letters:
        return True
    if _holds_option(term, clue):
        return True
    half = max(SHORTEST_ECHO_CJK, (len(term_letters) + 1) // 2)
    if len(term_letters) > half and all(map(is_cjk, term_letters)) and term_letters[:half] in clue_letters:
        return True  # "磺化反应" and "多磺化"
    for word in (
        [long_word for long_word in words_of(clue) if len(long_word) >= SHORTEST_ECHO]
        if len(term_letters) >= SHORTEST_ECHO
        else ()
    ):
        word_letters = word.casefold() if word.isalpha() else alphanumeric(word)
        if word_letters[:SHORTEST_ECHO] in term_letters and len(word_letters) >= SHORTEST_ECHO and not _is_common(word):
            return True
    return False


def _holds_option(term: Text, clue: Text) -> bool:
    """Return whether a clue holds an option of a command that its term holds, too: "-size +10M" and "find -size 5M"."""
    options = _OPTION.findall(term.plain) if "-" in term.plain else ()
    return any(option in _OPTION.findall(clue.plain) for option in options)


def _is_list(meaning: str) -> bool:
    """Return whether a meaning is only a list of names: those can be the parts of many things."""
    if sum(map(meaning.count, _SEPARATOR_SIGNS)) + sum(map(_CONJUNCTIONS.__contains__, tokens(meaning))) < 2:
        return False
    parts = [part for part in _SEPARATOR.split(meaning) if part.strip()]
    return len(parts) > 2 and sum(length(part) for part in parts) <= 2.5 * len(parts)


def _is_expansion(meaning: Text, term: Text) -> bool:
    """Return whether the term holds an acronym whose letters are the initials of words in its meaning."""
    return any(
        letters and are_initials_of(letters, content_words(meaning))
        for letters in map(acronym_letters, {term.plain, *words_of(term)})
    )


def _ends_open(term: str) -> bool:
    """Return whether a term ends in a grammatical word, so that its meaning goes on with it: "reduces to"."""
    before, _, last = term.rpartition(" ")
    return bool(before) and last.islower() and is_function_word(last)


def _hides_a_part(term: Text, meaning: Text, clue: Text) -> bool:
    """Return whether the clue hides words that are a part of the term only: then its blank asks for another answer.

    The whole term may stand in its meaning in other forms of its words.
    """
    if BLANK not in clue.plain:
        return False
    name = _FINAL_BRACKET.sub("", term.plain[article_end(term.plain) :])
    if name.casefold() in meaning.plain.casefold():
        return False
    stems = [word.casefold()[: max(SHORTEST_STEM, len(word) - 3)] for word in words_of(name)]
    words = [word.casefold() for word in words_of(meaning)]
    return not any(all(map(str.startswith, words[start:], stems)) for start in range(len(words) - len(stems) + 1))


def _revealing_words(term: Text) -> list[str]:
    """Return the words that would reveal a term: its own, those inside CamelCase, and its initials."""
    words = words_of(term)
    parts = [part for word in words if len(word) >= SHORTEST_REVEALING for part in _CAMEL_CASE_PART.findall(word)]
    revealing = [
        word for word in dict.fromkeys((*words, *parts)) if len(word) >= SHORTEST_REVEALING and not _is_common(word)
    ]
    initials = "".join([word[0] for word in words if word[0].isupper()])
    return [*revealing, initials] if len(initials) > 2 else revealing


def _is_common(word: str) -> bool:
    return (word.casefold() if word.isascii() else normalize(word)) in COMMON_NAME_WORDS

"""How a sentence begins or ends: with a word that refers back, an example, a prefix such as "Note:", an article.

In: a sentence. Out: whether it begins in that way, or where such a beginning ends.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.normalize import lower
from studydeck.text.phrases import WORD_BOUNDARY, Phrases
from studydeck.text.punctuation import ends_in_colon
from studydeck.text.tokens import is_cjk
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

SENTENCE_OPENINGS = phrase_set("sentence_openings")
FORMULA_OPENINGS = tuple([f"{form} " for word in phrases("formula_openings") for form in (word, word.capitalize())])
_ANAPHORIC_OPENINGS = phrase_set("anaphoric_openings")
_ANAPHORIC_STEMS = phrases("anaphoric_stems")
_PREFACES, _UNSPACED_PREFACES = phrase_set("preface_openings"), phrases("unspaced_prefaces")
_DERIVATIONS, _UNSPACED_DERIVATIONS = phrase_set("derivation_openings"), phrases("unspaced_derivation_openings")
_DERIVATION_ENDINGS = phrases("derivation_endings")
_DEMONSTRATIVES, _FARTHEST_DEMONSTRATIVE = phrases("demonstratives"), 40  # characters from the start to its end
_DEMONSTRATIVE_PHRASE = lazy_pattern(rf"[^,.;]{{0,30}}\b{alternatives('demonstratives')}\s+[a-z]", re.IGNORECASE)
_EXAMPLE_OPENINGS, _EXAMPLE_WORDS = Phrases("example_openings"), Phrases("example_words")
_FIRST_PERSON_WORDS = Phrases("first_person_words")
_NOTE_WORDS, _PREMISES = Phrases("note_words"), Phrases("premises")
_UNSPACED_PREMISES, _UNSPACED_PREMISE_ENDS = phrases("unspaced_premises"), phrases("unspaced_premise_ends")
_SIGNS, _SIGNS_BEFORE_NOTE = lazy_pattern(r"\W*"), lazy_pattern(r"\W{0,3}")
_NOTE_SIGN = lazy_pattern(r"\W{0,2}\s*[:：–—-]\s*")  # "**:", the colon or dash behind "**Note"
_ARTICLE = lazy_pattern(rf"{alternatives('indefinite_articles', 'definite_articles')}\s+(?=\S)", re.IGNORECASE)
_LONGEST_ANNOUNCEMENT = 20  # characters
_ANNOUNCEMENTS = phrases("announcements")
_PLURAL_DEMONSTRATIVES = phrase_set("plural_demonstratives")
_OPEN_ENDS, _UNSPACED_OPEN_ENDS = phrase_set("sentence_ends_left_open"), phrases("unspaced_ends_left_open")
_CONTINUING_WORDS, _UNSPACED_CONTINUATIONS = phrase_set("continuing_words"), phrases("unspaced_continuations")
_COMMAS = (",", "，", "、")
_FIRST_WORD = lazy_pattern(rf"{alternatives('contractions')}\b|\w+", re.IGNORECASE)
_FIRST_THREE_WORDS = lazy_pattern(r"\w+(?: \w+){0,2}")


def first_word(text: str) -> str:
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


def starts_like_sentence(text: str) -> bool:
    """Return whether a text starts like a sentence, not like a name."""
    return first_word(text) in SENTENCE_OPENINGS


@lazy
def is_anaphoric(sentence: Text | str) -> bool:
    """Return whether a sentence refers back to the one before it."""
    string = plain_words(sentence)
    opening = lower(string[:_FARTHEST_DEMONSTRATIVE])
    if opening[:4].startswith(_ANAPHORIC_STEMS) or starts_with_phrase(string, _ANAPHORIC_OPENINGS):
        return True
    may_point_back = any(map(opening.__contains__, _DEMONSTRATIVES))
    return may_point_back and bool(_DEMONSTRATIVE_PHRASE.match(string))


@lazy
def is_example(sentence: Text | str) -> bool:
    """Return whether a sentence is only an example, or addresses the reader."""
    string = lower(plain_words(sentence))
    signs = _SIGNS.match(string)
    start = signs.end() if signs else 0
    return (
        any(not "a" <= string[end : end + 1] <= "z" for end in _EXAMPLE_OPENINGS.ends(string, start))
        or bool(_EXAMPLE_WORDS.whole_ends(string, start))  # "see", but not "seeds"
        or any(string.startswith(" ", end) for end in _FIRST_PERSON_WORDS.ends(string, start))
    )


def is_preface(sentence: str) -> bool:
    """Return whether a sentence only says what the text turns to: "In this chapter we look at …"."""
    return starts_with_phrase(sentence, _PREFACES) or sentence.startswith(_UNSPACED_PREFACES)


def begins_derivation(line: str) -> bool:
    """Return whether a line above a formula begins like a step of a derivation: "Substituting …", "Calculamos …"."""
    if starts_with_phrase(line, _DERIVATIONS) or line.startswith(_UNSPACED_DERIVATIONS):
        return True
    return first_word(line).endswith(_DERIVATION_ENDINGS)


def announces(text: str) -> bool:
    """Return whether a text announces what follows it, so that it says nothing by itself: "…, as follows:"."""
    ending = lower(text[-_LONGEST_ANNOUNCEMENT:]).removesuffix("\n")
    if ends_in_colon(ending):
        return True
    ending = ending[:-1] if ending.endswith((".", "。")) else ending
    if not ending.endswith(_ANNOUNCEMENTS):
        return False
    starts = [len(ending) - len(phrase) for phrase in _ANNOUNCEMENTS if ending.endswith(phrase)]
    return any(WORD_BOUNDARY.match(ending, start) or is_cjk(ending[start - 1]) for start in starts)


def begins_with_plural(text: str) -> bool:
    """Return whether a text begins with "these": above a list it says what the list is of."""
    return first_word(text) in _PLURAL_DEMONSTRATIVES


def is_premise(sentence: str) -> bool:
    """Return whether a sentence states what is given, from which something follows: "Let x be …", "If …"."""
    if not sentence.isascii() and (
        sentence.startswith(_UNSPACED_PREMISES) or sentence.rstrip("。． ").endswith(_UNSPACED_PREMISE_ENDS)
    ):
        return True
    return bool(_PREMISES.whole_ends(lower(sentence)))


def is_open(text: str) -> bool:
    """Return whether a text ends within a sentence: after a comma, or "then", "such that", "このとき", "则"."""
    string = text.rstrip()
    return string.endswith((*_COMMAS, *_UNSPACED_OPEN_ENDS)) or lower(string.rpartition(" ")[2]) in _OPEN_ENDS


def continues_sentence(text: str) -> bool:
    """Return whether a text goes on with a sentence that was left open: "for all x", "を満たす", "인 c가 있다"."""
    return text[:1].islower() or text.startswith(_UNSPACED_CONTINUATIONS) or text.partition(" ")[0] in _CONTINUING_WORDS


def note_prefix_end(sentence: str) -> int:
    """Return the end of a prefix such as "Note:", or 0."""
    string, end = lower(sentence), 0
    while signs := _SIGNS_BEFORE_NOTE.match(string, end):
        found = [_NOTE_SIGN.match(string, word_end) for word_end in _NOTE_WORDS.ends(string, signs.end())]
        sign = next(filter(None, found), None)
        if not sign:
            break
        end = sign.end()
    return end


def article_end(text: str) -> int:
    """Return the end of a leading article and its space, or 0."""
    match = _ARTICLE.match(text)
    return match.end() if match else 0

"""Whether the rest of a sentence forces what a blank hides.

In: a span of a sentence that could be hidden, the other text on its card, and the texts around it. Out: whether to
accept it. A blank is never the subject alone, half of the content words, a phrase that the card shows elsewhere, the
topic that most sentences around it name, or a word that says nothing, such as an adverb or a negation.
"""

from __future__ import annotations

import re

from msgspec import Struct

from studydeck.extraction.blank_places import is_aside
from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.acronyms import acronym_letters, are_initials_of, has_acronym_of
from studydeck.text.length import exceeds
from studydeck.text.normalize import alphanumeric, lower
from studydeck.text.phrases import Phrases
from studydeck.text.search import occurs_in, phrase_pattern, stem_pattern
from studydeck.text.tokens import Span, content_words, is_function_word, tokens, words_of
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

LEAST_REMAINING = 2  # content words beside the hidden ones
LEAST_BESIDE_SUBJECT = 6  # words beside a subject that the author marked
LEAST_AFTER_MODAL = 4  # words that say what it can or must do
SHORTEST_REPEATED = 4  # letters and digits of a hidden phrase that is searched for across word boundaries
LEAST_MENTIONS = 3  # texts that name a topic
_SHARE_OF_MENTIONS = 0.5  # of the texts around a sentence, from which on a phrase is their topic
_HOLLOW_WORDS = phrase_set("hollow_words", "negations", "modal_verbs", "list_conjunctions")
_MOST_WORDS = 2 / 3  # of a phrase, which tell the others
_NUMBERING = lazy_pattern(r"\d+(?:[-.]\d+)*")  # "3-3" at the start of a line
_SUCH_AS = phrases("example_introductions")
_FINAL_ABBREVIATION = lazy_pattern(rf"(?<!\w){alternatives('example_abbreviations')}\Z")
_MARK = alternatives("example_marks")
_EXAMPLE_MARK = lazy_pattern(rf"\s*{_MARK}(?!\w)", re.IGNORECASE)
_EXAMPLE_LABEL = lazy_pattern(rf"\W*{_MARK}\s*[:：]", re.IGNORECASE)
_EXAMPLES = Phrases("example_marks")
_SLASH_BEFORE, _SLASH_AFTER = lazy_pattern(r"[^\W\d]/$"), lazy_pattern(r"/[^\W\d]")
_NUMBER_BEFORE, _NUMBER_AFTER = lazy_pattern(r"\d(?:[.,]|, )$"), lazy_pattern(r"(?:[.,]|, )\d")
_MODAL = lazy_pattern(rf"\s+{alternatives('modal_verbs', 'ability_verbs')}\s", re.IGNORECASE)
_LONGEST_SUCH_AS = max(map(len, _SUCH_AS))


class Sentence(Struct, frozen=True):
    """A sentence that could get blanks: its text, the other text on its card, and what is computed from them once.

    `nearby` are the texts among which it stands, case-folded.
    `content_word_count` is the number of its content words, `subject_end` the offset at which the first of them ends.
    """

    text: str
    card_text: str
    nearby: tuple[str, ...]
    content_word_count: int
    subject_end: int


def sentence_of(text: Text, card_text: str, nearby: tuple[str, ...] = ()) -> Sentence:
    """Return a sentence with everything that the tests of its candidate blanks share."""
    return Sentence(text.string, card_text, nearby, len(content_words(text)), _subject_end(text))


def _subject_end(text: Text) -> int:
    """Return the end of the first content word; a blank before it would hide the subject."""
    end = 0
    for word in words_of(text):
        end = text.string.index(word, end) + len(word)
        if not is_function_word(word):
            return end
    return len(text.string) + 1


def is_forced(span: Span, sentence: Sentence, *, marked: bool = False, by_author: bool = False) -> bool:
    """Return whether the rest of the sentence forces the blank, and does not reveal it.

    A subject that the author `marked` is what they want to be asked, if enough is said of it. What they highlight
    (`by_author`) may be the subject, a formula, or most of the sentence.
    """
    start, end = span
    text = sentence.text
    before, phrase, after = text[:start], text[start:end], text[end:]
    hidden = content_words(phrase)
    if ((not hidden or len(hidden) * 2 > sentence.content_word_count) and not by_author) or (
        sentence.content_word_count - len(hidden) < LEAST_REMAINING
    ):
        return False
    is_subject = start < sentence.subject_end and not phrase[0].isdigit() and not content_words(before)
    least = LEAST_AFTER_MODAL if _MODAL.match(after) else LEAST_BESIDE_SUBJECT
    if is_subject and not by_author and not (marked and exceeds(after, least - 1)):
        return False
    if not by_author and _is_hollow(before, phrase):
        return False
    if not marked and not by_author and _is_topic(phrase, sentence.nearby):
        return False
    if "~~" in text or "==" in text or _introduces_example(before) or _has_acronym_beside(text, span, hidden):
        return False
    if not by_author and (_is_in_example(before) or _is_part(before, phrase, after) or is_aside(before, phrase, after)):
        return False
    if (initials := acronym_letters(phrase)) and are_initials_of(initials, content_words(sentence.card_text)):
        return False
    rest = f"{before} \n {after} \n {sentence.card_text}"
    letters = alphanumeric(phrase)
    if len(letters) >= SHORTEST_REPEATED and letters in alphanumeric(rest):
        return False
    if phrase.isascii() and not rest.isascii() and re.search(rf"\b{re.escape(phrase)}\b", rest, re.ASCII):
        return False  # beside Chinese, Japanese or Korean letters no word ends
    if not by_author and _are_most_shown(hidden, rest):
        return False
    return not occurs_in([phrase_pattern(phrase), *[stem_pattern(word) for word in hidden if len(word) > 5]], rest)


def _are_most_shown(hidden: tuple[str, ...], rest: str) -> bool:
    """Return whether most words of a phrase of several stand elsewhere on the card, in another order or row."""
    if len(hidden) < 2 or hidden[0].isdigit():  # of one word its forms are searched, too
        return False
    shown = frozenset(tokens(rest.casefold()))
    return _MOST_WORDS * len(hidden) <= sum([word.casefold() in shown for word in hidden])


def _is_hollow(before: str, phrase: str) -> bool:
    """Return whether a phrase is a word that says nothing by itself, or numbers the line that it opens."""
    if not any(map(str.isalpha, phrase)):
        is_numbering = "-" in phrase and _NUMBERING.fullmatch(phrase)
        return bool(is_numbering) and not any(len(word) > 1 for word in content_words(before))  # "(A, B) 3-3"
    return " " not in phrase and phrase.casefold() in _HOLLOW_WORDS


def _is_topic(phrase: str, nearby: tuple[str, ...]) -> bool:
    """Return whether so many of the texts around a sentence name a phrase that everybody would guess it."""
    if phrase[0].isdigit() or len(nearby) < LEAST_MENTIONS:
        return False
    folded = phrase.casefold()
    count = sum([folded in text for text in nearby])
    return count >= LEAST_MENTIONS and count >= _SHARE_OF_MENTIONS * len(nearby)


def _introduces_example(before: str) -> bool:
    """Return whether a text ends with "such as" or similar, and perhaps an opening bracket or quote."""
    before = before.removesuffix("\n")
    if before.endswith(("(", "“", '"', "'")):
        before = before[:-1]
    ending = lower(before.rstrip()[-_LONGEST_SUCH_AS:])
    return ending.endswith(_SUCH_AS) or bool(_FINAL_ABBREVIATION.search(ending))


def _is_in_example(before: str) -> bool:
    """Return whether a text opens an example that it does not close: "Example: …", "(e.g. …"."""
    bracket = max(before.rfind("("), before.rfind("（"))
    if bracket >= 0 and max(before.rfind(")"), before.rfind("）")) < bracket:
        return bool(_EXAMPLE_MARK.match(before, bracket + 1))
    return _EXAMPLES.may_begin(before) and bool(_EXAMPLE_LABEL.match(before))


def _is_part(before: str, phrase: str, after: str) -> bool:
    """Return whether a phrase is a part of a pair with a slash ("CI/CD"), a decimal number, or a row of numbers."""
    if " " not in phrase and (_SLASH_BEFORE.search(before) or _SLASH_AFTER.match(after)):
        return True
    return phrase.isdigit() and bool(_NUMBER_BEFORE.search(before) or _NUMBER_AFTER.match(after))


def _has_acronym_beside(text: str, span: Span, hidden: tuple[str, ...]) -> bool:
    """Return whether the text holds both an acronym and its expansion, so that one reveals the other."""
    start, end = span
    rest = f"{text[:start]} {text[end:]}"
    if letters := acronym_letters(text[start:end]):
        return are_initials_of(letters, content_words(rest))
    return has_acronym_of(hidden, rest)

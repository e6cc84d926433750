"""Labels by which authors mark a question ("Q:", "**Frage 3:**", "Q1."), its answer and its explanation.

In: the text of a line. Out: what follows the label, or None. The words of all languages are in `text/word_lists/`.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from studydeck.patterns import lazy_pattern
from studydeck.text.punctuation import ends_in_question_mark
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

_FIRST_WORD = lazy_pattern(r"[*_]{0,3}([^\W\d_]+)")
_ESCAPED_NUMBER = lazy_pattern(r"(?P<em>[*_]{0,3})\d{1,3}\\?[.)](?P<em2>[*_]{0,3})\s+(?=\S)")
_PAIRS = {"q": "a", "f": "as", "p": "r", "d": "r", "v": "a"}  # letters of one language


class Label(Struct, frozen=True):
    """A label: its word in lower case, whether a number follows it, and the text after it."""

    word: str
    is_numbered: bool
    rest: str

    @property
    def is_letter(self) -> bool:
        return len(self.word) == 1 and self.word.isascii()


@cache
def _labels(name: str) -> tuple[re.Pattern[str], frozenset[str]]:
    """Return the pattern of the labels of a list, and their first words; compiled on first use."""
    words = {
        "question": alternatives("question_labels"),
        "answer": alternatives("answer_labels"),
        "explanation": alternatives("explanation_labels"),
    }[name]
    first_words = (_FIRST_WORD.match(phrase) for phrase in phrases(f"{name}_labels"))
    return _pattern(words), frozenset([word[1].casefold() for word in first_words if word])


def _pattern(words: str) -> re.Pattern[str]:
    return lazy_pattern(
        rf"(?P<em>[*_]{{0,3}})(?P<word>{words})"  # the word
        r"(?P<number>\s?[.#]?\s?\d{1,4}[a-z]?)?(?P<em2>[*_]{0,3})"  # its number
        r"\s?(?P<sign>[:：.)．、-]?)(?P<em3>[*_]{0,3})(?P<space>\s*)",  # the sign, inside or outside of emphasis
        re.IGNORECASE,
    )


def _label(text: str, pattern: re.Pattern[str], first_words: frozenset[str]) -> Label | None:
    first_word = _FIRST_WORD.match(text)
    if not first_word or (first_word[1].isascii() and first_word[1].casefold() not in first_words):
        return None  # nearly always
    match = pattern.match(text)
    if not match or not _is_label(match, text):
        return None
    rest = _without_emphasis(match["em"], match["em2"] + match["em3"], text[match.end() :])
    return Label(match["word"].casefold(), bool(match["number"]), rest)


def _is_label(match: re.Match[str], text: str) -> bool:
    word, sign, emphasis = match["word"], match["sign"], match["em2"] or match["em3"]
    is_apart = match["space"] or match.end() == len(text) or emphasis or sign in {":", "：", "、", "．"}
    if not is_apart:
        return False
    if len(word) == 1 and word.isascii():
        return word.isupper() and sign in {":", "：", ".", ")", "．"} and (sign != ")" or bool(match["number"]))
    if sign in {":", "：", "、", "．"}:
        return True
    if sign in {".", ")"}:
        return bool(match["number"]) or word.casefold() in phrase_set("answer_abbreviations")
    if word.casefold().endswith(" is"):
        return True
    return bool(emphasis and match["em"]) and bool(match["space"]) and not sign  # "**Answer** B"


def _without_emphasis(opening: str, closing: str, rest: str) -> str:
    """Return the text after a label, without the end of an emphasis that began before the label."""
    rest = rest.strip()
    if opening and not closing and rest.endswith(opening):
        rest = rest.removesuffix(opening).rstrip()
        return rest if opening not in rest else opening + rest + opening
    return opening + rest if opening and not closing and opening in rest else rest


def question_label(text: str) -> Label | None:
    """Return the label of a question at the start of a text."""
    return _label(text, *_labels("question"))


def answer_label(text: str) -> Label | None:
    """Return the label of an answer at the start of a text."""
    return _label(text, *_labels("answer"))


def explanation_label(text: str) -> Label | None:
    """Return the label of an explanation at the start of a text."""
    return _label(text, *_labels("explanation"))


def belong_together(question: Label, answer: Label) -> bool:
    """Return whether two labels are of one language, if they are letters."""
    return not question.is_letter or not answer.is_letter or answer.word in _PAIRS.get(question.word, "a")


def without_number(text: str) -> str:
    """Return the text of a question without its label or number ("Q4.", "5\\.", "**3.**")."""
    if label := question_label(text):
        return label.rest or text
    if number := _ESCAPED_NUMBER.match(text):
        return _without_emphasis(number["em"], number["em2"], text[number.end() :])
    return text


def has_number(text: str) -> bool:
    """Return whether a text begins with a number that is no list marker."""
    return bool(_ESCAPED_NUMBER.match(text))


@cache
def _true_or_false() -> re.Pattern[str]:
    return lazy_pattern(alternatives("true_or_false"), re.IGNORECASE)


def asks(text: str) -> bool:
    """Return whether a text asks: it ends with a question mark, or is a statement to be judged."""
    return ends_in_question_mark(text.rstrip(" *_)")) or bool(_true_or_false().search(text))


@cache
def quick_pattern() -> re.Pattern[str]:
    """Return a pattern that occurs in every text with a label of an answer or a question at the start of a line."""
    words = alternatives("question_labels", "answer_labels")
    return lazy_pattern(
        rf"\n[ \t>*_+\d.)#-]{{0,16}}{words}"  # at the start of a line, behind marks
        r"(?:[ \t*_\d.#]{0,8}[:：.)．、]|\*\*| is\b)",  # with a sign behind it
        re.IGNORECASE,
    )


@cache
def key_titles() -> frozenset[str]:
    """Return the titles of a list of answers."""
    return phrase_set("answer_labels")

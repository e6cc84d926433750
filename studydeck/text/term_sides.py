"""The two sides of a separator, as in `Term: meaning`: whether one can be a term, and the other its meaning.

In: the string of a side, and the shape that the separator gives. Out: the shape of the term, or whether it is a
meaning.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.dates import is_date
from studydeck.text.length import exceeds, length
from studydeck.text.names import can_be_name, is_evaluative
from studydeck.text.normalize import meaningful_signs
from studydeck.text.sentence_pairs import ARITHMETIC
from studydeck.text.tokens import is_cjk, words_of
from studydeck.text.translations import are_translations, ends_like_sentence
from studydeck.text.word_list_files import alternatives

_PUNCTUATION = lazy_pattern(r"[;?!,](?:\s|$)|\w{6,}\.(?:\s|$)|\w\s\(\d\)\S")
_FORMS_IN_BRACKETS = lazy_pattern(r" \([^()\d]{1,40}\)$| \(§+[^()]{1,40}\)$")
_INFINITIVE = lazy_pattern(rf"{alternatives('infinitive_particles')}\s+\w", re.IGNORECASE)
# Forms of one word as vocabularies list them: "der Apfel, -¨", "see, saw, seen", "el gato, la gata".
_FORMS = lazy_pattern(
    r"""
    [^\W\d_]+ (?: \s[^\W\d_]+ )?                                       # a word, with its article
    (?: ,\s+ (?: [-¨~][^\s,]* | [^\W\d_]+ (?: \s[^\W\d_]+ )? ) ){1,3}   # endings, or other forms
    """,
    re.VERBOSE,
)
_NUMBER = lazy_pattern(r"[\d.,\s%$-]+")
_URL_OR_MARKUP = lazy_pattern(r"https?(?:$|://)|[{}<>\[\]|]")
_SECOND_TERM = lazy_pattern(r"[,;]\s*[^\s,;:]{1,12}:\s")
_ARROW = lazy_pattern(r"->|=>|[→⇒⟶⟹➔➜↔⇔]")
_FINAL_GLOSS = lazy_pattern(r" \([^()=]*\)$")
_SIGN_AND_DIGITS = lazy_pattern(
    r"\d*[^\W\d]?(?=[^\x00-\xff]|[±¬×÷°])\W+\d*"  # "√2", "±3", "∞"
    r"|[<>~≤≥≈±][ ]?\d+(?:[.,]\d+)*[ ]?[%‰°]?"  # "~5 %"
)
# Signs of markup that are part of a name: of a bound ("<14 years"), a key ("<C-w>h"), a type ("List<String>").
_SIGNS_OF_NAMES = lazy_pattern(r"[<>](?=\s?\d)|<[A-Za-z][\w-]*>|(?<!\{)\{\w+\}(?!\})")
_PRINTERS_SIGNS = frozenset("‰‱†‡¶§‖")
_LONGEST_TERMS = {"colon": 6, "dash": 5, "equals": 3, "arrow": 8}  # words
_LONGEST_INFINITIVE = 4  # words of a verb in a vocabulary
_LONGEST_FORMS = 6  # words
_LONGEST_PHRASE = 10  # words


def kind_of_term(left: str, shape: str) -> str:
    """Return the shape of a term: that of the separator right of it, a date, a letter or a number; "" if it is none."""
    if shape != "arrow" and is_date(left):
        return "date"
    if shape == "colon" and left and meaningful_signs(left) == left:  # "→"
        return shape
    if shape == "equals" and not exceeds(left, _LONGEST_PHRASE) and _is_phrase(left):
        return "phrase"
    left = _FORMS_IN_BRACKETS.sub("", left)  # "to go (went, gone)"
    if _INFINITIVE.match(left) and not exceeds(left, _LONGEST_INFINITIVE):
        return "phrase"
    if is_word_with_forms(left):
        return "phrase"
    if (
        not left
        or exceeds(left, _LONGEST_TERMS[shape])
        or _PUNCTUATION.search(left)
        or left.count("(") != left.count(")")
    ):
        return ""
    if _NUMBER.fullmatch(left):
        return "number" if left.isdigit() and len(left) > 1 and shape != "arrow" else ""
    if len(left) == 1 and left.isalnum() and not is_cjk(left):
        return "letter" if shape in {"colon", "dash", "equals", "arrow"} else ""
    is_rating = is_evaluative(left) and " / " not in left  # "big / large" is a word of a vocabulary
    if not can_be_name(left) or is_rating or _URL_OR_MARKUP.search(_SIGNS_OF_NAMES.sub("", left)):
        return ""
    return shape


def is_word_with_forms(string: str) -> bool:
    """Return whether a text is a word with its other forms: "der Apfel, -¨", "see, saw, seen"."""
    return "," in string and bool(_FORMS.fullmatch(string)) and not exceeds(string, _LONGEST_FORMS)


def is_vocabulary(term: str, meaning: str) -> bool:
    """Return whether two sides are of a vocabulary: a word with its forms, or a sentence with its translation."""
    if is_word_with_forms(term):
        return True
    return ends_like_sentence(term) and ends_like_sentence(meaning) and are_translations(term, meaning)


def _is_phrase(left: str) -> bool:
    """Return whether a text is a phrase or a sentence of several words, as learners of a language collect them."""
    if length(left) < 2 or _URL_OR_MARKUP.search(left) or "(" in left:
        return False
    if can_be_name(left) and not exceeds(left, _LONGEST_TERMS["equals"]):
        return False
    return all(word.replace("'", "").replace("’", "").isalpha() for word in words_of(left))


def is_meaning(right: str, shape: str) -> bool:
    """Return whether the text right of a separator can be a meaning."""
    if not right or right.startswith("//") or (shape == "colon" and _SECOND_TERM.search(right)):
        return False
    if shape == "equals":
        return length(right) >= 1 and not ARITHMETIC.search(_FINAL_GLOSS.sub("", right))
    if shape == "arrow":
        return not _ARROW.search(right)
    return True


def is_sign(name: str) -> bool:
    """Return whether a name without letters consists of signs with a meaning, or of such signs and digits."""
    if any(map(str.isdigit, name)):
        return bool(_SIGN_AND_DIGITS.fullmatch(name))
    return bool(meaningful_signs(name)) or name in _PRINTERS_SIGNS

"""Labels: names of a part of a text, or of an attribute of its subject, such as "Theorem 2.3", "Case 1", "Benefits".

In: a text or a string, such as a heading or the term of an item. Out: whether it is a label. No description identifies
a label, and by itself it asks nothing: its question names the subject that it belongs to.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.names import is_aspect
from studydeck.text.normalize import normalize
from studydeck.text.phrases import Phrases
from studydeck.text.punctuation import without_colon
from studydeck.text.tokens import is_cjk, tokens
from studydeck.text.word_list_files import phrase_set, phrases

LONGEST_LABEL = 40  # characters of a normal form
_PROPERTIES, _RATINGS = phrase_set("property_nouns"), phrase_set("rating_words")
_TERM_COLLECTIONS = phrase_set("term_collections")
_QUALIFIERS, _QUALIFIER_OPENINGS = phrase_set("qualifier_words"), phrase_set("qualifier_openings")
_QUALIFIER_ENDINGS = phrases("unspaced_qualifier_endings")
_UNSPACED_PROPERTIES = tuple([noun for noun in phrases("property_nouns") if is_cjk(noun[-1])])
_MODIFIERS = Phrases("label_modifiers")
_STRUCTURAL, _NUMBERED = Phrases("structural_labels"), Phrases("numbered_labels")
_NUMBERS = lazy_pattern(
    r"""
    (?: [ ]?\d+[a-z]?                      # "2.3" is "2 3" in normal form
      | [ ](?: [a-z] | [ivx]+ )(?![^ ])
      | [ ]?[一二三四五六七八九十]+
    )*
    """,
    re.VERBOSE,
)
_STATEMENT_LABELS = phrase_set("statement_labels")
_LABEL_AND_STOP = lazy_pattern(
    r"""
    (?P<label> [^\W\d_]+ )\.?
    (?P<number> [ ]\d[\d.]* )?
    (?P<name> [ ]\([^()]*\) )?
    \.\s+(?=\S)                        # "Definition 2.3 (group). "
    """,
    re.VERBOSE,
)
_IN_BRACKETS = lazy_pattern(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]\s*")


@lazy
def is_label(name: Text | str) -> bool:
    """Return whether a name is generic, a label of a part of the text, or only a remark in brackets."""
    if is_aspect(name):
        return True
    normal_name = normalize(name)
    if len(normal_name) <= LONGEST_LABEL and _is_label_and_numbers(normal_name):
        return True
    return bool(_IN_BRACKETS.fullmatch(plain_words(name)))


def statement_label_end(text: Text) -> int:
    """Return the end of a label such as "Definition 2.3 (group)." before a statement, or 0; alone it is marked."""
    match = _LABEL_AND_STOP.match(text.string)
    if not match or match["label"].casefold() not in _STATEMENT_LABELS:
        return 0
    first = text.inlines[0]
    is_marked = bool(first.styles) and len(first.text) >= match.end("label")
    return match.end() if is_marked or match["number"] or match["name"] else 0


def _is_label_and_numbers(normal_name: str) -> bool:
    """Return whether a name is a label, maybe with numbers: "Theorem", "Lemma 2 3", "Key benefits", "Case 1"."""
    starts = [0, *[_after_space(normal_name, end) for end in _MODIFIERS.ends(normal_name)]]
    ends = [end for start in starts for end in _STRUCTURAL.ends(normal_name, start)]
    ends += [last for end in ends for last in _MODIFIERS.ends(normal_name, _after_space(normal_name, end))]
    ends += [end for end in _NUMBERED.ends(normal_name) if end < len(normal_name)]
    return any(_NUMBERS.fullmatch(normal_name, end) for end in ends)


def _after_space(string: str, offset: int) -> int:
    return offset + (string[offset : offset + 1] == " ")


def names_kinds(line: Text) -> bool:
    """Return whether a line with a colon names an aspect whose values follow: "Advantages:", "Kinds of pivots:"."""
    name = without_colon(line.plain)
    return is_label(name) or any(is_aspect(word) for word in name.split(maxsplit=1)[:1])


@lazy
def is_qualifier(name: Text | str) -> bool:
    """Return whether a name only rates, or says when, where or how something holds: "New", "By default", "In Linux"."""
    string = plain_words(name)
    first, _, rest = string.partition(" ")
    if is_adverb(name) or normalize(name) in _RATINGS or string.endswith(_QUALIFIER_ENDINGS):
        return True
    return first.casefold() in _QUALIFIER_OPENINGS and bool(rest.strip()) and not _is_acronym(first)


def is_adverb(name: Text | str) -> bool:
    """Return whether a name is an adverb or a conjunction: "Also possible", "But"."""
    return normalize(name) in _QUALIFIERS and not _is_acronym(plain_words(name))


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


@lazy
def heads_properties(name: Text | str) -> bool:
    """Return whether what stands below a name are properties of a subject, and no terms: "Benefits of X", "X vs Y"."""
    string = plain_words(name).casefold()
    return not _PROPERTIES.isdisjoint(tokens(string)) or string.endswith(_UNSPACED_PROPERTIES)


def collects_terms(name: Text | str) -> bool:
    """Return whether a generic name heads terms, which are asked by themselves: "Glossary"."""
    return normalize(name) in _TERM_COLLECTIONS

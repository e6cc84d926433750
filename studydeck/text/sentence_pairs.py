"""A sentence with its translation in one text: "Estoy cansado. = I'm tired.", "Llueve. (It's raining.)".

In: a text. Out: the sentence and its translation, or None.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.names import label_end
from studydeck.text.sentences import sentences
from studydeck.text.tokens import words_of
from studydeck.text.translations import are_translations

_LONGEST = 300  # characters of a sentence with its translation
_SENTENCE_END = r"""[.!?…。！？؟;]["”»’)]*"""
_WITH_SIGN = lazy_pattern(
    rf"""
    (?P<left> \S [^=→\n]{{1,150}} {_SENTENCE_END} )          # "¿Cómo estás?"
    (?P<separator> \s*(?:=|→|->|=>)\s+ )
    (?P<right> \S [^=→\n]{{1,150}} {_SENTENCE_END} )
    """,
    re.VERBOSE,
)
_SIGN = lazy_pattern(r"[.!?…。！？؟;][\"”»’)]*\s*(?:[=→]|->)")
ARITHMETIC = lazy_pattern(r"[=(){}\[\];]|\d\s*[+*/^-]\s*\d")
_TWO_SENTENCES = lazy_pattern(r"[.!?…。！？][\"”»’)]*[\s–—-]*[\s(].*[.!?…。！？)][\"”»’)]*\s*$")
_WITH_ASIDE = lazy_pattern(
    rf"""
    (?P<left> [^()]{{3,150}}? {_SENTENCE_END} )
    \s* (?: [-–—]\s+ (?P<right> [^()]{{3,150}} {_SENTENCE_END} )      # after a dash
      | \( (?P<bracketed> [^()]{{3,150}} ) \) \.? )                  # in brackets
    """,
    re.VERBOSE,
)


def sentence_pair(text: Text) -> tuple[Text, Text] | None:
    """Return a sentence and what a sign such as "=" puts beside it."""
    match = _WITH_SIGN.fullmatch(text.string.strip()) if _SIGN.search(text.string) else None
    if not match or not text.string.startswith(match["left"]):
        return None
    if ARITHMETIC.search(match["right"]) or not (words_of(match["left"]) and words_of(match["right"])):
        return None
    return cut(text, 0, match.end("left")), cut(text, match.start("right"))


def translated_sentence(text: Text) -> tuple[Text, Text] | None:
    """Return a sentence and its translation, which a dash, brackets or nothing separates."""
    string = text.string
    if len(string) > _LONGEST or not _TWO_SENTENCES.search(string) or _SIGN.search(string):
        return None
    text = cut(text, label_end(string))
    match = _WITH_ASIDE.fullmatch(text.string.strip())
    if match and text.string.startswith(match["left"]):
        side = "bracketed" if match["bracketed"] else "right"
        sides = cut(text, 0, match.end("left")), cut(text, *match.span(side))
    elif len(parts := sentences(text)) == 2:
        sides = parts[0], parts[1]
    else:
        return None
    return sides if are_translations(sides[0].plain, sides[1].plain) else None

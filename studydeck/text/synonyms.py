"""Words beside their synonyms or opposites: "big / large", "quick (fast)".

In: a heading, and the text of an item below it. Out: whether the heading announces such words; the word and the others.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.word_list_files import alternatives, phrases

LONGEST, MAX_CHARACTERS = 3, 150  # words of a synonym, characters of all
_TITLE = lazy_pattern(rf"\b{alternatives('synonym_words')}\b|{alternatives('unspaced_synonym_words')}")
_TITLE_WORDS = phrases("synonym_words", "unspaced_synonym_words")
_WORDS = lazy_pattern(
    r"""
    (?P<word> [^/=≈~↔,;()]+? )
    (?: \s* (?: / | [=≈~]\s | ↔ | <->? | , | ; ) \s* (?P<others> [^()]+ )      # "big / large, huge"
      | \s* \( (?P<bracketed> [^()]+ ) \) )                                  # "quick (fast)"
    """,
    re.VERBOSE,
)
_SEPARATOR = lazy_pattern(r"\s*[/,;]\s*")


def is_synonym_title(normal_title: str) -> bool:
    """Return whether a heading, in normal form, says that synonyms or opposites stand below it."""
    return any(map(normal_title.__contains__, _TITLE_WORDS)) and bool(_TITLE.search(normal_title))


def synonym_parts(text: Text) -> tuple[Text, Text] | None:
    """Return a word and its synonyms, or None if a text does not hold just these."""
    string = text.string
    match = _WORDS.fullmatch(string.rstrip()) if len(string) < MAX_CHARACTERS else None
    if not match or string.rstrip().endswith((".", "!", "?", ":")):
        return None
    side = "others" if match["others"] else "bracketed"
    words = [match["word"], *_SEPARATOR.split(match[side])]
    if any(exceeds(word, LONGEST) or not any(map(str.isalpha, word)) for word in words):
        return None
    return cut(text, 0, match.end("word")), cut(text, *match.span(side))

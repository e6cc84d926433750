"""Proper names and capitalised words.

In: a text or a line. Out: the spans of its names and acronyms, or its capitalised words; a capital at the start of a
sentence indicates no name.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.lazy import lazy
from studydeck.text.tokens import Span, is_function_word, tokens
from studydeck.text.word_list_files import alternatives

_LETTER = r"[^\W\uac00-\ud7a3]"  # of a name: Korean joins its particles to it
_PROPER_NAME = lazy_pattern(
    rf"""
    (?<![\w@/.])
    (?: [A-Z](?:{_LETTER}|[+#-])*[A-Za-z0-9+#] | [A-Z]{{2,}} )         # "Berlin", "C++", "AWS"
    (?:
        \s+
        (?: {alternatives("name_particles")} \s+ )*                    # "Ludwig van Beethoven"
        (?: [A-Z](?:{_LETTER}|[+#-])* | [A-Z]{{2,}} | \d+(?:\.\d+)* )  # another name, or a number: "Python 3.11"
    )*
    (?: (?![\w@]|[-.]\w) | (?={alternatives("joined_particles")}(?!\w)) )
    """,
    re.VERBOSE,
)
_CAMEL_CASE_OR_DIGIT = lazy_pattern(r"[a-z][A-Z]|\d")
LINE_END = "\x1f"  # joins lines; no text of the notes has this character
_SENTENCE_OPENING = lazy_pattern(rf"(?:^|{LINE_END}|[.!?:]\s+)[^\W_]+")


@lazy
def proper_names(text: Text) -> tuple[Span, ...]:
    """Return the spans of the names and acronyms of a text.

    A capitalised word that opens a sentence is none, unless it is an acronym or has a capital or a digit inside.
    """
    string = text.string
    return tuple(
        [
            match.span()
            for match in _PROPER_NAME.finditer(string)
            if _is_name(match[0], string[: match.start()]) and not _is_mentioned(match[0], string[match.end() :])
        ]
    )


def _is_name(name: str, before: str) -> bool:
    first_word = name.split(maxsplit=1)[0]
    is_certain = (len(first_word) > 1 and first_word.isupper()) or _CAMEL_CASE_OR_DIGIT.search(first_word)
    if not is_certain and _is_sentence_start(before):
        return False
    return len(name) > 1 and not is_function_word(name)


def _is_mentioned(name: str, after: str) -> bool:
    """Return whether a name is one word before a Korean particle, of which most only lead to what is said."""
    return "\uac00" <= after[:1] <= "\ud7a3" and " " not in name


def _is_sentence_start(before: str) -> bool:
    """Return whether a sentence, or a part of one, begins after this text."""
    last = before.rstrip()[-1:]
    return not (last.isalnum() or last in "_,;)]") if last else before in {"", "\n"}


def capitalised_words(lines: str) -> list[str]:
    """Return the capitalised words of lines, joined by `LINE_END`, that do not open a sentence."""
    return [word for word in tokens(_SENTENCE_OPENING.sub(" ", lines)) if word[0].isupper()]

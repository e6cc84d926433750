"""Where changed words stand in a source, and what is to be written there: an edit and the text of a file in.

Words are searched as they are written: in the lines of the note, with as many words around them as are written beside
them, or else with fewer. What is found may be wrong; `patches` builds the notes with it and decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice, product

from msgspec import Struct

from studydeck.corrections.words import Token, string
from studydeck.patterns import lazy_pattern
from studydeck.text.tokens import may_hold_cjk

_MAX_COMPARED = 1_000  # tokens: comparing takes quadratic time
LONGEST_RUN = 2_000  # characters of changed words that a patch may have
_MAX_PLACES = 4  # in which the words of one edit are tried
_CONTEXTS = ((8, 8), (3, 3), (1, 1), (2, 0), (0, 2), (1, 0), (0, 1), (0, 0))  # words before and behind
# A space may be a line end in a paragraph, with the marks of a quote behind it.
_SPACE = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*(?:>[^\S\n]*)*)"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What Markdown, its dialects or a forge read as markup, a mention or an address, wherever it stands.
_MARKUP = lazy_pattern(
    r"""
      [\\`*_{}\[\]<>#|~$^@]
    | = (?= =) | (?<= =) = | % (?= %) | (?<= %) %   # a highlight, a comment
    | & (?= \#? \w+ ; )                 # a character reference
    | : (?= : | // | \w+ : ) | (?<=:):  # a field, an address, an emoji by its name
    | (?<=www)\.                        # an address without its scheme
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A bullet or the line below a heading, and the number of an item, behind which the backslash stands.
_AT_START = lazy_pattern(r"\A(?:(?=[-+=](?:\s|\Z|[-=]))|[0-9]+(?=[.)]))")
_PUNCTUATION = lazy_pattern(r"""[!-/:-@\[-`{-~]""")  # of ASCII, all of which a backslash escapes


class Run(Struct, frozen=True):
    """A run of tokens that differ: from `start` to `end` in the tokens before, and what stands there afterwards."""

    start: int
    end: int
    after: tuple[Token, ...]


class Replacement(Struct, frozen=True, order=True):
    """What a patch writes into a file: from `start` to `end` in its text."""

    path: str
    start: int
    end: int
    text: str


def runs(before: Sequence[Token], after: Sequence[Token]) -> tuple[Run, ...]:
    """Return the runs of tokens that differ; what differs in a single space or two is one run."""
    old, new = [token.key for token in before], [token.key for token in after]
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old_end, new_end = len(old) - end, len(new) - end
    if max(old_end, new_end) - start > _MAX_COMPARED:
        return (Run(start, old_end, tuple(after[start:new_end])),)
    found: list[tuple[int, int, int, int]] = []
    matcher = SequenceMatcher(None, old[start:old_end], new[start:new_end], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            continue
        if found and not string(before[found[-1][1] : start + old_from]).strip():
            found[-1] = (found[-1][0], start + old_to, found[-1][2], start + new_to)
        else:
            found.append((start + old_from, start + old_to, start + new_from, start + new_to))
    return tuple(Run(old_from, old_to, tuple(after[first:last])) for old_from, old_to, first, last in found)


def places(before: Sequence[Token], run: Run, text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return where the words of a run are written between two offsets of a text, the likeliest place first."""
    for count_before, count_behind in _CONTEXTS:
        left = _context(before[: run.start][::-1], count_before)[::-1]
        right = _context(before[run.end :], count_behind)
        if run.start == run.end and not (left or right):
            continue  # nothing to search for
        old = before[run.start : run.end]
        searched = f"{_pattern(left)}({_pattern(old)}){_pattern(right)}"
        words = (*left, *old, *right)
        begins = r"(?<![^\W_])" if _has_edges(words[0]) else ""
        ends = r"(?![^\W_])" if _has_edges(words[-1]) else ""
        found = re.compile(begins + searched + ends).finditer(text, start, end)
        if spans := tuple(islice((match.span(1) for match in found), _MAX_PLACES)):
            return spans
    return ()


def replacements(
    path: str, choices: Sequence[Sequence[tuple[int, int]]], changed: Sequence[Run]
) -> Iterator[tuple[Replacement, ...]]:
    """Yield what a patch may write for the runs of an edit: each choice of places, escaped in each way."""
    texts = [string(run.after) for run in changed]
    for spans in islice(product(*choices), _MAX_PLACES):
        for escape in (escaped, fully_escaped, with_references):
            yield tuple(
                Replacement(path, start, end, escape(text)) for (start, end), text in zip(spans, texts, strict=True)
            )


def escaped(text: str) -> str:
    """Return words as Markdown that reads as these words, with few backslashes."""
    marked = _MARKUP.sub(r"\\\g<0>", text)
    return _AT_START.sub(r"\g<0>\\", marked)


def fully_escaped(text: str) -> str:
    """Return words as Markdown with a backslash before every sign that one can escape."""
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def with_references(text: str) -> str:
    """Return words as Markdown with character references: some dialects read `\\[a\\]` as a formula."""
    return _MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", text)


def _context(tokens: Sequence[Token], count: int) -> list[Token]:
    """Return the tokens up to so many words, or up to what is no word of the same line."""
    found: list[Token] = []
    word_count = 0
    for token in tokens:
        if token.opaque or token.text == "\n" or word_count == count:
            break
        found.append(token)
        word_count += _is_word(token)
    while found and not found[-1].text.strip():
        found.pop()
    return found if count else []


def _is_word(token: Token) -> bool:
    return token.text[0].isalnum()


def _has_edges(token: Token) -> bool:
    """Return whether a token is a word of a script in which no other word stands directly beside it."""
    return _is_word(token) and not may_hold_cjk(token.text)


def _pattern(tokens: Sequence[Token]) -> str:
    """Return a pattern of tokens as Markdown writes them."""
    return "".join([_SPACE if not token.text.strip() else _sign(token.text) for token in tokens])


def _sign(text: str) -> str:
    if text[0].isalnum():
        return re.escape(text).replace("_", r"\\?_")
    entity = f"{_ENTITIES[text]}|" if text in _ENTITIES else ""
    return rf"(?:{entity}\\?{re.escape(text)})"

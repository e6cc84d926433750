"""Split TeX into tokens and join them again, and read groups: what macros are made of.

A token is a control sequence (`\\name` or a backslash and one sign) or a single character. A list of pending tokens has
the next one at its end, so that taking it and putting others before it is cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from studydeck.errors import FormulaError
from studydeck.patterns import lazy_pattern

_TOKEN = lazy_pattern(r"\\(?:[a-zA-Z]+|.)|%[^\n]*\n\s*|.", re.DOTALL)
CLOSING = {"[": "]", "(": ")", "|": "|"}
Tokens = tuple[str, ...]


def tokenize(source: str) -> Tokens:
    """Return the tokens of TeX, without comments and without the spaces after the name of a command."""
    tokens: list[str] = []
    for token in _TOKEN.findall(source):
        if token[0] == "%" and len(token) > 1:
            continue
        if token.isspace() and tokens and is_word(tokens[-1]):
            continue
        tokens.append(token)
    return tuple(tokens)


def join(tokens: Iterable[str]) -> str:
    """Return tokens as TeX, with a space where a letter would become part of the name of a command."""
    parts: list[str] = []
    for token in tokens:
        if parts and is_word(parts[-1]) and token[0].isascii() and token[0].isalpha():
            parts.append(" ")
        parts.append(token)
    return "".join(parts)


def is_word(token: str) -> bool:
    """Return whether a token is a command whose name has letters, which ends where no letter follows."""
    return len(token) > 1 and token[1].isascii() and token[1].isalpha()


def skip_spaces(pending: list[str]) -> None:
    """Take the spaces at the front."""
    while pending and pending[-1].isspace():
        pending.pop()


def take_argument(pending: list[str]) -> Tokens:
    """Take a group, and return what is in it, or a single token.

    Raises
    ------
    FormulaError : if there is none.
    """
    skip_spaces(pending)
    if not pending or pending[-1] == "}":
        raise FormulaError("an argument is missing")
    token = pending.pop()
    return take_until(pending, ("}",)) if token == "{" else (token,)


def take_until(pending: list[str], delimiter: Tokens) -> Tokens:
    """Take tokens up to a delimiter outside of groups, and past it; return those before it.

    Raises
    ------
    FormulaError : if it does not come.
    """
    taken: list[str] = []
    depth = 0
    while pending:
        if not depth and pending[-len(delimiter) :] == list(reversed(delimiter)):
            del pending[-len(delimiter) :]
            return tuple(taken)
        token = pending.pop()
        depth += 1 if token == "{" else -1 if token == "}" else 0
        if depth < 0:
            break
        taken.append(token)
    raise FormulaError(f"{join(delimiter)} is missing")


def take_enclosed(pending: list[str], opening: str) -> Tokens | None:
    """Take an argument in brackets, parentheses or bars, and return what is in it; None if there is none."""
    skip_spaces(pending)
    if pending[-1:] != [opening]:
        return None
    pending.pop()
    closing = CLOSING[opening]
    taken: list[str] = []
    braces, nested = 0, 0
    while pending:
        token = pending.pop()
        if token == closing and not braces and not nested:
            return tuple(taken)
        taken.append(token)
        braces += 1 if token == "{" else -1 if token == "}" else 0
        if opening == "(" and not braces:
            nested += 1 if token == "(" else -1 if token == ")" else 0
    raise FormulaError(f"{closing} is missing")

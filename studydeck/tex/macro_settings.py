"""Macros of deck.toml and of front matter: their names and values in, definitions in TeX out."""

from __future__ import annotations

import re
import unicodedata

from studydeck.errors import FormulaError
from studydeck.tex.tokens import take_argument, tokenize


def _clean(text: str) -> str:
    """Return a text as those of files are: in NFC, which Anki gives to all fields, and without control characters."""
    return unicodedata.normalize(
        "NFC", "".join(" " if ord(sign) < 32 or 127 <= ord(sign) < 160 else sign for sign in text)
    )


def definition(name: str, value: object) -> str:
    r"""Return a definition in TeX for a macro of deck.toml or of front matter.

    Parameters
    ----------
    name : its name, with or without the backslash.
    value : what it stands for, with #1 to #9 for its arguments; or a list of that, the number of its arguments, and the
        first one where it is left out.

    Raises
    ------
    FormulaError : if the name or the value has another form.
    """
    word = name.strip().removeprefix("\\")
    values = value if isinstance(value, list) else [value]
    parts = [_clean(part) if isinstance(part, str) else part for part in values]
    match parts:
        case [str(body)]:
            count, default = max([0, *map(int, re.findall(r"(?<![\\#])#([1-9])", body))]), None
        case [str(body), int(count)]:
            default = None
        case [str(body), int(count), str(default)]:
            pass
        case _:
            raise FormulaError(f"\\{word} needs text in quotes, or [text, number of arguments, first argument]")
    if not re.fullmatch("[a-zA-Z]+", word):
        raise FormulaError(f'"{name}" is not the name of a macro: it has other signs than letters')
    if not 0 <= count <= 9:
        raise FormulaError(f"\\{word} has {count} arguments; at most 9 are possible")
    for text in (body, default or ""):
        if tokenize(f"{{{text}}}") != ("{", *take_argument(list(reversed(tokenize(f"{{{text}}}")))), "}"):
            raise FormulaError(f"the braces of \\{word} are not balanced")
    first = "" if default is None else f"[{{{default}}}]" if "]" in default else f"[{default}]"
    return f"\\newcommand{{\\{word}}}[{count}]{first}{{{body}}}"

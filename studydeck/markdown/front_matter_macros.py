"""Read the TeX macros of front matter: its lines in; each macro with its line, or what is wrong with it, out.

Read are `macros`, one a line, and the definitions of a LaTeX preamble, such as Pandoc's `header-includes`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress

from studydeck.errors import FormulaError
from studydeck.patterns import lazy_pattern
from studydeck.tex.macro_settings import definition

DEFINES = r"\\(?:(?:re)?newcommand|providecommand|g?def|DeclareMathOperator|DeclarePairedDelimiter|let)(?![a-zA-Z])"
_DEFINITION_LINE = lazy_pattern(rf"[ \t-]*({DEFINES}.*)")
_YAML_MACRO = lazy_pattern(
    r"""[ \t]+("[^"]*"|'[^']*'|[^\s"':#][^:]*?)"""  # the name, in quotes or plain
    r"[ \t]*:[ \t]+(\S.*?)[ \t]*"  # what it stands for
)


def front_matter_macros(lines: str, *, is_toml: bool) -> Iterator[tuple[int, str | FormulaError]]:
    """Yield the line and the definition of each macro in front matter, or what is wrong with it."""
    if "macros" in lines or "\\" in lines:
        yield from _toml_macros(lines) if is_toml else yaml_macros(lines)


def yaml_macros(lines: str) -> Iterator[tuple[int, str | FormulaError]]:
    """Yield the macros of YAML; their lines are not read as YAML, in which " #1" begins a comment."""
    in_macros = False
    for line, content in enumerate(lines.split("\n"), 2):
        if preamble := _DEFINITION_LINE.fullmatch(content):
            yield line, preamble[1]
        elif in_macros and (match := _YAML_MACRO.fullmatch(content)):
            yield line, _definition(_unquoted(match[1]), _unquoted(match[2]))
        elif in_macros and content.startswith((" ", "\t")) and content.strip()[:1] not in {"", "#"}:
            yield line, FormulaError(f'"{content.strip()}" is not of the form name: TeX, one macro a line')
        elif content.strip() and content.strip()[0] != "#":
            in_macros = bool(re.fullmatch(r"macros[ \t]*:[ \t]*(#.*)?", content))
            if not in_macros and re.match(r"macros[ \t]*:", content):
                yield line, FormulaError("below macros: there is one line of the form name: TeX for each")


def _toml_macros(lines: str) -> Iterator[tuple[int, str | FormulaError]]:
    try:
        macros = tomllib.loads(lines).get("macros", {})
    except (ValueError, RecursionError):
        return  # nothing of it is read
    for name, value in macros.items() if isinstance(macros, dict) else ():
        line = next((n for n, content in enumerate(lines.split("\n"), 2) if name in content), 1)
        yield line, _definition(name, value)


def _definition(name: object, value: object) -> str | FormulaError:
    try:
        return definition(str(name), value)
    except FormulaError as fault:
        return fault


def _unquoted(text: str) -> object:
    """Return a value of YAML: a text in quotes, a list, or the text as it stands."""
    if text[:1] == text[-1:] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] in {'"', "["}:
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    return text

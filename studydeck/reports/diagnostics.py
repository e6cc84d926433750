"""Problems as lines for people, as JSON for programs, as annotations for GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from studydeck.diagnostics import Problem

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def with_columns(problems: Sequence[Problem], lines: Mapping[str, Sequence[str]]) -> tuple[Problem, ...]:
    """Give every problem the column at which its line begins to say something."""

    def column(one: Problem) -> int:
        text = lines.get(one.path, ())[one.line - 1 : one.line] if one.line else ()
        return len(text[0]) - len(text[0].lstrip()) + 1 if text else 0

    return tuple(replace(one, column=column(one)) for one in problems)


def text_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Give each problem as `file:line:column: code message`."""
    for one in problems:
        place = ":".join(str(part) for part in (one.path, one.line, one.column) if part)
        yield f"{place}: {one.code} {one.message}"


def json_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Give each problem as a JSON object on a line."""
    for one in problems:
        yield json.dumps(
            {
                "path": one.path,
                "line": one.line,
                "column": one.column,
                "code": str(one.code),
                "severity": one.severity,
                "message": one.message,
            },
            ensure_ascii=False,
        )


def github_lines(problems: Sequence[Problem], prefix: str = "") -> Iterator[str]:
    """Give each problem as a workflow command; what an author wrote cannot end it or begin another."""
    for one in problems:
        place = [f"file={_escaped(prefix + one.path, in_property=True)}"]
        place += [f"line={one.line}"] if one.line else []
        place += [f"col={one.column}"] if one.column else []
        title = f"title={_escaped(str(one.code), in_property=True)}"
        yield f"::{_LEVELS[one.severity]} {','.join([*place, title])}::{_escaped(one.message)}"


def _escaped(text: str, *, in_property: bool = False) -> str:
    escapes = _ESCAPES | ({":": "%3A", ",": "%2C"} if in_property else {})
    return "".join(escapes.get(letter, letter) for letter in text)

"""Problems as lines for people, as JSON for programs, as annotations for GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def with_columns(diagnostics: Sequence[Diagnostic], lines: Mapping[str, Sequence[str]]) -> tuple[Diagnostic, ...]:
    """Give every problem the column at which its line begins to say something."""

    def column(one: Diagnostic) -> int:
        text = lines.get(one.path, ())[one.line - 1 : one.line] if one.line else ()
        return len(text[0]) - len(text[0].lstrip()) + 1 if text else 0

    return tuple(replace(one, column=column(one)) for one in diagnostics)


def text_lines(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Give each problem as `file:line:column: code message`."""
    for one in diagnostics:
        span = ":".join(str(part) for part in (one.path, one.line, one.column) if part)
        yield f"{span}: {one.code} {one.message}"


def json_lines(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Give each problem as a JSON object on a line."""
    for one in diagnostics:
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


def github_lines(diagnostics: Sequence[Diagnostic], prefix: str = "") -> Iterator[str]:
    """Give each problem as a workflow command; what an author wrote cannot end it or begin another."""
    for one in diagnostics:
        span = [f"file={_escaped(prefix + one.path, in_property=True)}"]
        span += [f"line={one.line}"] if one.line else []
        span += [f"col={one.column}"] if one.column else []
        title = f"title={_escaped(str(one.code), in_property=True)}"
        yield f"::{_LEVELS[one.severity]} {','.join([*span, title])}::{_escaped(one.message)}"


def _escaped(text: str, *, in_property: bool = False) -> str:
    escapes = _ESCAPES | ({":": "%3A", ",": "%2C"} if in_property else {})
    return "".join(escapes.get(letter, letter) for letter in text)

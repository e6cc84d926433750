"""Format diagnostics: diagnostics in, lines of text, lines of JSON or GitHub annotations out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic
from studydeck.reports.printable import printable, printable_line, to_json

_GITHUB_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def with_columns(
    diagnostics: Sequence[Diagnostic], lines_by_path: Mapping[str, Sequence[str]]
) -> tuple[Diagnostic, ...]:
    """Return diagnostics with the column of the first character of their line that is not white space, from 1."""

    def column(diagnostic: Diagnostic) -> int:
        line_text = (
            lines_by_path.get(diagnostic.path, ())[diagnostic.line - 1 : diagnostic.line] if diagnostic.line else ()
        )
        return len(line_text[0]) - len(line_text[0].lstrip()) + 1 if line_text else 0

    return tuple(replace(diagnostic, column=column(diagnostic)) for diagnostic in diagnostics)


def text_lines(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield each diagnostic as `file:line:column: severity: message [code]`."""
    yield from (printable_line(str(diagnostic)) for diagnostic in diagnostics)


def json_lines(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield each diagnostic as a JSON object on one line."""
    for diagnostic in diagnostics:
        yield to_json(
            {
                "path": diagnostic.path,
                "line": diagnostic.line,
                "column": diagnostic.column,
                "code": str(diagnostic.code),
                "severity": diagnostic.severity,
                "message": diagnostic.message,
            }
        )


def github_lines(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield each diagnostic as a GitHub workflow command, escaped so that no text can end it or begin another."""
    for diagnostic in diagnostics:
        properties = [f"file={_escape(diagnostic.path, in_property=True)}"]
        properties += [f"line={diagnostic.line}"] if diagnostic.line else []
        properties += [f"col={diagnostic.column}"] if diagnostic.column else []
        title = f"title={_escape(str(diagnostic.code), in_property=True)}"
        yield f"::{_GITHUB_LEVELS[diagnostic.severity]} {','.join([*properties, title])}::{_escape(diagnostic.message)}"


def _escape(text: str, *, in_property: bool = False) -> str:
    escapes = _ESCAPES | ({":": "%3A", ",": "%2C"} if in_property else {})
    return printable("".join(escapes.get(character, character) for character in text))

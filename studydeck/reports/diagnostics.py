"""Format diagnostics: diagnostics in, lines of text, lines of JSON or GitHub annotations out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, Severity, counted, info
from studydeck.reports.printable import printable, printable_line, to_json

_GITHUB_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
_MOST_INFOS = 5  # of one code that are printed one by one
# What so many infos of a code are about. Those of skipped blocks are listed by `list --skipped`, with their text.
_SUBJECTS: Mapping[DiagnosticCode, str] = MappingProxyType(
    {
        DiagnosticCode.NOTHING_TO_HIDE: "statements have nothing to hide",
        DiagnosticCode.LONG_LIST: "lists have too many items to recall",
        DiagnosticCode.NO_SUBJECT: "tables have nothing that names their rows",
        DiagnosticCode.NO_ANSWER: "questions have no answer",
        DiagnosticCode.SKIPPED: "blocks have a form that no rule reads, or no note to be shown with",
        DiagnosticCode.LEAK: "blocks have their answer in their own heading or term",
    }
)
_OTHER_SUBJECTS: Mapping[DiagnosticCode, str] = MappingProxyType(
    {
        DiagnosticCode.LOW_CONFIDENCE: "cards are too weak to be made, or stay only because a package had them",
        DiagnosticCode.UNUSED_DECK: "files name a deck in their front matter, but the deck has no subdecks",
        DiagnosticCode.LEFT_OUT_FILE: "kinds of files are left out",
        DiagnosticCode.LEFT_OUT_NOTES: "files are left out, so their notes are retired",
    }
)
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
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


def summarised(diagnostics: Iterable[Diagnostic], spelled_out: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Return diagnostics with one info for each place and code, and one in all where a code has many.

    Parameters
    ----------
    diagnostics : those of a run; errors and warnings stay as they are.
    spelled_out : the codes of which all infos are wanted.
    """
    listed = [*diagnostics]
    infos = [found for found in listed if found.severity == "info"]
    counts = Counter(found.code for found in infos)
    here = Counter((found.path, found.line, found.code) for found in infos)
    first = {(found.path, found.line, found.code): found for found in reversed(infos)}
    kept: list[Diagnostic] = []
    for found in listed:
        place = (found.path, found.line, found.code)
        if found.severity != "info" or found.code in spelled_out:
            kept.append(found)
        elif counts[found.code] <= _MOST_INFOS and first[place] is found:
            more = f" (and {here[place] - 1} more here)" if here[place] > 1 else ""
            kept.append(replace(found, message=found.message + more))
    many = [code for code in counts if counts[code] > _MOST_INFOS and code not in spelled_out]
    return (*kept, *(_summary_of(code, counts[code]) for code in many))


def _summary_of(code: DiagnosticCode, count: int) -> Diagnostic:
    if code in _SUBJECTS:
        return info(code, ".", 0, f"{count:,} {_SUBJECTS[code]}: studydeck list --skipped")
    subject = _OTHER_SUBJECTS.get(code, "messages are of this kind")
    return info(code, ".", 0, f"{count:,} {subject}: studydeck check --select {code}")


def totals(diagnostics: Iterable[Diagnostic], file_count: int) -> str:
    """Return the numbers of diagnostics by severity, in one line that ends the output of a linter."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    found = ", ".join(counted(counts[severity], severity) for severity in _SEVERITIES if counts[severity])
    where = f" in {counted(file_count, 'file')}" if file_count else ""
    return f"{found or 'nothing to report'}{where}"


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

"""`rehearse`: imports two versions into the real Anki, and reports what the update does to a learner's collection."""

from __future__ import annotations

from studydeck.cli.console import Console
from studydeck.cli.find_package import resolve_package, unpack_deck
from studydeck.cli.project import Options
from studydeck.diagnostics import DiagnosticCode, counted, error
from studydeck.errors import AnkiError, BuildError, DiagnosticCollector
from studydeck.integrations.anki_rehearsal import Rehearsal, interpreter, rehearse


def run(old: str, new: str, python: str | None, options: Options, console: Console) -> int:
    """Rehearse the update and print a report; return 1 if a review is lost or a note conflicts."""
    diagnostics, packages = DiagnosticCollector(), dict[str, bytes]()
    for version in dict.fromkeys((old, new)):
        with diagnostics.collecting():
            packages[version] = _package(version, options, console)
    diagnostics.raise_on_errors()
    anki_python = interpreter(python)
    if not anki_python:
        message = (
            "the real Anki is not installed; install it into any environment (python -m pip install anki), and name "
            "the Python of that environment with --python"
        )
        raise BuildError([error(DiagnosticCode.UNREADABLE, "anki", 0, message, root="")])
    try:
        with console.status("rehearsing in the real Anki"):
            report = rehearse(anki_python, packages[old], packages[new])
    except AnkiError as anki_error:
        raise BuildError(
            [error(DiagnosticCode.UNREADABLE, anki_python, 0, f"the rehearsal failed: {anki_error}", root="")]
        ) from anki_error
    for line in _report_lines(report):
        console.print_result(line)
    return 1 if report.failures else 0


def _package(version: str, options: Options, console: Console) -> bytes:
    """Return a package, after it was read by the reader: the real Anki unpacks it without limits."""
    package = resolve_package(version, options, console)
    unpack_deck(package, version)
    return package


def _report_lines(report: Rehearsal) -> list[str]:
    yes_no = {True: "yes", False: "no"}
    edit = (
        yes_no[report.own_edit_kept and report.own_tag_kept] if report.edited_untouched_note else "every note changed"
    )
    notes = counted(report.notes, "note")
    lines = [
        f"Anki {report.anki}: {notes}, {report.reviewed} of {counted(report.cards, 'card')} reviewed",
        f"history kept: {report.history_kept} of {report.cards} cards, {report.history_lost} lost",
        f"updated: {report.updated} of {report.should_update} changed notes",
        f"new: {counted(report.new_notes, 'note')}, {counted(report.new_cards, 'card')}",
        f"left behind: {counted(report.left_behind, 'note')} that the new version no longer has",
        f"conflicting: {report.conflicting}",
        f"learner's own edit and tag kept: {edit}",
    ]
    if report.emptied:
        emptied = counted(report.emptied, "card")
        lines.append(f"emptied: {emptied} whose phrase is gone; Tools > Empty Cards removes what is empty")
    return [*lines, *(f"FAILED: {failure}" for failure in report.failures)]

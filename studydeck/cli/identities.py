"""`identities`: prints how each note was matched with the ledger."""

from __future__ import annotations

from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project
from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.integrations.ledger_history import base_ledger
from studydeck.pipeline import Built
from studydeck.project import Project
from studydeck.reports import diagnostics as diagnostics_report
from studydeck.reports import identities as identities_report
from studydeck.reports import ledger_review


def run(options: Options, console: Console, *, base: str, style: str) -> int:
    """Print how each note was matched with the ledger; return 1 if there are conflicts or doubtful matches.

    With a base, print first what differs from the ledger that the tool makes of the notes and the base's ledger.
    """
    try:
        project = load_project(options, console)
        with console.status("building"):
            built = project.build()
        found = _review(base, project, built, options) if base else ()
        diagnostics = (
            *(diagnostic for diagnostic in found or () if diagnostic.severity == "error"),
            *identities_report.blocking_diagnostics(built),
        )
        if found is None:
            console.print_result(f"There is no ledger in {base} to compare with.\n")
        elif base:
            for line in (*ledger_review.lines(found), ""):
                console.print_result(line)
        for line in identities_report.lines(built):
            console.print_result(line)
    except BuildError as build_error:
        diagnostics = tuple(diagnostic for diagnostic in build_error.diagnostics if diagnostic.severity == "error")
    if style == "github":
        for line in diagnostics_report.github_lines(diagnostics, f"{options.notes.as_posix().rstrip('/')}/"):
            console.print_annotation(line)
    else:
        console.diagnostics(diagnostics)
    return 1 if diagnostics else 0


def _review(base: str, project: Project, built: Built, options: Options) -> tuple[Diagnostic, ...] | None:
    """Return what differs from the ledger that the tool makes of a base's ledger and the notes; None without one."""
    text = project.inputs.ledger_text or ""
    base_text = base_ledger(options.notes, base, built.config.id)
    if base_text is None:
        return None
    # The base's ledger is taken as it is: what it lacks is no fault of this change.
    known = ledger_reader.read(base_text).ledger
    expected = project.build(ledger_text=ledger_file.to_text(known), earlier=(), package=None, rename=True)
    return ledger_review.differences(
        ledger_review.Review(known, expected, built, ledger_reader.read(text).ledger, text)
    )

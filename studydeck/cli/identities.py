"""`identities`: prints how each note was matched with the ledger."""

from __future__ import annotations

from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project
from studydeck.errors import BuildError
from studydeck.reports import diagnostics as diagnostics_report
from studydeck.reports import identities as identities_report


def run(options: Options, console: Console, *, style: str) -> int:
    """Print how each note was matched with the ledger; return 1 if there are conflicts or doubtful matches."""
    try:
        built = build_project(options, console)
        diagnostics = identities_report.blocking_diagnostics(built)
        for line in identities_report.lines(built):
            console.print_result(line)
    except BuildError as build_error:
        diagnostics = tuple(diagnostic for diagnostic in build_error.diagnostics if diagnostic.severity == "error")
    if style == "github":
        for line in diagnostics_report.github_lines(diagnostics, f"{options.notes.as_posix().rstrip('/')}/"):
            console.print_result(line)
    else:
        console.diagnostics(diagnostics)
    return 1 if diagnostics else 0

"""`diff`: prints what a learner who has one version of a deck gets from another."""

from __future__ import annotations

from studydeck.cli.console import Console
from studydeck.cli.find_package import resolve_deck
from studydeck.cli.project import Options
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import BuildError, DiagnosticCollector
from studydeck.model.anki import Deck
from studydeck.reports import diff as diff_report
from studydeck.reports.comparison import compare


def run(before: str, after: str, options: Options, console: Console, *, style: str) -> int:
    """Compare two versions of a deck and print the differences; return the exit code."""
    diagnostics, decks = DiagnosticCollector(), list[Deck]()
    for version in (before, after):
        with diagnostics.collecting():
            decks.append(resolve_deck(version, options, console))
    diagnostics.raise_on_errors()
    old, new = decks
    if old.id != new.id:
        message = f"is another deck than {before}: the ids are {new.id} and {old.id}"
        raise BuildError([error(DiagnosticCode.DECK_ID_CHANGED, after, 0, message, root="")])
    comparison = compare(old, new)
    if style == "json":
        console.print_result(diff_report.as_json(comparison))
    elif style == "markdown":
        for line in diff_report.page(comparison):
            console.print_result(line)
    else:
        for line in diff_report.text(comparison):
            console.print_result(line)
    return 0

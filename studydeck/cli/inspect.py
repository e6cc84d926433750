"""The commands that print a report and write nothing: `list`, `check`, `diff`, `identities`."""

from __future__ import annotations

from studydeck import checks
from studydeck.api import Project
from studydeck.cli.console import Console
from studydeck.cli.find_package import resolve_deck
from studydeck.cli.project import Options, build_project, load_project
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError, DiagnosticCollector
from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.integrations.ledger_history import base_ledger
from studydeck.model.anki import Deck
from studydeck.model.document import Source
from studydeck.pipeline import Built
from studydeck.reports import diagnostics as diagnostics_report
from studydeck.reports import diff as diff_report
from studydeck.reports import identities as identities_report
from studydeck.reports import ledger_review, listing
from studydeck.reports.comparison import compare


def list_notes(options: Options, console: Console, *, as_json: bool) -> int:
    """Print the notes that `build` would pack, and the skipped blocks; return the exit code."""
    try:
        built = build_project(options, console)
    except BuildError as build_error:
        if not as_json:
            raise
        lines = listing.failed_json_lines(build_error)
        code = 1
    else:
        lines = listing.json_lines(built) if as_json else listing.text_lines(built)
        code = 0
        if not as_json:
            console.diagnostics(built.diagnostics)
    for line in lines:
        console.print_result(line)
    return code


def check(options: Options, console: Console, *, style: str) -> int:
    """Print all diagnostics and lint; return 1 if there is an error, or under --strict a warning."""
    allow, sources = tuple[str, ...](), tuple[Source, ...]()
    try:
        project = load_project(options, console)
        allow, sources = project.inputs.config.allow, project.inputs.sources
        with console.status("building"):
            built = project.build()
        allowed = [item for item in built.diagnostics if item.severity == "error" or item.code not in allow]
        diagnostics = (*allowed, *checks.lint(built.notes, built.skipped, allow))
    except BuildError as build_error:
        diagnostics = (*build_error.diagnostics, *checks.lint((), build_error.skipped, allow))
    ordered = sorted(
        dict.fromkeys(diagnostics), key=lambda diagnostic: (diagnostic.path, diagnostic.line, diagnostic.code)
    )
    located = diagnostics_report.with_columns(ordered, {source.path: source.text.split("\n") for source in sources})
    if style == "json":
        lines = diagnostics_report.json_lines(located)
    elif style == "github":
        lines = diagnostics_report.github_lines(located, f"{options.notes.as_posix().rstrip('/')}/")
    else:
        lines = diagnostics_report.text_lines(located)
    for line in lines:
        console.print_result(line)
    severities = {diagnostic.severity for diagnostic in located}
    return 1 if "error" in severities or (options.strict and "warning" in severities) else 0


def diff(before: str, after: str, options: Options, console: Console, *, style: str) -> int:
    """Compare two versions of a deck and print the differences; return the exit code."""
    diagnostics, decks = DiagnosticCollector(), list[Deck]()
    for version in (before, after):
        with diagnostics.collecting():
            decks.append(resolve_deck(version, options, console))
    diagnostics.raise_on_errors()
    old, new = decks
    if old.id != new.id:
        message = f"is another deck than {before}: the ids are {new.id} and {old.id}"
        raise BuildError([error(DiagnosticCode.DECK_ID_CHANGED, after, 0, message)])
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


def identities(options: Options, console: Console, *, base: str, style: str) -> int:
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
            console.print_result(line)
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

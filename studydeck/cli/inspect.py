"""The commands that look and write nothing: `list`, `check`, `diff`, `identities`."""

from __future__ import annotations

from studydeck import checks
from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project, load_project
from studydeck.cli.resolve_version import version
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import BuildError, DiagnosticCollector
from studydeck.model.anki import Deck
from studydeck.model.document import Source
from studydeck.reports import diagnostics as diagnostics_report
from studydeck.reports import diff as diff_report
from studydeck.reports import identities as identities_report
from studydeck.reports import listing
from studydeck.reports.comparison import compare


def list_notes(options: Options, console: Console, *, as_json: bool) -> int:
    """Print what `build` would pack; give the exit code."""
    try:
        built = build_project(options, console)
    except BuildError as stopped:
        if not as_json:
            raise
        lines = listing.stopped_lines(stopped)
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
    """Print what is wrong or doubtful; give 1 where there is an error, or under --strict a warning."""
    allow, sources = tuple[str, ...](), tuple[Source, ...]()
    try:
        project = load_project(options, console)
        allow, sources = project.inputs.config.allow, project.inputs.sources
        with console.status("building"):
            built = project.build()
        found = (*built.diagnostics, *checks.lint(built.notes, built.skipped, allow))
    except BuildError as stopped:
        found = (*stopped.diagnostics, *checks.lint((), stopped.skipped, allow))
    ordered = sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line, one.code))
    placed = diagnostics_report.with_columns(ordered, {one.path: one.text.split("\n") for one in sources})
    if style == "json":
        lines = diagnostics_report.json_lines(placed)
    elif style == "github":
        lines = diagnostics_report.github_lines(placed, f"{options.notes.as_posix().rstrip('/')}/")
    else:
        lines = diagnostics_report.text_lines(placed)
    for line in lines:
        console.print_result(line)
    worst = {one.severity for one in placed}
    return 1 if "error" in worst or (options.strict and "warning" in worst) else 0


def diff(before: str, after: str, options: Options, console: Console, *, style: str) -> int:
    """Compare two versions and print what differs; give the exit code."""
    diagnostics, decks = DiagnosticCollector(), list[Deck]()
    for named in (before, after):
        with diagnostics.collecting():
            decks.append(version(named, options, console))
    diagnostics.raise_on_errors()
    old, new = decks
    if old.id != new.id:
        message = f"is another deck than {before}: {new.id}, {old.id}"
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


def identities(options: Options, console: Console, *, style: str) -> int:
    """Print the report; give 1 for conflicts and doubts."""
    try:
        built = build_project(options, console)
        found = identities_report.stopping(built)
        for line in identities_report.lines(built):
            console.print_result(line)
    except BuildError as stopped:
        found = tuple(one for one in stopped.diagnostics if one.severity == "error")
    if style == "github":
        for line in diagnostics_report.github_lines(found, f"{options.notes.as_posix().rstrip('/')}/"):
            console.print_result(line)
    else:
        console.diagnostics(found)
    return 1 if found else 0

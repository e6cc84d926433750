"""`check`: prints the diagnostics of a build and the findings of the linter."""

from __future__ import annotations

from studydeck import checks
from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project
from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.extraction.confidence import least_confidence
from studydeck.reports import diagnostics as diagnostics_report
from studydeck.reports.choice import Choice


def run(options: Options, choice: Choice, console: Console, *, style: str) -> int:
    """Print the diagnostics that are chosen; return 1 if one is an error, or under --strict a warning."""
    diagnostics, paths = _diagnostics(options, console)
    found = choice.diagnostics(diagnostics)
    if style == "github":
        for line in diagnostics_report.github_lines(console.locations.located_in_repository(found)):
            console.print_annotation(line)
    elif style == "json":
        for line in diagnostics_report.json_lines(console.locations.with_columns(found)):
            console.print_result(line)
    else:
        summarised = diagnostics_report.summarised(found, choice.select)
        for line in diagnostics_report.text_lines(console.locations.located(summarised)):
            console.print_result(line)
        console.print_status(diagnostics_report.totals(found, sum(map(choice.has_path, paths))))
    severities = {diagnostic.severity for diagnostic in found}
    return 1 if "error" in severities or (options.strict and "warning" in severities) else 0


def _diagnostics(options: Options, console: Console) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """Return the diagnostics of the deck, in the order of the files and the weakest cards last, and what was read."""
    allow, paths, weak = tuple[str, ...](), tuple[str, ...](), tuple[Diagnostic, ...]()
    try:
        project = load_project(options, console)
        allow, paths = project.inputs.config.allow, tuple(source.path for source in project.inputs.sources)
        with console.status("building"):
            built = project.build()
        allowed = [item for item in built.diagnostics if item.severity == "error" or item.code not in allow]
        diagnostics = (*allowed, *checks.lint(built.notes, built.skipped, allow))
        least = least_confidence(built.config.min_confidence)
        weak = checks.weak_cards(built.notes, built.withheld, least, allow)
    except BuildError as build_error:
        diagnostics = (*build_error.diagnostics, *checks.lint((), build_error.skipped, allow))
    ordered = sorted(
        dict.fromkeys(diagnostics), key=lambda diagnostic: (diagnostic.path, diagnostic.line, diagnostic.code)
    )
    return (*ordered, *weak), paths

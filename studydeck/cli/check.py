"""`check`: prints the diagnostics of a build and the findings of the linter."""

from __future__ import annotations

from studydeck import checks
from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project
from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.extraction.confidence import least_confidence
from studydeck.reports import diagnostics as diagnostics_report


def run(options: Options, console: Console, *, style: str) -> int:
    """Print all diagnostics and lint; return 1 if there is an error, or under --strict a warning."""
    allow, weak = tuple[str, ...](), tuple[Diagnostic, ...]()
    try:
        project = load_project(options, console)
        allow = project.inputs.config.allow
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
    found = (*ordered, *weak)
    if style == "json":
        lines = diagnostics_report.json_lines(console.locations.with_columns(found))
    elif style == "github":
        lines = diagnostics_report.github_lines(console.locations.located_in_repository(found))
    else:
        lines = diagnostics_report.text_lines(console.locations.located(found))
    for line in lines:
        if style == "github":
            console.print_annotation(line)
        else:
            console.print_result(line)
    severities = {diagnostic.severity for diagnostic in found}
    return 1 if "error" in severities or (options.strict and "warning" in severities) else 0

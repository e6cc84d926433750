"""`decisions`: lists what the author decided about notes, and writes it into the notes as directives."""

from __future__ import annotations

from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project, project_lock
from studydeck.reports import decisions as decisions_report


def run(options: Options, console: Console, *, as_json: bool, as_directives: bool, write: bool) -> int:
    """Print each decision, where its note is now, and how the notes stand to it; return the exit code.

    As directives, print the notes with them as a diff, or write them.
    """
    if as_directives:
        from studydeck.cli.export_decisions import export  # imported here: a list of decisions needs no diff

        with project_lock(options, console):
            export(options, console, write=write)
        return 0
    built = build_project(options, console)
    shown_path = console.locations.path
    for line in decisions_report.json_lines(built) if as_json else decisions_report.text_lines(built, shown_path):
        console.print_result(line)
    return 0

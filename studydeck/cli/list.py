"""`list`: prints every note that `build` would pack, and the skipped blocks."""

from __future__ import annotations

from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project
from studydeck.errors import BuildError
from studydeck.reports import held as held_report
from studydeck.reports import listing


def run(options: Options, console: Console, *, as_json: bool, weak: bool = False, held: bool = False) -> int:
    """Print the notes that `build` would pack, and the skipped blocks; return the exit code.

    With `weak` the notes with the weakest cards come first, and the text says what makes them weak. With `held` only
    the cards are printed that stay because a package had them, beside what today's rules ask.
    """
    try:
        built = build_project(options, console)
    except BuildError as build_error:
        if not as_json:
            raise
        lines = listing.failed_json_lines(build_error)
        code = 1
    else:
        shown_path = console.locations.path
        built = listing.weakest_first(built) if weak else built
        if held:
            lines = held_report.json_lines(built) if as_json else held_report.text_lines(built, shown_path)
        elif as_json:
            lines = listing.json_lines(built)
        else:
            lines = listing.text_lines(built, with_confidence=weak, shown_path=shown_path)
        code = 0
        if not as_json:
            console.diagnostics(built.diagnostics)
    for line in lines:
        console.print_result(line)
    return code

"""`list`: prints every note that `build` would pack, and the skipped blocks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile

from msgspec import Struct

from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project
from studydeck.errors import BuildError
from studydeck.pipeline import Built
from studydeck.reports import held as held_report
from studydeck.reports import listing
from studydeck.reports.choice import Choice, chosen_part, without_cards


class ListOptions(Struct, frozen=True):
    """The arguments of `list`.

    With `weak` the notes with the weakest cards come first, and the text says what makes them weak. With `held` only
    the cards are printed that stay because a package had them, beside what today's rules ask; with `skipped` only the
    blocks that are asked by no card. `kind` is that of the notes to print, or empty.
    """

    choice: Choice
    as_json: bool
    weak: bool = False
    held: bool = False
    skipped: bool = False
    kind: str = ""


def run(options: Options, list_options: ListOptions, console: Console) -> int:
    """Print the notes that `build` would pack, and the skipped blocks; return the exit code."""
    try:
        built = chosen_part(build_project(options, console), list_options.choice, list_options.kind)
    except BuildError as build_error:
        if not list_options.as_json:
            raise
        lines, code = listing.failed_json_lines(build_error), 1
    else:
        lines, code = _lines(built, list_options, console), 0
        if not list_options.as_json:
            console.diagnostics(built.diagnostics)
    for line in lines:
        console.print_result(line)
    return code


def _lines(built: Built, list_options: ListOptions, console: Console) -> Iterator[str]:
    as_json, shown_path = list_options.as_json, console.locations.path
    if list_options.held:
        return held_report.json_lines(built) if as_json else held_report.text_lines(built, shown_path)
    if list_options.skipped:
        built = without_cards(built)
    elif list_options.weak:
        built = listing.weakest_first(built)
    if as_json:
        return listing.json_lines(built)
    lines = listing.text_lines(built, with_confidence=list_options.weak, shown_path=shown_path)
    return dropwhile(lambda line: not line, lines)

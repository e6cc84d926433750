"""The commands that look and write nothing: `list`, `check`, `diff`, `identities`."""

from __future__ import annotations

from studydeck import checks
from studydeck.cli.console import Terminal
from studydeck.cli.project import Options, gather, walk
from studydeck.cli.resolve_version import version
from studydeck.diagnostics import Code, error
from studydeck.errors import BuildError, Collected
from studydeck.model.anki import Deck
from studydeck.model.document import Source
from studydeck.reports import diagnostics as diagnostics_report
from studydeck.reports import diff as diff_report
from studydeck.reports import identities as identities_report
from studydeck.reports import listing
from studydeck.reports.comparison import compare


def list_notes(options: Options, terminal: Terminal, *, as_json: bool) -> int:
    """Print what `build` would pack; give the exit code."""
    try:
        built = walk(options, terminal)
    except BuildError as stopped:
        if not as_json:
            raise
        lines = listing.stopped_lines(stopped)
        code = 1
    else:
        lines = listing.json_lines(built) if as_json else listing.text_lines(built)
        code = 0
        if not as_json:
            terminal.problems(built.problems)
    for line in lines:
        terminal.say(line)
    return code


def check(options: Options, terminal: Terminal, *, style: str) -> int:
    """Print what is wrong or doubtful; give 1 where there is an error, or under --strict a warning."""
    allow, sources = tuple[str, ...](), tuple[Source, ...]()
    try:
        material = gather(options, terminal)
        allow, sources = material.inputs.config.allow, material.inputs.sources
        with terminal.status("building"):
            built = material.build()
        found = (*built.problems, *checks.doubts(built.notes, built.unclaimed, allow))
    except BuildError as stopped:
        found = (*stopped.problems, *checks.doubts((), stopped.unclaimed, allow))
    ordered = sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line, one.code))
    placed = diagnostics_report.with_columns(ordered, {one.path: one.text.split("\n") for one in sources})
    if style == "json":
        lines = diagnostics_report.json_lines(placed)
    elif style == "github":
        lines = diagnostics_report.github_lines(placed, f"{options.notes.as_posix().rstrip('/')}/")
    else:
        lines = diagnostics_report.text_lines(placed)
    for line in lines:
        terminal.say(line)
    worst = {one.severity for one in placed}
    return 1 if "error" in worst or (options.strict and "warning" in worst) else 0


def diff(before: str, after: str, options: Options, terminal: Terminal, *, style: str) -> int:
    """Compare two versions and print what differs; give the exit code."""
    problems, decks = Collected(), list[Deck]()
    for named in (before, after):
        with problems.step():
            decks.append(version(named, options, terminal))
    problems.stop()
    old, new = decks
    if old.id != new.id:
        message = f"is another deck than {before}: {new.id}, {old.id}"
        raise BuildError([error(Code.DECK_ID_CHANGED, after, 0, message)])
    comparison = compare(old, new)
    if style == "json":
        terminal.say(diff_report.as_json(comparison))
    elif style == "markdown":
        for line in diff_report.page(comparison):
            terminal.say(line)
    else:
        for line in diff_report.text(comparison):
            terminal.say(line)
    return 0


def identities(options: Options, terminal: Terminal, *, style: str) -> int:
    """Print the report; give 1 for conflicts and doubts."""
    try:
        built = walk(options, terminal)
        found = identities_report.stopping(built)
        for line in identities_report.lines(built):
            terminal.say(line)
    except BuildError as stopped:
        found = tuple(one for one in stopped.problems if one.severity == "error")
    if style == "github":
        for line in diagnostics_report.github_lines(found, f"{options.notes.as_posix().rstrip('/')}/"):
            terminal.say(line)
    else:
        terminal.problems(found)
    return 1 if found else 0

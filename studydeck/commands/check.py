"""`check`: problems and doubts only, for editors and CI; writes nothing."""

from __future__ import annotations

from studydeck import lint
from studydeck.commands.street import Options, gather
from studydeck.commands.terminal import Terminal
from studydeck.errors import BuildError
from studydeck.shapes import Source
from studydeck.views import problems as views


def run(options: Options, terminal: Terminal, *, style: str) -> int:
    """Print what is wrong or doubtful; give 1 where there is an error, or under --strict a warning."""
    allow, sources = tuple[str, ...](), tuple[Source, ...]()
    try:
        material = gather(options, terminal)
        allow, sources = material.inputs.config.allow, material.inputs.sources
        with terminal.status("building"):
            built = material.build()
        found = (*built.problems, *lint.doubts(built.notes, built.unclaimed, allow))
    except BuildError as stopped:
        found = (*stopped.problems, *lint.doubts((), stopped.unclaimed, allow))
    ordered = sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line, one.code))
    placed = views.with_columns(ordered, {one.path: one.text.split("\n") for one in sources})
    if style == "json":
        lines = views.json_lines(placed)
    elif style == "github":
        lines = views.github_lines(placed, f"{options.notes.as_posix().rstrip('/')}/")
    else:
        lines = views.text_lines(placed)
    for line in lines:
        terminal.say(line)
    worst = {one.severity for one in placed}
    return 1 if "error" in worst or (options.strict and "warning" in worst) else 0

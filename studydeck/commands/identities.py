"""`identities`: who was recognised by what; fails only where somebody should look before the notes are merged."""

from __future__ import annotations

from studydeck.commands.street import Options, walk
from studydeck.commands.terminal import Terminal
from studydeck.errors import BuildError
from studydeck.views import identities, problems


def run(options: Options, terminal: Terminal, *, style: str) -> int:
    """Print the report; give 1 for conflicts and doubts."""
    try:
        built = walk(options, terminal)
        found = identities.stopping(built)
        for line in identities.lines(built):
            terminal.say(line)
    except BuildError as stopped:
        found = tuple(one for one in stopped.problems if one.severity == "error")
    if style == "github":
        for line in problems.github_lines(found, f"{options.notes.as_posix().rstrip('/')}/"):
            terminal.say(line)
    else:
        terminal.problems(found)
    return 1 if found else 0

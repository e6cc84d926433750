"""`list`: every note and every block that became nothing; writes nothing."""

from __future__ import annotations

from studydeck.commands.street import Options, walk
from studydeck.commands.terminal import Terminal
from studydeck.views import listing


def run(options: Options, terminal: Terminal, *, as_json: bool) -> int:
    """Print what `build` would pack; give the exit code."""
    built = walk(options, terminal)
    if as_json:
        for line in listing.json_lines(built):
            terminal.say(line)
    else:
        terminal.problems(built.problems)
        for line in listing.text_lines(built):
            terminal.say(line)
    return 1 if any(one.severity == "error" for one in built.problems) else 0

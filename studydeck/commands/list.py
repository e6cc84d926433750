"""`list`: every note and every block that became nothing; writes nothing."""

from __future__ import annotations

from studydeck.commands.street import Options, walk
from studydeck.commands.terminal import Terminal
from studydeck.errors import BuildError
from studydeck.views import listing


def run(options: Options, terminal: Terminal, *, as_json: bool) -> int:
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

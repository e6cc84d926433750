"""`diff`: what a learner who has one version gets from another."""

from __future__ import annotations

from studydeck.commands.street import Options
from studydeck.commands.terminal import Terminal
from studydeck.commands.versions import version
from studydeck.compare import compare
from studydeck.errors import BuildError, Collected
from studydeck.problems import Code, error
from studydeck.shapes import Deck
from studydeck.views import diff


def run(before: str, after: str, options: Options, terminal: Terminal, *, style: str) -> int:
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
        terminal.say(diff.as_json(comparison))
    elif style == "markdown":
        for line in diff.page(comparison):
            terminal.say(line)
    else:
        for line in diff.text(comparison):
            terminal.say(line)
    return 0

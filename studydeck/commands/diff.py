"""`diff`: what a learner who has one version gets from another."""

from __future__ import annotations

from studydeck.commands.street import Options
from studydeck.commands.terminal import Terminal
from studydeck.commands.versions import version
from studydeck.compare import compare
from studydeck.problems import Code, error
from studydeck.views import diff


def run(before: str, after: str, options: Options, terminal: Terminal, *, style: str) -> int:
    """Compare two versions and print what differs; give the exit code."""
    found = [version(named, options, terminal) for named in (before, after)]
    if problems := [one for each in found if isinstance(each, tuple) for one in each]:
        terminal.problems(problems)
        return 1
    old, new = (each for each in found if not isinstance(each, tuple))
    if old.id != new.id:
        terminal.problems([error(Code.DECK_ID_CHANGED, after, 0, f"is another deck than {before}: {new.id}, {old.id}")])
        return 1
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

"""The front door: whoever turns round in it leaves without a word, for nothing was begun."""

from __future__ import annotations

import signal


def enter(program: str | None = None) -> None:
    """Run the command line; Ctrl-C while it loads ends the process at once, as of any program."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from studydeck.cli import run

    run(program)

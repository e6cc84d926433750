"""How commands speak: progress on a terminal, plain lines into a pipe, problems to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper

from studydeck.problems import Problem

Tick = Callable[[int, int], None]
_STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}


class Terminal:
    """The two streams of a run; into a file or pipe they are UTF-8, whatever the machine's locale."""

    def __init__(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")

    def say(self, line: str = "") -> None:
        """Print a line of the result."""
        print(line)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Print all problems together, each as `file:line: code: message`."""
        if not problems:
            return
        if not sys.stderr.isatty():
            for one in problems:
                print(one, file=sys.stderr)
            return
        from rich.console import Console  # imported here: a build into a pipe starts without it
        from rich.text import Text

        console = Console(stderr=True)
        for one in problems:
            line = Text(str(one))
            line.highlight_words([str(one.code)], style=_STYLES[one.severity])
            console.print(line, soft_wrap=True)

    @contextmanager
    def progress(self, what: str) -> Iterator[Tick]:
        """Show how far a long step is; nothing where nobody looks."""
        if not sys.stderr.isatty():
            yield lambda _done, _total: None
            return
        from rich.progress import Progress

        with Progress(transient=True) as bar:
            task = bar.add_task(what)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @contextmanager
    def status(self, what: str) -> Iterator[None]:
        """Show that something goes on."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console

        with Console(stderr=True).status(what):
            yield

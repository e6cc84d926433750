"""How commands speak: progress on a terminal, plain lines into a pipe, problems to standard error.

`say` is for what was asked for, `tell` for what was done; --quiet leaves out the second, and --verbose adds `detail`.
Colours and bars are rich's, which honours NO_COLOR, FORCE_COLOR and TERM=dumb.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from types import MappingProxyType

from studydeck.diagnostics import Diagnostic

ProgressCallback = Callable[[int, int], None]
_STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}
# What part of a build each step takes, as measured: how long the last ones take is told from the first.
_SHARES: Mapping[str, int] = MappingProxyType({"reading": 1, "drafting": 60, "building": 28, "packing": 11})


class Console:
    """The two streams of a run; into a file or pipe they are UTF-8, whatever the machine's locale.

    Parameters
    ----------
    quiet, verbose : what --quiet and --verbose say.
    coloured : colours are wanted even where nobody looks.
    stopwatch : seconds since some moment.
    """

    def __init__(
        self,
        quiet: bool = False,
        verbose: bool = False,
        coloured: bool = False,
        stopwatch: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._quiet, self._verbose, self._coloured, self._stopwatch = quiet, verbose, coloured, stopwatch
        self._took: dict[str, float] = {}
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")

    def print_result(self, line: str = "") -> None:
        """Print a line of what was asked for."""
        print(line)

    def print_status(self, line: str) -> None:
        """Print a line about what was done, at once: somebody may be waiting for it."""
        if not self._quiet:
            print(line, flush=True)

    def print_detail(self, line: str) -> None:
        """Print what only --verbose wants to know; beside the results, which a program may be reading."""
        if self._verbose:
            print(line, file=sys.stderr, flush=True)

    def print_warning(self, line: str) -> None:
        """Print what went wrong but stops nothing, and is of this machine rather than of the notes."""
        if sys.stderr.isatty() or self._coloured:
            from rich.console import Console as RichConsole

            RichConsole(stderr=True).print(
                line, style=_STYLES["warning"], soft_wrap=True, markup=False, highlight=False
            )
        else:
            print(line, file=sys.stderr, flush=True)

    def diagnostics(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Print all problems together, each as `file:line: code: message`."""
        wanted = [one for one in diagnostics if not self._quiet or one.severity != "info"]
        if not wanted:
            return
        if not (sys.stderr.isatty() or self._coloured):
            for one in wanted:
                print(one, file=sys.stderr)
            return
        from rich.console import Console as RichConsole  # imported here: a build into a pipe starts without it
        from rich.text import Text

        rich_console = RichConsole(stderr=True)
        for one in wanted:
            line = Text(str(one))
            line.highlight_words([str(one.code)], style=_STYLES[one.severity])
            rich_console.print(line, soft_wrap=True)

    @contextmanager
    def progress(self, what: str) -> Iterator[ProgressCallback]:
        """Show how far a long step is, and the time left; nothing where nobody looks."""
        began = self._stopwatch()
        if self._quiet or not sys.stderr.isatty():
            yield lambda _done, _total: None
        else:
            from studydeck.cli.progress import progress_bar

            with progress_bar(what, self._expected(what)) as on_progress:
                yield on_progress
        self._took[what] = self._stopwatch() - began
        self.print_detail(f"{what}: {self._took[what]:.2f} s")

    @contextmanager
    def status(self, what: str) -> Iterator[None]:
        """Show that something goes on that cannot be counted, and about how long it will."""
        with self.progress(what):
            yield

    def _expected(self, what: str) -> float:
        """Tell how many seconds a step will take from those before it, or 0 where that is not known."""
        known = {step: took for step, took in self._took.items() if step in _SHARES and step != what}
        share = sum(_SHARES[step] for step in known)
        return sum(known.values()) / share * _SHARES.get(what, 0) if share else 0.0

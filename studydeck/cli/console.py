"""The output of commands: results and status lines to standard output, diagnostics and progress to standard error.

--quiet leaves out status lines and progress, --verbose adds what the modules log. Progress and colours appear on a
terminal only, and follow NO_COLOR, FORCE_COLOR and TERM=dumb as rich does; output to a pipe is plain lines.

All text reaches the streams through this module and `options`, which make it printable: no character of a file name, a
setting, a package or another program is acted on by the terminal, and no `[red]` in it is read as markup.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from types import MappingProxyType

from studydeck.cli.locations import Locations
from studydeck.diagnostics import Diagnostic, Severity
from studydeck.reports.diagnostics import summarised
from studydeck.reports.printable import printable, printable_line, without_commands

ProgressCallback = Callable[[int, int], None]  # called with how much of how much is done
_PACKAGE = "studydeck"  # the logger above those of all modules
_STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}
# Measured: the percentage of a build that each step takes. The time of later steps is estimated from earlier ones.
_STEP_SHARES: Mapping[str, int] = MappingProxyType({"reading": 1, "drafting": 60, "building": 28, "packing": 11})
_CURRENT_FOLDER = Locations()
_logger = logging.getLogger(__name__)


class _DetailHandler(logging.Handler):
    """Prints the log for --verbose, to standard error because a program may read the results."""

    def __init__(self, print_line: Callable[[str], None]) -> None:
        super().__init__()
        self._print_line = print_line

    def emit(self, record: logging.LogRecord) -> None:
        """Print the message of a record."""
        self._print_line(printable(self.format(record)))


def _show_log(print_line: Callable[[str], None], *, verbose: bool) -> None:
    """Print what this package logs at level INFO, or stop printing it."""
    logger = logging.getLogger(_PACKAGE)
    for handler in [handler for handler in logger.handlers if isinstance(handler, _DetailHandler)]:
        logger.removeHandler(handler)
    logger.setLevel(logging.INFO if verbose else logging.NOTSET)
    if verbose:
        logger.addHandler(_DetailHandler(print_line))


class Console:
    """The output streams of a command; to a file or pipe they are UTF-8 on every locale.

    Parameters
    ----------
    quiet, verbose : whether --quiet or --verbose is given.
    coloured : whether to colour diagnostics that do not go to a terminal.
    stopwatch : returns seconds since a fixed moment.
    in_workflow : whether a workflow of GitHub reads the output, in which some lines are commands.
    locations : the folders of the notes and the card templates, which paths in the output begin with.
    """

    def __init__(
        self,
        quiet: bool = False,
        verbose: bool = False,
        coloured: bool = False,
        stopwatch: Callable[[], float] = lambda: 0.0,
        in_workflow: bool = False,
        locations: Locations = _CURRENT_FOLDER,
    ) -> None:
        self._in_workflow, self.locations = in_workflow, locations
        self._quiet, self._coloured, self._stopwatch = quiet, coloured, stopwatch
        self._durations: dict[str, float] = {}
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
        _show_log(self._print_error, verbose=verbose)

    def print_result(self, line: str = "") -> None:
        """Print a line of the result that the command was called for; --quiet keeps it."""
        print(self._without_commands(printable(line)))

    def print_annotation(self, line: str) -> None:
        """Print a line that GitHub reads as a command."""
        print(printable_line(line))

    def print_status(self, line: str) -> None:
        """Print a line about what was done and what to do next, and flush it, unless --quiet is given."""
        if not self._quiet:
            print(self._without_commands(printable_line(self.locations.command(line))), flush=True)

    def print_warning(self, line: str) -> None:
        """Print a failure that stops nothing and concerns this machine, not the notes."""
        self._print_errors([(line, line, "warning")])

    def diagnostics(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Print diagnostics, as `file:line:column: severity: message [code]`; --quiet leaves out infos."""
        visible = [diagnostic for diagnostic in diagnostics if not self._quiet or diagnostic.severity != "info"]
        located = self.locations.located(summarised(visible))
        self._print_errors(
            [(str(diagnostic), f"{diagnostic.severity}:", diagnostic.severity) for diagnostic in located]
        )

    def _print_errors(self, lines: Sequence[tuple[str, str, Severity]]) -> None:
        """Print lines to standard error; on a terminal a part of each has the colour of its severity."""
        if not lines:
            return
        if not (sys.stderr.isatty() or self._coloured):
            for line, _, _ in lines:
                self._print_error(printable_line(line))
            return
        from rich.console import Console as RichConsole  # imported late: plain output starts faster without it
        from rich.text import Text

        rich_console = RichConsole(stderr=True)
        for line, coloured_part, severity in lines:
            shown, part = self._without_commands(printable_line(line)), printable_line(coloured_part)
            text = Text(shown)  # not a plain string, in which rich reads markup and emoji codes
            if (start := shown.find(part)) >= 0:
                text.stylize(_STYLES[severity], start, start + len(part))
            rich_console.print(text, soft_wrap=True)

    def _print_error(self, line: str) -> None:
        print(self._without_commands(line), file=sys.stderr, flush=True)

    def _without_commands(self, text: str) -> str:
        return without_commands(text) if self._in_workflow else text

    @contextmanager
    def progress(self, step: str) -> Iterator[ProgressCallback]:
        """Show a progress bar and the time left for a step; on a terminal only."""
        started = self._stopwatch()
        if self._quiet or not sys.stderr.isatty():
            yield lambda _done, _total: None
        else:
            from studydeck.cli.progress import progress_bar

            with progress_bar(printable_line(step), self._expected_seconds(step)) as on_progress:
                yield on_progress
        self._durations[step] = self._stopwatch() - started
        _logger.info("%s: %.2f s", step, self._durations[step])

    @contextmanager
    def status(self, step: str) -> Iterator[None]:
        """Show that a step without countable progress is running, and the time left."""
        with self.progress(step):
            yield

    def _expected_seconds(self, step: str) -> float:
        """Estimate how many seconds a step will take from the steps before it; 0 means unknown."""
        measured = {name: seconds for name, seconds in self._durations.items() if name in _STEP_SHARES and name != step}
        share = sum(_STEP_SHARES[name] for name in measured)
        return sum(measured.values()) / share * _STEP_SHARES.get(step, 0) if share else 0.0

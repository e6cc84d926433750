"""Run the function of a command: its arguments in, its exit code out.

Exit codes: 0 done, 1 errors in the notes, 2 wrong use, 130 stopped by Ctrl-C. What stops a command is printed here.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from studydeck.cli.signals import run_interruptible

if TYPE_CHECKING:
    from studydeck.cli.console import Console
    from studydeck.errors import StudydeckError


def now() -> int:
    """Return the time in seconds since the epoch, or SOURCE_DATE_EPOCH if it is set."""
    fixed_time = os.environ.get("SOURCE_DATE_EPOCH", "")
    if fixed_time and not fixed_time.isdigit():
        raise click.UsageError(f'SOURCE_DATE_EPOCH is "{fixed_time}"; it must be whole seconds since 1970')
    return int(fixed_time) if fixed_time else int(time.time())


def run_command(
    function: Callable[..., int], arguments: dict[str, Any], *, writes: bool, quiet: bool, verbose: bool
) -> int:
    """Call the function of a command with a console, and return the exit code."""
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose cannot both be given")

    def call_function() -> int:
        from studydeck.cli.console import Console
        from studydeck.cli.locations import Locations
        from studydeck.errors import StudydeckError
        from studydeck.storage import TEMPLATES

        in_workflow = os.environ.get("GITHUB_ACTIONS") == "true"
        locations = Locations(arguments["notes"], arguments["templates"] or TEMPLATES)
        console = Console(quiet, verbose, bool(os.environ.get("FORCE_COLOR")), time.monotonic, in_workflow, locations)
        try:
            code = function(console, **arguments)
        except StudydeckError as exception:
            code = _report_failure(exception, console, strict=arguments.get("strict", False) if writes else None)
        sys.stdout.flush()  # raises here, where click handles it, if the output is a closed pipe
        return code

    return run_interruptible(call_function)


def _report_failure(exception: StudydeckError, console: Console, *, strict: bool | None) -> int:
    """Print why a command failed and return 1; `strict` is None for commands that write nothing."""
    from studydeck.diagnostics import counted
    from studydeck.errors import BuildError

    diagnostics = exception.diagnostics if isinstance(exception, BuildError) else ()
    console.diagnostics(diagnostics)
    if not diagnostics:
        console.print_warning(str(exception))
    if strict is not None:
        error_count = sum(
            diagnostic.severity == "error" or (strict and diagnostic.severity == "warning")
            for diagnostic in diagnostics
        )
        remark = " (--strict: warnings count)" if strict else ""
        console.print_status(f"nothing was written: {counted(error_count, 'error')}{remark}")
    return 1

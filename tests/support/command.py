"""Run the command line in the process of the tests, which saves the half second that a process takes to start."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from studydeck.cli.main import main


def run_command(*arguments: str | bytes | Path, env: Mapping[str, str] | None = None) -> Result:
    """Run a command, which may only raise its exit code; arguments are decoded as the interpreter does."""
    result = CliRunner().invoke(main, [os.fsdecode(argument) for argument in arguments], env=env, prog_name="studydeck")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop what does not end, such as reading a pipe that nobody writes to; not on Windows."""

    def stop(_number: int, _frame: object) -> None:
        raise AssertionError(f"took longer than {seconds} s")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)

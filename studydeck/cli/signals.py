"""How a command ends before its time: Ctrl-C, or another program's wish, leaves nothing half done and says so."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

STOPPED, TERMINATED = 130, 143  # exit codes, as shells give them


class _Terminated(KeyboardInterrupt):
    """Another program asked this one to end, as Ctrl-C does."""


def run_interruptible(work: Callable[[], int]) -> int:
    """Do the work and give its exit code; whoever stops it learns what that means for the files."""
    try:
        with _handle_sigterm():
            return work()
    except KeyboardInterrupt as stopped:
        with suppress(OSError):
            print("\n" * sys.stderr.isatty() + "stopped; nothing is half written", file=sys.stderr)
        return TERMINATED if isinstance(stopped, _Terminated) else STOPPED


@contextmanager
def _handle_sigterm() -> Iterator[None]:
    """Hear Ctrl-C, and a program that asks this one to end as if it were that: files are put away, locks given back."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: object) -> NoReturn:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    silent = signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    if silent:  # from here on there is something to put away
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if silent:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def prepare_process() -> None:
    """Make this process one that runs a command: Ctrl-C while it loads ends it at once, as of any program.

    Nobody looks for garbage in circles: a command makes none that counts, and looking takes 5 % of a small build and a
    sixth of a large one.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()


def freeze_garbage() -> None:
    """Look for garbage once, and never again among what is there now: of a command that goes on.

    To look through what `watch` remembers of 10,000 cards takes longer than a build after an edit.
    """
    gc.collect()
    gc.freeze()


def exit_process(code: int) -> NoReturn:
    """End the process at once: to tidy before takes 2 % of a small build (4 of 215 ms)."""
    with suppress(OSError):  # whoever reads no further was met by click
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)

"""How the process starts and ends: whatever stops it leaves no file half written, and garbage collection is off."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

STOPPED, TERMINATED = 130, 143  # exit codes, as shells use them
# Besides Ctrl-C: `kill`, a closed terminal, and Ctrl-Break on Windows. No system knows all three.
_STOP_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))


def run_interruptible(work: Callable[[], int]) -> int:
    """Call a function and return its exit code; print a line if Ctrl-C or a signal stops it."""
    received: list[int] = []
    try:
        with _handle_signals(received):
            return work()
    except KeyboardInterrupt:
        with suppress(OSError):
            print("\n" * sys.stderr.isatty() + "stopped; no file is half written", file=sys.stderr)
        return TERMINATED if received else STOPPED


@contextmanager
def _handle_signals(received: list[int]) -> Iterator[None]:
    """Raise KeyboardInterrupt on Ctrl-C and stop signals, so that partial files are removed and locks released.

    The number of a stop signal is added to `received`: a library that discards the exception and raises another leaves
    no other trace.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(number: int, _frame: object) -> NoReturn:
        received.append(number)
        raise KeyboardInterrupt

    # A signal that the parent process has ignored stays ignored: `nohup` protects from a closed terminal.
    previous = {
        stop: signal.signal(stop, handler) for stop in _STOP_SIGNALS if signal.getsignal(stop) != signal.SIG_IGN
    }
    uses_default = signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    if uses_default:  # set by prepare_process; from here on there may be files to clean up
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        for stop, previous_handler in previous.items():
            signal.signal(stop, previous_handler)
        if uses_default:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def prepare_process() -> None:
    """Let Ctrl-C end the process at once while modules load, and turn off garbage collection.

    A command creates few reference cycles, and looking for them takes 5 % of a small build and a sixth of a large one.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()


def freeze_garbage() -> None:
    """Collect garbage once, and exclude the objects that exist now from later collections; for long-running commands.

    Scanning the cache of `watch` for 10,000 cards takes longer than a build after an edit.
    """
    gc.collect()
    gc.freeze()


def exit_process(code: int) -> NoReturn:
    """End the process without a clean-up by the interpreter, which takes 2 % of a small build (4 of 215 ms)."""
    with suppress(OSError):  # a closed pipe was already handled by click
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)

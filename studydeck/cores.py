"""Work for several processes: what a pure function gives for columns of arguments, or one piece beside this process.

A child begins as a copy of this process, so the arguments are there already and only what it gives must travel; this
process does its own part meanwhile. Where processes cannot be copied it does everything.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Generic, NoReturn, TypeVar, cast

T = TypeVar("T")
_MOST = 8  # what one process must do alone is by then most of the time
_OURS = 1.2  # shares: a child must also hand over what it found, which takes it about a fifth of its time
Columns = Sequence[Sequence[object]]


def shared(function: Callable[..., T], columns: Columns, tick: Callable[[int, int], None] | None = None) -> list[T]:
    """Give what a pure function gives for the arguments that stand side by side in columns of one length.

    `tick` hears how many of how many are done, about.
    """
    many, processes = len(columns[0]), _at_hand()
    ours = _OURS / (_OURS + processes - 1)
    first = round(many * ours)
    bounds = [0, *(first + (many - first) * part // max(processes - 1, 1) for part in range(processes))]
    own, *others = ([column[start:end] for column in columns] for start, end in pairwise(bounds))
    children = [Child(_worked, function, part) for part in others]
    found: list[T] = []
    try:
        for arguments in zip(*own, strict=True):
            found.append(function(*arguments))
            if tick:
                tick(min(round(len(found) / ours), many), many)
        for child in children:
            found += child.given()
    finally:
        for child in children:
            child.end()
    return found


def beside(function: Callable[..., T], *arguments: object) -> Callable[[], T]:
    """Begin a pure function in a process beside this one; what is given waits for its end and gives what it gave."""
    if _at_hand() == 1:
        return lambda: function(*arguments)
    child = Child(function, *arguments)

    def given() -> T:
        try:
            return child.given()
        finally:
            child.end()

    return given


def _worked(function: Callable[..., T], columns: Columns) -> list[T]:
    return list(map(function, *columns))


def _at_hand() -> int:
    """Give how many processes can work at once."""
    # Elsewhere a copy of a process may not do much, or there is none.
    return min(len(os.sched_getaffinity(0)), _MOST) if sys.platform == "linux" else 1


class Child(Generic[T]):
    """A process that works out one thing and hands it over."""

    def __init__(self, function: Callable[..., T], *arguments: object) -> None:
        self._function, self._arguments, self._number = function, arguments, -1
        hears, says = os.pipe()
        self._hears = os.fdopen(hears, "rb")
        with suppress(OSError):  # no more processes are allowed, or there is no memory for one
            self._number = os.fork()
        if not self._number:
            self._hand_over(says)
        os.close(says)

    def _hand_over(self, says: int) -> NoReturn:
        try:
            with os.fdopen(says, "wb") as file:
                pickle.dump(self._function(*self._arguments), file, pickle.HIGHEST_PROTOCOL)
        except BaseException:  # noqa: S110  # whatever it is, the parent does the work again and meets it there
            pass
        finally:
            os._exit(0)  # what the parent has open is the parent's to close

    def given(self) -> T:
        """Give what the child gave; what it could not give, or not whole, is worked out here."""
        try:
            return cast("T", pickle.load(self._hears))  # noqa: S301  # our own child wrote it
        except (EOFError, OSError, pickle.UnpicklingError):
            return self._function(*self._arguments)

    def end(self) -> None:
        """Let go of the child, whether it is done or not."""
        self._hears.close()
        if self._number > 0:
            os.kill(self._number, signal.SIGKILL)
            os.waitpid(self._number, 0)
            self._number = -1

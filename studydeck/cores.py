"""Work that several processes share: what a pure function gives for columns of arguments, in their order.

A child begins as a copy of this process, so the arguments are there already and only what it gives must travel; this
process does its own part meanwhile. Where processes cannot be copied it does everything.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import Any, TypeVar

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
    children = [_Child(function, part) for part in others]
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


def _at_hand() -> int:
    """Give how many processes can work at once."""
    # Elsewhere a copy of a process may not do much, or there is none.
    return min(len(os.sched_getaffinity(0)), _MOST) if sys.platform == "linux" else 1


class _Child:
    """A process that works through its part."""

    def __init__(self, function: Callable[..., object], part: Columns) -> None:
        self.function, self.part = function, part
        context = multiprocessing.get_context("fork")
        self.hears, says = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(says, function, part), daemon=True)
        with suppress(OSError):  # no more processes are allowed, or there is no memory for one
            self.process.start()
        says.close()

    def given(self) -> list[Any]:
        """Give what the child gave; what it could not give, or not whole, is worked out here."""
        try:
            found: list[Any] = pickle.loads(self.hears.recv_bytes())  # noqa: S301  # our own child wrote it
        except (EOFError, OSError):
            return list(map(self.function, *self.part))
        return found

    def end(self) -> None:
        """Let go of the child, whether it is done or not."""
        self.hears.close()
        if self.process.pid:
            self.process.kill()
            self.process.join()


def _work(says: Connection, function: Callable[..., object], part: Columns) -> None:
    try:
        says.send_bytes(pickle.dumps(list(map(function, *part)), pickle.HIGHEST_PROTOCOL))
    except BaseException:  # noqa: S110  # whatever it is, the parent does the work again and meets it there
        pass
    finally:
        os._exit(0)  # what the parent has open is the parent's to close

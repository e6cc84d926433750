"""Several processes at one piece of work: each holds its part of a talk, or one works beside this one.

A talk is a generator. What it yields first is for the process that began it, which gathers what all parts say, and
sends them one answer; what it returns is the outcome. A child begins as a copy of this process, so its part is there
already and only what is said must travel. Where processes cannot be copied this one does everything.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import IO, Any, Generic, NoReturn, TypeVar

S = TypeVar("S")
A = TypeVar("A")
T = TypeVar("T")
Talk = Callable[[], Generator[S, A, T]]
_MOST = 8  # what one process must do alone is by then most of the time
_OURS = 1.05  # shares: a child must also hand over what it found
_BROKEN = (EOFError, OSError, pickle.UnpicklingError)


def at_hand() -> int:
    """Give how many processes can work at once."""
    # Elsewhere a copy of a process may not do much, or there is none.
    return min(len(os.sched_getaffinity(0)), _MOST) if sys.platform == "linux" else 1


def portions(weights: Sequence[int], processes: int) -> list[slice]:
    """Cut what has these weights into a portion for each process; the first is this one's, and somewhat larger."""
    whole, sums = sum(weights), [0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    goals = [whole * (_OURS + number) / (_OURS + processes - 1) for number in range(processes - 1)]
    bounds = [0, *(next(at for at, below in enumerate(sums) if below >= goal) for goal in goals), len(weights)]
    return [slice(start, end) for start, end in pairwise(bounds)]


def together(talks: Sequence[Talk[S, A, T]], answer: Callable[[list[S]], A]) -> list[T]:
    """Hold talks at once, the first of them in this process; give their outcomes."""
    first, *others = talks
    children: list[Child[S, A, T]] = []
    try:
        for talk in others:
            children.append(Child(talk, children))
        here = first()
        answered = answer([next(here), *(child.said() for child in children)])
        for child in children:
            child.hear(answered)
        return [_outcome(here, answered), *(child.given() for child in children)]
    finally:
        for child in children:
            child.end()


def beside(function: Callable[..., T], *arguments: object) -> Callable[[], T]:
    """Begin a pure function in a process beside this one; what is given waits for its end and gives what it gave."""
    child = Child(partial(_done, function, *arguments), ())

    def given() -> T:
        try:
            child.said()
            child.hear(None)
            return child.given()
        finally:
            child.end()

    return given


def _done(function: Callable[..., T], *arguments: object) -> Generator[None, None, T]:
    given = function(*arguments)
    yield
    return given


def _outcome(talk: Generator[Any, A, T], answer: A) -> T:
    """Send a talk its answer and give its outcome."""
    try:
        talk.send(answer)
    except StopIteration as end:
        outcome: T = end.value
        return outcome
    raise RuntimeError("a talk has one answer")


class Child(Generic[S, A, T]):
    """A process that holds a talk; where it fails, the talk is held here, and meets here whatever it met there.

    `ends` are this process's ends of the pipes between the two.
    """

    def __init__(self, talk: Talk[S, A, T], elders: Iterable[Child[S, A, T]]) -> None:
        self._talk, self._number = talk, -1
        self._here: Generator[S, A, T] | None = None
        (hears, tells), (asked, says) = os.pipe(), os.pipe()
        with suppress(OSError):  # no more processes are allowed, or there is no memory for one
            self._number = os.fork()
        if not self._number:
            for number in (hears, says, *(end.fileno() for elder in elders for end in elder.ends)):
                os.close(number)  # so that each child hears when its parent is gone
            _hold(talk, asked, tells)
        os.close(tells)
        os.close(asked)
        self._hears, self._says = os.fdopen(hears, "rb"), os.fdopen(says, "wb")
        self.ends: tuple[IO[bytes], ...] = (self._hears, self._says)

    def said(self) -> S:
        """Give what the talk says first."""
        try:
            said: S = pickle.load(self._hears)  # noqa: S301  # our own child wrote it
        except _BROKEN:
            return self._again()
        return said

    def hear(self, answer: A) -> None:
        """Answer the talk."""
        self._answer = answer
        with suppress(OSError):  # it ended before its time, as will be seen
            pickle.dump(answer, self._says, pickle.HIGHEST_PROTOCOL)
            self._says.flush()

    def given(self) -> T:
        """Give the talk's outcome."""
        if self._here is None:
            try:
                given: T = pickle.load(self._hears)  # noqa: S301  # our own child wrote it
            except _BROKEN:
                self._again()
            else:
                return given
        assert self._here
        return _outcome(self._here, self._answer)

    def _again(self) -> S:
        """Begin the talk here."""
        self._here = self._talk()
        return next(self._here)

    def end(self) -> None:
        """Let go of the child, whether it is done or not."""
        for end in self.ends:
            with suppress(OSError):  # what it did not hear
                end.close()
        if self._number > 0:
            os.kill(self._number, signal.SIGKILL)
            os.waitpid(self._number, 0)
            self._number = -1


def _hold(talk: Talk[S, A, T], hears: int, says: int) -> NoReturn:
    """Hold a talk in a child, to its end."""
    try:
        with os.fdopen(hears, "rb") as question, os.fdopen(says, "wb") as file:
            here = talk()
            pickle.dump(next(here), file, pickle.HIGHEST_PROTOCOL)
            file.flush()
            answer = pickle.load(question)  # noqa: S301  # our own parent wrote it
            pickle.dump(_outcome(here, answer), file, pickle.HIGHEST_PROTOCOL)
    except BaseException:  # noqa: S110  # whatever it is, the parent does the work again and meets it there
        pass
    finally:
        os._exit(0)  # what the parent has open is the parent's to close

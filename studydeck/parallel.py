"""A runner that shares the files among processes: each reads its part and keeps it, and drafts it when told how.

Only small summaries, the deck's vocabulary and the finished drafts travel. A part whose process cannot be started, or
ends before its time, is done in this process instead.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import accumulate, chain, groupby, pairwise
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from operator import attrgetter
from typing import Any

from studydeck.model.document import Source
from studydeck.model.notes import DeckVocabulary, ExtractedFile, FileSummary
from studydeck.pipeline import Names, Progress, Runner

_MOST = 8  # what one process must do alone is by then most of the time
_OURS = 1.05  # shares: a worker must also send what it found


class ParallelRunner(Runner):
    """Runs the first part of the files here and the others in processes of their own; close it after use."""

    def __init__(self, processes: int, progress: Progress = lambda _done, _total: None) -> None:
        super().__init__(progress)
        self._processes, self._parts = processes, list[_Part]()

    def parse(self, sources: Sequence[Source]) -> list[FileSummary]:
        own, *others = partition(sources, self._processes)
        self._parts = [_Part(part) for part in others]
        outcomes = [part.begin() for part in self._parts]
        return [*super().parse(own), *chain.from_iterable([outcome() for outcome in outcomes])]

    def extract(self, vocabulary: DeckVocabulary, names: Names) -> list[ExtractedFile]:
        outcomes = [part.begin(vocabulary, names) for part in self._parts]
        return [*super().extract(vocabulary, names), *chain.from_iterable([outcome() for outcome in outcomes])]

    def close(self) -> None:
        """End the processes, whether they are done or not."""
        while self._parts:
            self._parts.pop().close()


def worker_count() -> int:
    """Give how many processes can work at once: elsewhere than on Linux a copy of a process may not do much."""
    return min(len(os.sched_getaffinity(0)), _MOST) if sys.platform == "linux" else 1


def partition(sources: Sequence[Source], parts: int) -> list[list[Source]]:
    """Cut sources into parts of about the same size; the first is somewhat larger, and equal paths stay together."""
    files = [list(same) for _, same in groupby(sources, key=attrgetter("path"))]
    sums = [0, *accumulate(sum(len(one.text) for one in file) for file in files)]
    goals = [sums[-1] * (_OURS + number) / (_OURS + parts - 1) for number in range(parts - 1)]
    bounds = [0, *(next(at for at, below in enumerate(sums) if below >= goal) for goal in goals), len(files)]
    return [list(chain.from_iterable(files[start:end])) for start, end in pairwise(bounds)]


class _Part:
    """A part of the sources, and the process that holds it; where that fails, this process does its work."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources, self._processes = sources, set[BaseProcess]()
        # What the fork inherits need not travel.
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("fork"), _begin, (sources,))

    def begin(self, *arguments: object) -> Callable[[], list[Any]]:
        """Begin to extract, where a vocabulary is given, else to parse; what is returned waits for the outcome."""
        others = set(multiprocessing.active_children())
        try:
            with warnings.catch_warnings(action="ignore"):  # that the thread of another pool is left behind: it waits
                future = self._pool.submit(_inline, *arguments)
        except (OSError, RuntimeError):  # no more processes are allowed, or this one has ended
            return partial(self._here, *arguments)
        self._processes |= set(multiprocessing.active_children()) - others

        def outcome() -> list[Any]:
            try:
                return future.result()
            except Exception:  # whatever went wrong there is met here
                return self._here(*arguments)

        return outcome

    def _here(self, *arguments: Any) -> list[Any]:
        runner = Runner()
        summaries = runner.parse(self._sources)
        return runner.extract(*arguments) if arguments else summaries

    def close(self) -> None:
        """End the process at once: tidying its memory would take longer than it worked."""
        for process in self._processes:
            process.kill()
        self._pool.shutdown()


_held: tuple[Runner, Sequence[Source]]  # in a worker: its runner, which keeps what was parsed, and its part


def _begin(sources: Sequence[Source]) -> None:
    """Make a fresh fork a worker: it hears no Ctrl-C, which is its parent's to act on, and ends with its parent."""
    global _held  # noqa: PLW0603  # a task finds by it what the fork inherited
    _held = Runner(), sources
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()


def _inline(*arguments: Any) -> list[Any]:
    runner, sources = _held
    return runner.extract(*arguments) if arguments else runner.parse(sources)

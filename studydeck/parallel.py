"""A runner that shares the files among worker processes.

Each worker parses its part, keeps the documents, and extracts their notes once it gets the deck's vocabulary. Only
summaries, vocabulary and drafts pass between processes. This process does the part of a worker that fails.
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
from studydeck.runner import PictureNames, Progress, Runner

_MAX_WORKERS = 8  # with more, the stages of the whole deck, which one process runs, take most of the time
_OWN_SHARE = 1.05  # the part of this process, relative to that of a worker, which must also send its results


class ParallelRunner(Runner):
    """Runs the first part of the files in this process and the others in worker processes; close it after use."""

    def __init__(
        self, processes: int, progress: Progress = lambda _done, _total: None, *, has_packed: bool = True
    ) -> None:
        super().__init__(progress, has_packed=has_packed)
        self._processes, self._workers = processes, list[_Worker]()

    def parse(self, sources: Sequence[Source]) -> list[FileSummary]:
        own, *others = partition(sources, self._processes)
        self._workers = [_Worker(part, has_packed=self._has_packed) for part in others]
        results = [worker.submit() for worker in self._workers]
        return [*super().parse(own), *chain.from_iterable([result() for result in results])]

    def extract(self, vocabulary: DeckVocabulary, names: PictureNames) -> list[ExtractedFile]:
        results = [worker.submit(vocabulary, names) for worker in self._workers]
        return [*super().extract(vocabulary, names), *chain.from_iterable([result() for result in results])]

    def close(self) -> None:
        """End the worker processes, whether they are done or not."""
        while self._workers:
            self._workers.pop().close()


def worker_count() -> int:
    """Return how many processes to use: one per usable core on Linux, and one elsewhere, where forks are unsafe."""
    return min(len(os.sched_getaffinity(0)), _MAX_WORKERS) if sys.platform == "linux" else 1


def partition(sources: Sequence[Source], parts: int) -> list[list[Source]]:
    """Split sources into parts of similar size; the first is slightly larger, and equal paths stay together."""
    files = [list(group) for _, group in groupby(sources, key=attrgetter("path"))]
    sizes = [0, *accumulate(sum(len(source.text) for source in file) for file in files)]
    targets = [sizes[-1] * (_OWN_SHARE + number) / (_OWN_SHARE + parts - 1) for number in range(parts - 1)]
    bounds = [0, *(next(index for index, size in enumerate(sizes) if size >= target) for target in targets), len(files)]
    return [list(chain.from_iterable(files[start:end])) for start, end in pairwise(bounds)]


class _Worker:
    """A part of the sources, and the process that works on it; if that fails, this process does its work."""

    def __init__(self, sources: Sequence[Source], *, has_packed: bool) -> None:
        self._sources, self._has_packed, self._processes = sources, has_packed, set[BaseProcess]()
        # The fork inherits the sources, so they need not be sent.
        context, arguments = multiprocessing.get_context("fork"), (sources, has_packed)
        self._pool = ProcessPoolExecutor(1, context, _start_worker, arguments)

    def submit(self, *arguments: object) -> Callable[[], list[Any]]:
        """Start to extract if a vocabulary is given, else to parse; the function returned waits for the result."""
        others = set(multiprocessing.active_children())
        try:
            with warnings.catch_warnings(action="ignore"):  # the fork lacks the idle threads of other pools; harmless
                future = self._pool.submit(_run_stage, *arguments)
        except (OSError, RuntimeError):  # the system allows no more processes, or the worker has died
            return partial(self._run_here, *arguments)
        self._processes |= set(multiprocessing.active_children()) - others

        def result() -> list[Any]:
            try:
                return future.result()
            except Exception:  # repeated here, where an error of the stage itself reaches the caller
                return self._run_here(*arguments)

        return result

    def _run_here(self, *arguments: Any) -> list[Any]:
        runner = Runner(has_packed=self._has_packed)
        summaries = runner.parse(self._sources)
        return runner.extract(*arguments) if arguments else summaries

    def close(self) -> None:
        """Kill the process: a clean exit would free its memory, which takes longer than its work."""
        for process in self._processes:
            process.kill()
        self._pool.shutdown()


_worker_state: tuple[Runner, Sequence[Source]]  # in a worker: its runner, which keeps the documents, and its sources


def _start_worker(sources: Sequence[Source], has_packed: bool) -> None:
    """Set up a new worker: it ignores Ctrl-C, which its parent handles, and ends when its parent does."""
    global _worker_state  # noqa: PLW0603  # how a task reaches what the fork inherited
    _worker_state = Runner(has_packed=has_packed), sources
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()


def _run_stage(*arguments: Any) -> list[Any]:
    runner, sources = _worker_state
    return runner.extract(*arguments) if arguments else runner.parse(sources)

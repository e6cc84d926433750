"""Parallel builds give the result of a single process, even if workers die or cannot be started."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studydeck import parallel
from studydeck.build_inputs import Inputs
from studydeck.config import Config
from studydeck.model.document import Source
from studydeck.parallel import ParallelRunner, partition
from studydeck.pipeline import build, extract_deck, pack
from studydeck.runner import Runner
from tests.support.pipeline import templates

PARENT = os.getpid()
TEXT = "# {n} Pumps\n\n" + "## The {n} tank\n\n- **Gate {n}**: opens at {n} bar\n- The pump stores 12 litres.\n\n" * 8
SOURCES = tuple(Source(f"{number:02}.md", TEXT.replace("{n}", f"kelor{number}")) for number in range(24))
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="worker processes are forked only on Linux")


@pytest.fixture
def runner() -> Iterator[ParallelRunner]:
    """Yield a runner with three workers, whatever the number of cores."""
    parallel_runner = ParallelRunner(3)
    yield parallel_runner
    parallel_runner.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # no child process is left, not even a zombie


@pytest.fixture(scope="module")
def expected() -> tuple[bytes, str]:
    """Return what one process builds."""
    return package(Runner())


def package(runner: Runner) -> tuple[bytes, str]:
    """Return the package and the ledger that the sources build to."""
    inputs = Inputs(SOURCES, Config(id="parallel", name="P", version="1.0.0"), None, templates(), 1_790_000_000)
    built = build(inputs, extract_deck(SOURCES, runner=runner), runner)
    return pack(built.deck), built.ledger_text


def test_a_parallel_build_is_the_same(runner: ParallelRunner, expected: tuple[bytes, str]) -> None:
    """Three processes give the same bytes as one."""
    assert package(runner) == expected


@pytest.mark.parametrize("stage", ["parse", "extract"])
def test_the_work_of_a_killed_worker_is_done_by_the_parent(
    runner: ParallelRunner, expected: tuple[bytes, str], stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies while it parses or extracts does not change the result."""
    original = getattr(Runner, stage)

    def kill_workers(self: Runner, *arguments: object) -> object:
        if os.getpid() != PARENT:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(self, *arguments)

    monkeypatch.setattr(Runner, stage, kill_workers)
    assert package(runner) == expected


def test_without_workers_the_work_is_done_by_the_parent(
    runner: ParallelRunner, expected: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build succeeds if no process can be started."""

    def fail_to_fork() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fail_to_fork)
    assert package(runner) == expected


def test_an_error_in_a_worker_is_raised_by_the_parent(runner: ParallelRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent repeats the work of a failed worker, and raises the same error."""

    def fail(_self: Runner, _source: Source, _first: int) -> object:
        raise ValueError(_source.path)

    monkeypatch.setattr(Runner, "_parse_file", fail)
    with pytest.raises(ValueError, match=r"00\.md"):
        runner.parse(SOURCES)


def test_partitions_are_complete_and_balanced() -> None:
    """Every source is in one part, equal paths stay together, and the first part is somewhat larger."""
    for sizes in ([], [7], [1] * 10, [100, 1, 1, 1], [1, 1, 1, 100], list(range(50))):
        sources = [Source(f"{number:02}", "x" * size) for number, size in enumerate(sizes)]
        for parts in (1, 2, 3, 8):
            partitions = partition(sources, parts)
            assert len(partitions) == parts
            assert [source for part in partitions for source in part] == sources
    duplicates = [Source("same", "x" * 9), Source("same", "y" * 9)]
    assert partition(duplicates, 2) in ([duplicates, []], [[], duplicates])
    first, second = (sum(len(source.text) for source in part) for part in partition(SOURCES, 2))
    assert second < first < 1.5 * second


@pytest.mark.slow
def test_a_worker_ends_with_its_parent(tmp_path: Path) -> None:
    """A build killed at any moment leaves no process, and no open handle of its output."""
    (tmp_path / "notes").mkdir()
    for source in SOURCES:
        (tmp_path / "notes" / source.path).write_text(source.text * 3, "utf-8")
    program = (
        "from studydeck.cli import project; project.PARALLEL_THRESHOLD = 0\n"
        "from studydeck import parallel; parallel.worker_count = lambda: 3\n"
        "from studydeck.cli.main import run; run('studydeck')"
    )
    command = [sys.executable, "-c", program, "build", "--notes", str(tmp_path / "notes"), "--out", str(tmp_path)]
    delays = random.Random(7)
    for _ in range(4):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        time.sleep(delays.uniform(0.15, 0.7))
        child.kill()
        child.communicate(timeout=5)  # ends only when no process holds the output open
        deadline = time.monotonic() + 5
        while True:
            try:
                os.killpg(child.pid, 0)
            except ProcessLookupError:
                break
            assert time.monotonic() < deadline, "a worker outlived its parent"
            time.sleep(0.01)


def test_the_number_of_workers_is_limited() -> None:
    """There is a worker for every core, eight at most."""
    assert 1 <= parallel.worker_count() <= 8

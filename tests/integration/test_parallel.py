"""Files that several processes share give what one process gives, whatever becomes of the others."""

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
from studydeck.pipeline import Runner, build, extract_deck, pack
from tests.support.pipeline import templates

PARENT = os.getpid()
TEXT = "# {n} Pumps\n\n" + "## The {n} tank\n\n- **Gate {n}**: opens at {n} bar\n- The pump stores 12 litres.\n\n" * 8
SOURCES = tuple(Source(f"{number:02}.md", TEXT.replace("{n}", f"kelor{number}")) for number in range(60))
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a process can be copied without harm")


@pytest.fixture
def runner() -> Iterator[ParallelRunner]:
    """Share among three, however many cores there are."""
    shared = ParallelRunner(3)
    yield shared
    shared.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # no child is left, not even a dead one


def package(runner: Runner) -> tuple[bytes, str]:
    """Give the package and the ledger that the sources build to."""
    inputs = Inputs(SOURCES, Config(id="parallel", name="P", version="1.0.0"), None, templates(), 1_790_000_000)
    built = build(inputs, extract_deck(SOURCES, runner=runner), runner)
    return pack(built.deck), built.ledger_text


def test_a_shared_build_is_the_same(runner: ParallelRunner) -> None:
    """Three processes give the bytes that one gives."""
    assert package(runner) == package(Runner())


@pytest.mark.parametrize("stage", ["parse", "extract"])
def test_what_a_worker_does_not_finish_is_done_here(
    runner: ParallelRunner, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it dies while it reads or while it drafts, nothing is lost."""
    alone = package(Runner())
    whole = getattr(Runner, stage)

    def dies_elsewhere(self: Runner, *arguments: object) -> object:
        if os.getpid() != PARENT:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(self, *arguments)

    monkeypatch.setattr(Runner, stage, dies_elsewhere)
    assert package(runner) == alone


def test_where_no_process_can_be_started_the_work_is_done_here(
    runner: ParallelRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that allows no more processes builds all the same."""

    def refused() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    assert package(runner) == package(Runner())


def test_an_error_is_the_one_that_one_process_meets(runner: ParallelRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in a worker is met again here, where it can be seen."""

    def fails(_self: Runner, _source: Source, _first: int) -> object:
        raise ValueError(_source.path)

    monkeypatch.setattr(Runner, "_parse_file", fails)
    with pytest.raises(ValueError, match=r"00\.md"):
        runner.parse(SOURCES)


def test_parts_are_whole_and_about_as_large_as_wished() -> None:
    """Nothing is left out or taken twice, equal paths stay together, and the first part is somewhat larger."""
    for sizes in ([], [7], [1] * 10, [100, 1, 1, 1], [1, 1, 1, 100], list(range(50))):
        sources = [Source(f"{number:02}", "x" * size) for number, size in enumerate(sizes)]
        for parts in (1, 2, 3, 8):
            cut = partition(sources, parts)
            assert len(cut) == parts
            assert [one for part in cut for one in part] == sources
    twins = [Source("same", "x" * 9), Source("same", "y" * 9)]
    assert partition(twins, 2) in ([twins, []], [[], twins])
    first, second = (sum(len(one.text) for one in part) for part in partition(SOURCES, 2))
    assert second < first < 1.5 * second


@pytest.mark.slow
def test_a_worker_ends_with_its_parent(tmp_path: Path) -> None:
    """Whoever kills a build at any moment leaves no process, and nothing that holds its output."""
    (tmp_path / "notes").mkdir()
    for source in SOURCES:
        (tmp_path / "notes" / source.path).write_text(source.text * 3, "utf-8")
    program = (
        "from studydeck.cli import project as street; street.PAYS = 0\n"
        "from studydeck import parallel; parallel.worker_count = lambda: 3\n"
        "from studydeck.cli.main import run; run('studydeck')"
    )
    command = [sys.executable, "-c", program, "build", "--notes", str(tmp_path / "notes"), "--out", str(tmp_path)]
    moments = random.Random(7)
    for _ in range(6):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        time.sleep(moments.uniform(0.15, 0.7))
        child.kill()
        child.communicate(timeout=5)  # ends only once nobody holds the output
        deadline = time.monotonic() + 5
        while True:
            try:
                os.killpg(child.pid, 0)
            except ProcessLookupError:
                break
            assert time.monotonic() < deadline, "a worker outlives its parent"
            time.sleep(0.01)


def test_there_is_a_worker_for_every_core() -> None:
    """Up to a number from which it no longer pays."""
    assert 1 <= parallel.worker_count() <= 8

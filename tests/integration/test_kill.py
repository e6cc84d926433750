"""Killed and concurrent builds: files are always whole, and the next build completes the work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studydeck.apkg.reader import unpack
from studydeck.identity import ledger_reader
from tests.support.killing import AFTER, BEFORE, LATER, NOW, ROOT, Killed, Scratch, Start, Trial, kill_builds

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")

KILLS, SEED = 10, 4
STARTS: tuple[Start, ...] = ("nothing", "built")
AT_ONCE = 2
# For every number that it reads, this program starts a build that kills itself at that step: a Python audit hook is
# called whenever files are created, renamed or removed. A first build, elsewhere, imports what the others need.
SELF_KILLING_BUILDS = """
import os, signal, sys
folder, elsewhere = sys.argv.pop(1), sys.argv.pop(1)
from studydeck.cli.main import main
def hook(event, arguments):
    global steps_left
    if event in {"open", "os.rename", "os.remove", "os.chmod", "os.mkdir", "tempfile.mkstemp"}:
        if str(arguments[0]).startswith(folder) and not (event == "open" and arguments[2] & os.O_ACCMODE == 0):
            steps_left -= 1
            if steps_left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
output, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
os.dup2(nowhere, 1)
try:
    main(["build", "--notes", elsewhere + "/notes", "--out", elsewhere + "/out"])
except SystemExit as done:
    assert not done.code
for line in sys.stdin:
    steps_left, child = int(line), os.fork()
    if not child:
        sys.addaudithook(hook)
        main(sys.argv[1:])
    os.write(output, b"%d\\n" % os.waitpid(child, 0)[1])
"""


@pytest.mark.slow
@pytest.mark.parametrize("start", STARTS)
def test_a_build_that_is_killed_at_any_moment_damages_nothing(tmp_path: Path, start: Start) -> None:
    """Ledger and package are absent or whole, and the next build writes the files of an undisturbed build."""
    killed = list(kill_builds(Trial.prepare(tmp_path, start), KILLS // len(STARTS), SEED))
    assert [build for build in killed if build.faults] == []
    assert sum(not build.ended for build in killed) >= len(killed) // 3, "most builds were over before they were killed"


@pytest.mark.slow
@pytest.mark.parametrize("start", STARTS)
def test_a_build_that_is_killed_at_any_write_damages_nothing(tmp_path: Path, start: Start) -> None:
    """Files are whole between any two steps that create, rename or remove files."""
    trial, elsewhere = Trial.prepare(tmp_path / "killed", start), Scratch(tmp_path / "elsewhere")
    elsewhere.write_notes(AFTER)
    killed: list[Killed] = []
    folders = (str(trial.scratch.folder), str(elsewhere.folder))
    command = [sys.executable, "-c", SELF_KILLING_BUILDS, *folders, *trial.scratch.command()[2:]]
    environment = os.environ | {"SOURCE_DATE_EPOCH": LATER}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as runner:
        assert runner.stdin
        assert runner.stdout
        while not killed or not killed[-1].ended:
            trial.scratch.restore(trial.before)
            print(len(killed), file=runner.stdin, flush=True)
            killed.append(trial.inspect(len(killed), ended=int(runner.stdout.readline()) == 0))
        runner.stdin.close()
    assert [build for build in killed if build.faults] == []
    states = {(build.ledger_written, build.package_written, build.part_files) for build in killed}
    assert {(False, False, 1), (True, False, 0), (True, False, 1), (True, True, 0)} <= states


def test_partial_files_are_removed_even_if_the_ledger_is_unchanged(tmp_path: Path) -> None:
    """A build removes partial files of a killed one even if it does not write the ledger."""
    scratch = Scratch(tmp_path)
    scratch.write_notes(BEFORE)
    scratch.build(NOW)
    stale = [scratch.ledger.with_name(".ledger.jsonl.x1.part"), scratch.package.with_name(".killed-1.0.0.apkg.x2.part")]
    for path in stale:
        path.write_bytes(b"half of it")
    scratch.build(LATER)
    assert scratch.part_files() == []


def test_concurrent_builds_give_the_same_files(tmp_path: Path) -> None:
    """Concurrent builds of one folder run one after another, and all succeed with the same files."""
    trial = Trial.prepare(tmp_path, "built")
    trial.scratch.restore(trial.before)
    assert [child.wait() for child in [trial.scratch.start(LATER) for _ in range(AT_ONCE)]] == [0] * AT_ONCE
    assert trial.scratch.files() == trial.after
    assert trial.scratch.part_files() == []


def test_concurrent_first_builds_agree_on_identities(tmp_path: Path) -> None:
    """The first build assigns identities and times; the second one reads them."""
    scratch = Scratch(tmp_path)
    scratch.write_notes(AFTER)
    times = NOW, LATER
    assert [child.wait() for child in [scratch.start(now) for now in times]] == [0, 0]
    ledger, package = scratch.files()
    assert ledger
    assert package
    ledger_entries, deck = ledger_reader.parse(ledger.decode()), unpack(package)
    guids = [note.guid for note in ledger_entries.notes]
    assert len(set(guids)) == len(guids) == len(deck.rows)
    assert {note.changed for note in ledger_entries.notes} in ({int(NOW)}, {int(LATER)})
    assert {row.guid: row.changed for row in deck.rows} == {note.guid: note.changed for note in ledger_entries.notes}


def test_a_build_waits_for_another_of_its_folder_and_for_no_other(tmp_path: Path) -> None:
    """The lock is per notes folder, and is released if its holder is killed."""
    locked, other = Scratch(tmp_path / "one"), Scratch(tmp_path / "other")
    for scratch in (locked, other):
        scratch.write_notes(BEFORE)
    program = "import sys, pathlib; from studydeck.storage import folder_lock\n"
    program += "with folder_lock(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(locked.folder / "notes")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline().strip() == b"held"
        assert other.build(NOW)[0]
        waiting = locked.start(NOW)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(timeout=1)
        assert locked.files() == (None, None)
        holder.kill()
        assert waiting.wait() == 0
    assert all(locked.files())

"""A build that is killed at any moment leaves whole files, and the next build repairs the rest; two at once agree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studydeck.apkg.reader import unpack
from studydeck.identity import ledger as ledger_file
from tests.support.killing import AFTER, BEFORE, LATER, NOW, ROOT, Killed, Scratch, Start, Trial, lives

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")

KILLS, SEED = 26, 4
STARTS: tuple[Start, ...] = ("nothing", "built")
AT_ONCE = 2
# For every number that it reads it begins a build that ends itself at that step: Python reports to an audit hook each
# moment in which files are made, renamed or removed.
SUICIDES = """
import os, signal, sys
folder = sys.argv.pop(1)
from studydeck.cli.main import main
def hook(event, arguments):
    global left
    if event in {"open", "os.rename", "os.remove", "os.chmod", "os.mkdir", "tempfile.mkstemp"}:
        if str(arguments[0]).startswith(folder) and not (event == "open" and arguments[2] & os.O_ACCMODE == 0):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
for line in sys.stdin:
    left, child = int(line), os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.addaudithook(hook)
        main(sys.argv[1:])
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.mark.parametrize("start", STARTS)
def test_a_build_that_is_killed_at_any_moment_damages_nothing(tmp_path: Path, start: Start) -> None:
    """Ledger and package are absent or whole, and the next build makes them as if nothing had happened."""
    killed = list(lives(Trial.of(tmp_path, start), KILLS // len(STARTS), SEED))
    assert [one for one in killed if one.wrong] == []
    assert sum(not one.ended for one in killed) >= len(killed) // 3, "most builds were over before they were killed"


@pytest.mark.parametrize("start", STARTS)
def test_a_build_that_is_killed_at_any_step_of_its_writing_damages_nothing(tmp_path: Path, start: Start) -> None:
    """Between any two steps in which files are made, renamed or removed, nothing is half done."""
    trial = Trial.of(tmp_path, start)
    killed: list[Killed] = []
    words = [sys.executable, "-c", SUICIDES, str(tmp_path), *trial.scratch.command()[2:]]
    world = os.environ | {"SOURCE_DATE_EPOCH": LATER}
    with subprocess.Popen(
        words, cwd=ROOT, env=world, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as builds:
        assert builds.stdin
        assert builds.stdout
        while not killed or not killed[-1].ended:
            trial.scratch.put(trial.before)
            print(len(killed), file=builds.stdin, flush=True)
            killed.append(trial.judged(len(killed), ended=int(builds.stdout.readline()) == 0))
        builds.stdin.close()
    assert [one for one in killed if one.wrong] == []
    seen = {(one.ledger_written, one.package_written, one.parts) for one in killed}
    assert {(False, False, 1), (True, False, 0), (True, False, 1), (True, True, 0)} <= seen


def test_a_killed_build_whose_edit_is_taken_back_leaves_nothing_behind(tmp_path: Path) -> None:
    """What a killed build began to write is swept away even where the next one need not write the ledger."""
    scratch = Scratch(tmp_path)
    scratch.lay(BEFORE)
    scratch.build(NOW)
    stale = [scratch.ledger.with_name(".ledger.jsonl.x1.part"), scratch.package.with_name(".killed-1.0.0.apkg.x2.part")]
    for path in stale:
        path.write_bytes(b"half of it")
    scratch.build(LATER)
    assert scratch.parts() == []


def test_builds_at_once_do_not_spoil_each_other(tmp_path: Path) -> None:
    """Builds of one folder go one after the other: all succeed, the ledger is whole, and no GUID is given twice."""
    trial = Trial.of(tmp_path, "built")
    trial.scratch.put(trial.before)
    assert [child.wait() for child in [trial.scratch.start(LATER) for _ in range(AT_ONCE)]] == [0] * AT_ONCE
    assert trial.scratch.files() == trial.after
    assert trial.scratch.parts() == []


def test_first_builds_at_once_at_other_times_agree(tmp_path: Path) -> None:
    """Whoever comes first gives the identities and times; the others find them."""
    scratch = Scratch(tmp_path)
    scratch.lay(AFTER)
    times = NOW, LATER
    assert [child.wait() for child in [scratch.start(now) for now in times]] == [0, 0]
    ledger, package = scratch.files()
    assert ledger
    assert package
    memory, deck = ledger_file.read(ledger.decode()), unpack(package)
    guids = [note.guid for note in memory.notes]
    assert len(set(guids)) == len(guids) == len(deck.rows)
    assert {note.changed for note in memory.notes} in ({int(NOW)}, {int(LATER)})
    assert {row.guid: row.changed for row in deck.rows} == {note.guid: note.changed for note in memory.notes}


def test_a_build_waits_for_another_of_its_folder_and_for_no_other(tmp_path: Path) -> None:
    """The lock is of the notes, not of the machine; and whoever held it and was killed has given it back."""
    one, other = Scratch(tmp_path / "one"), Scratch(tmp_path / "other")
    for scratch in (one, other):
        scratch.lay(BEFORE)
    hold = "import sys, pathlib; from studydeck.storage import folder_lock\n"
    hold += "with folder_lock(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    words = [sys.executable, "-c", hold, str(one.folder / "notes")]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline().strip() == b"held"
        assert other.build(NOW)[0]
        waiting = one.start(NOW)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(timeout=1)
        assert one.files() == (None, None)
        holder.kill()
        assert waiting.wait() == 0
    assert all(one.files())

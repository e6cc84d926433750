"""Builds that are killed: the real command in a folder of its own, ended without a warning at any moment of its life.

Whatever the moment, ledger and package are absent, as they were before, or as they should be, and the next build makes
everything as if nothing had happened.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from click.testing import CliRunner

from studydeck.apkg.reader import unpack
from studydeck.cli.main import main
from studydeck.errors import BuildError, PackageError
from studydeck.identity import ledger as ledger_file

ROOT = Path(__file__).parents[2]
NOW, LATER = "1790000000", "1790086400"
CONFIG = 'id = "killed-deck"\nname = "Killed"\nversion = "1.0.0"\n'
BEFORE = {
    "tea.md": "# Tea\n\n## Leaves\n\n- **Oolong**: leaves left to turn half brown\n- **Sencha**: leaves steamed soon\n",
    "tools.md": "# Tools\n\n## Set of the table\n\n- Kettle\n- Pot\n- Strainer\n",
}
AFTER = {
    "tea.md": BEFORE["tea.md"].replace("half brown", "half brown and rolled"),
    "tools.md": BEFORE["tools.md"].replace("- Kettle", "- Scales\n- Kettle") + "\n## Gaiwan\n\nA bowl with a lid.\n",
}
GLANCE = 0.0002  # seconds between two looks at a folder
Start = Literal["nothing", "built"]
Files = tuple[bytes | None, bytes | None]  # the ledger and the package, or None where there is none


@dataclass(frozen=True)
class Killed:
    """A build that was killed: when, how far it had come, and what was wrong with what it left."""

    after: float
    ended: bool
    ledger_written: bool
    package_written: bool
    parts: int
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Scratch:
    """A scratch folder with notes, and the files that a build writes beside them."""

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "notes" / ledger_file.NAME

    @property
    def package(self) -> Path:
        return self.folder / "out" / "killed-1.0.0.apkg"

    def lay(self, notes: dict[str, str]) -> None:
        """Write the notes, and leave everything else as it is."""
        (self.folder / "notes").mkdir(parents=True, exist_ok=True)
        for name, text in {"deck.toml": CONFIG, **notes}.items():
            (self.folder / "notes" / name).write_text(text, "utf-8")

    def command(self) -> list[str]:
        spans = ["--notes", str(self.folder / "notes"), "--out", str(self.folder / "out")]
        return [sys.executable, str(ROOT / "build_deck.py"), "build", *spans]

    def build(self, now: str) -> Files:
        """Build undisturbed, in this process; give what was written."""
        result = CliRunner().invoke(main, self.command()[2:], env={"SOURCE_DATE_EPOCH": now})
        assert result.exit_code == 0, result.output
        return self.files()

    def start(self, now: str, command: list[str] | None = None) -> subprocess.Popen[bytes]:
        """Start a build in a process of its own."""
        world = os.environ | {"SOURCE_DATE_EPOCH": now}
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command or self.command(), env=world, stdin=quiet, stdout=quiet, stderr=quiet)

    def files(self) -> Files:
        ledger, package = (path.read_bytes() if path.exists() else None for path in (self.ledger, self.package))
        return ledger, package

    def put(self, files: Files) -> None:
        """Put ledger and package back to what they were."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        for path in self.parts():
            path.unlink()
        for path, data in zip((self.ledger, self.package), files, strict=True):
            path.unlink(missing_ok=True)
            if data is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def parts(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.name.endswith(".part")]


@dataclass(frozen=True)
class Trial:
    """Notes to be built, what stood in the folder before, and what an undisturbed build makes of it."""

    scratch: Scratch
    before: Files
    after: Files

    @classmethod
    def of(cls, folder: Path, start: Start) -> Trial:
        """Lay out a first build, or one after an edit."""
        scratch = Scratch(folder)
        before: Files = (None, None)
        if start == "built":
            scratch.lay(BEFORE)
            before = scratch.build(NOW)
        scratch.lay(AFTER)
        after = scratch.build(LATER)
        assert after[0] not in {None, before[0]}
        assert after[1] not in {None, before[1]}
        return cls(scratch, before, after)

    def kill(self, delay: float, *, writing: bool = False) -> Killed:
        """Kill a build some seconds after its start, or after it was first seen to write."""
        self.scratch.put(self.before)
        started = time.perf_counter()
        child = self.scratch.start(LATER)
        if writing:
            self.watch(child)
        wait(delay)
        ended = child.poll() is not None
        child.send_signal(signal.SIGKILL)
        child.wait()
        return self.judged(time.perf_counter() - started, ended=ended)

    def watch(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until a build begins to write: every build of a trial has a new ledger, and writes it first."""
        notes = self.scratch.folder / "notes"
        seen = set(notes.iterdir()), mtime(self.scratch.ledger)
        while child.poll() is None and (set(notes.iterdir()), mtime(self.scratch.ledger)) == seen:
            time.sleep(GLANCE)

    def judged(self, after: float, *, ended: bool) -> Killed:
        """Look at what is left, build once more, and say what is wrong."""
        ledger, package = left = self.scratch.files()
        parts = len(self.scratch.parts())
        wrong = tuple(self.faults(ledger, package))
        if self.scratch.build(LATER) != self.after:
            wrong = (*wrong, "the next build gave other bytes")
        if self.scratch.parts():
            wrong = (*wrong, "the next build left a .part file")
        return Killed(after, ended, left[0] == self.after[0], left[1] == self.after[1], parts, wrong)

    def faults(self, ledger: bytes | None, package: bytes | None) -> Iterator[str]:
        """Find what a killed build damaged."""
        if ledger not in {self.before[0], self.after[0]}:
            yield "the ledger is neither the old nor the new one"
        try:
            ledger_file.read(ledger.decode() if ledger is not None else "")
        except BuildError:
            if ledger is not None:
                yield "the ledger cannot be read"
        if package not in {self.before[1], self.after[1]}:
            yield "the package is neither the old nor the new one"
        try:
            unpack(package or b"")
        except PackageError:
            if package is not None:
                yield "the package cannot be read"
        if package == self.after[1] and ledger != self.after[0]:
            yield "the package is there before its ledger"


def mtime(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def wait(seconds: float) -> None:
    """Wait to the tenth of a millisecond: a sleep is coarser than the moments that count."""
    end = time.perf_counter() + seconds
    if seconds > 0.01:
        time.sleep(seconds - 0.01)
    while time.perf_counter() < end:
        pass


def lives(trial: Trial, count: int, seed: int) -> Iterator[Killed]:
    """Kill so many builds: two of five anywhere in their lives, the others as they write."""
    pick = random.Random(seed)
    whole, writing = measured(trial)
    for number in range(count):
        if number % 5 < 2:
            yield trial.kill(pick.uniform(0, whole))
        else:
            yield trial.kill(writing * pick.random() ** 3, writing=True)  # most of it is the end of the process


def measured(trial: Trial) -> tuple[float, float]:
    """Give how long an undisturbed build lives, and how long from its first sign of writing to its end."""
    trial.scratch.put(trial.before)
    started = time.perf_counter()
    child = trial.scratch.start(LATER)
    trial.watch(child)
    seen = time.perf_counter()
    assert child.wait() == 0
    end = time.perf_counter()
    return end - started, end - seen

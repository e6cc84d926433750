"""Start the real build command in a scratch folder, kill it at some moment, and check what it left.

At any moment ledger and package must be absent, unchanged or complete, and the next build must write the same files as
if no build had been killed.
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
from studydeck.identity import ledger_reader

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
POLL_INTERVAL = 0.0002  # seconds between two reads of a folder
Start = Literal["nothing", "built"]
Files = tuple[bytes | None, bytes | None]  # the ledger and the package, or None where there is none


@dataclass(frozen=True)
class Killed:
    """A killed build: after how many seconds, what it had written, and the faults of what it left."""

    seconds: float
    ended: bool
    ledger_written: bool
    package_written: bool
    part_files: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Scratch:
    """A scratch folder with notes, and the files that a build writes beside them."""

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "notes" / ledger_file.FILE_NAME

    @property
    def package(self) -> Path:
        return self.folder / "out" / "killed-1.0.0.apkg"

    def write_notes(self, notes: dict[str, str]) -> None:
        """Write the notes, and leave everything else as it is."""
        (self.folder / "notes").mkdir(parents=True, exist_ok=True)
        for name, text in {"deck.toml": CONFIG, **notes}.items():
            (self.folder / "notes" / name).write_text(text, "utf-8")

    def command(self) -> list[str]:
        folders = ["--notes", str(self.folder / "notes"), "--out", str(self.folder / "out")]
        return [sys.executable, str(ROOT / "build_deck.py"), "build", *folders]

    def build(self, now: str) -> Files:
        """Build in this process; return the written files."""
        result = CliRunner().invoke(main, self.command()[2:], env={"SOURCE_DATE_EPOCH": now})
        assert result.exit_code == 0, result.output
        return self.files()

    def start(self, now: str, command: list[str] | None = None) -> subprocess.Popen[bytes]:
        """Start a build in a process of its own."""
        environment = os.environ | {"SOURCE_DATE_EPOCH": now}
        devnull = subprocess.DEVNULL
        return subprocess.Popen(
            command or self.command(), env=environment, stdin=devnull, stdout=devnull, stderr=devnull
        )

    def files(self) -> Files:
        ledger, package = (path.read_bytes() if path.exists() else None for path in (self.ledger, self.package))
        return ledger, package

    def restore(self, files: Files) -> None:
        """Put ledger and package back to these contents, and remove partial files."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        for path in self.part_files():
            path.unlink()
        for path, data in zip((self.ledger, self.package), files, strict=True):
            path.unlink(missing_ok=True)
            if data is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def part_files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.name.endswith(".part")]


@dataclass(frozen=True)
class Trial:
    """Notes to be built, the files before the build, and the files that an undisturbed build writes."""

    scratch: Scratch
    before: Files
    after: Files

    @classmethod
    def prepare(cls, folder: Path, start: Start) -> Trial:
        """Prepare a first build, or one after an edit."""
        scratch = Scratch(folder)
        before: Files = (None, None)
        if start == "built":
            scratch.write_notes(BEFORE)
            before = scratch.build(NOW)
        scratch.write_notes(AFTER)
        after = scratch.build(LATER)
        assert after[0] not in {None, before[0]}
        assert after[1] not in {None, before[1]}
        return cls(scratch, before, after)

    def kill(self, delay: float, *, writing: bool = False) -> Killed:
        """Kill a build after a delay in seconds from its start, or from its first write."""
        self.scratch.restore(self.before)
        started = time.perf_counter()
        child = self.scratch.start(LATER)
        if writing:
            self.wait_for_write(child)
        wait(delay)
        ended = child.poll() is not None
        child.send_signal(signal.SIGKILL)
        child.wait()
        return self.inspect(time.perf_counter() - started, ended=ended)

    def wait_for_write(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until a build begins to write: every build of a trial writes a new ledger first."""
        notes = self.scratch.folder / "notes"
        initial = set(notes.iterdir()), mtime(self.scratch.ledger)
        while child.poll() is None and (set(notes.iterdir()), mtime(self.scratch.ledger)) == initial:
            time.sleep(POLL_INTERVAL)

    def inspect(self, seconds: float, *, ended: bool) -> Killed:
        """Check what is left, build once more, and return the faults."""
        ledger, package = files = self.scratch.files()
        part_files = len(self.scratch.part_files())
        faults = tuple(self.damage(ledger, package))
        if self.scratch.build(LATER) != self.after:
            faults = (*faults, "the next build wrote other bytes")
        if self.scratch.part_files():
            faults = (*faults, "the next build left a .part file")
        return Killed(seconds, ended, files[0] == self.after[0], files[1] == self.after[1], part_files, faults)

    def damage(self, ledger: bytes | None, package: bytes | None) -> Iterator[str]:
        """Yield what a killed build damaged."""
        if ledger not in {self.before[0], self.after[0]}:
            yield "the ledger is neither the old nor the new one"
        try:
            ledger_reader.parse(ledger.decode() if ledger is not None else "")
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
    """Wait with a precision of 0.1 ms, which a sleep does not have."""
    end = time.perf_counter() + seconds
    if seconds > 0.01:
        time.sleep(seconds - 0.01)
    while time.perf_counter() < end:
        pass


def kill_builds(trial: Trial, count: int, seed: int) -> Iterator[Killed]:
    """Kill this many builds: two of five at any time, the others while they write."""
    generator = random.Random(seed)
    duration, writing = measure_build(trial)
    for number in range(count):
        if number % 5 < 2:
            yield trial.kill(generator.uniform(0, duration))
        else:
            # cubed: most of this time is the end of the process
            yield trial.kill(writing * generator.random() ** 3, writing=True)


def measure_build(trial: Trial) -> tuple[float, float]:
    """Return the seconds of an undisturbed build, from start to end and from its first write to its end."""
    trial.scratch.restore(trial.before)
    started = time.perf_counter()
    child = trial.scratch.start(LATER)
    trial.wait_for_write(child)
    first_write = time.perf_counter()
    assert child.wait() == 0
    end = time.perf_counter()
    return end - started, end - first_write

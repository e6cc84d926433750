"""`watch` for tests: running in a thread over a folder of its own, with everything that it says."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

from studydeck.apkg.reader import unpack
from studydeck.cli.console import Console, ProgressCallback
from studydeck.cli.project import TEMPLATES, Options
from studydeck.cli.watch import WatchOptions, run
from studydeck.diagnostics import Diagnostic

DECK = 'id = "tea-deck"\nname = "Tea"\nversion = "1.0.0"\n'
TEA = """# Tea

## Leaves

- **Oolong**: leaves left to turn half brown
- **Sencha**: leaves steamed soon, café style
- **Matcha**: leaves ground to a fine powder
"""
TOOLS = "# Tools\n\n## Gaiwan\n\nA bowl with a lid and a saucer.\n"
LONG = 10.0  # seconds after which what is waited for will not come
GLANCE = 0.01


class Fingerprint(Console):
    """A terminal that keeps what is said to it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.steps: list[str] = []

    @contextmanager
    def progress(self, what: str) -> Iterator[ProgressCallback]:
        self.steps.append(what)
        with super().progress(what) as on_progress:
            yield on_progress

    def print_result(self, line: str = "") -> None:
        self.lines.append(line)

    def print_status(self, line: str) -> None:
        self.lines.append(line)

    def print_warning(self, line: str) -> None:
        self.lines.append(line)

    def diagnostics(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.lines += map(str, diagnostics)


class Watching:
    """A folder that is watched, and what was said of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.console, self.raise_on_errors = folder, Fingerprint(), threading.Event()
        self.seen = 0
        self.codes: list[int] = []

    @property
    def notes(self) -> Path:
        return self.folder / "notes"

    @property
    def out(self) -> Path:
        return self.folder / "dist"

    @property
    def ledger(self) -> Path:
        return self.notes / "ledger.jsonl"

    @property
    def package(self) -> Path:
        return self.out / "tea-1.0.0.apkg"

    @property
    def tea(self) -> Path:
        return self.notes / "tea.md"

    def lay(self) -> None:
        """Write the notes of an author who has not built yet."""
        self.notes.mkdir(parents=True)
        for name, text in (("deck.toml", DECK), ("tea.md", TEA), ("tools.md", TOOLS)):
            (self.notes / name).write_text(text, "utf-8")
        copytree(TEMPLATES, self.folder / "templates")

    def run(self, **wish: object) -> None:
        """Watch until it is stopped."""
        options = Options(self.notes, self.out, self.folder / "templates", 0, strict=bool(wish.pop("strict", False)))
        wanted = {"anki": "", "preview": False, "port": 0, "now": lambda: int(time.time()), **wish}
        wished = WatchOptions(**wanted, stopwatch=time.monotonic)  # type: ignore[arg-type]  # tests wish what they know
        self.codes.append(run(options, wished, self.console, self.raise_on_errors))

    def until(self, words: str) -> str:
        """Wait for a line that was not waited for before; what is said up to it counts as heard."""
        end = time.monotonic() + LONG
        while time.monotonic() < end:
            for number in range(self.seen, len(self.console.lines)):
                if re.search(words, self.console.lines[number]):
                    self.seen = number + 1
                    return self.console.lines[number]
            time.sleep(GLANCE)
        raise AssertionError(f"nothing like {words!r} in {self.console.lines[self.seen :]}")

    def address(self) -> str:
        """Give where the preview is served."""
        return next(line for line in self.console.lines if line.startswith("preview: ")).removeprefix("preview: ")

    def unheard(self) -> list[str]:
        """Give the lines that were said after the last one that was waited for."""
        return self.console.lines[self.seen :]

    def edit(self, old: str, new: str) -> None:
        """Save a change of the first file, in place."""
        self.tea.write_text(self.tea.read_text("utf-8").replace(old, new), "utf-8")

    def fields(self) -> str:
        """Give all that stands in the package's notes."""
        deck = unpack(self.package.read_bytes())
        return "\n".join(field for row in deck.rows for field in row.fields)

    def written(self) -> tuple[bytes, bytes]:
        return self.ledger.read_bytes(), self.package.read_bytes()

    def guids(self) -> set[str]:
        deck = unpack(self.package.read_bytes())
        return {row.guid for row in deck.rows}


@contextmanager
def watching(folder: Path, before: Callable[[Watching], None] = lambda _: None, **wish: object) -> Iterator[Watching]:
    """Watch a folder from its first build on; afterwards nothing half written is left, and nothing was raised."""
    watched = Watching(folder)
    watched.lay()
    before(watched)
    thread = threading.Thread(target=watched.run, kwargs=wish)
    thread.start()
    try:
        if before.__name__ == "<lambda>":
            watched.until("^all: ")
        yield watched
    finally:
        watched.raise_on_errors.set()
        thread.join(LONG)
    assert watched.codes == [0]
    assert [path.name for path in folder.rglob("*.part")] == []


def until(holds: Callable[[], bool], seconds: float = LONG) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(GLANCE)


def texts(address: str) -> str:
    """Ask AnkiConnect for the fields of all notes."""

    def answer(action: str, **params: object) -> Any:
        body = json.dumps({"action": action, "version": 6, "params": params}).encode()
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=LONG) as response:
            return json.loads(response.read())["result"]

    notes = answer("notesInfo", notes=answer("findNotes", query=""))
    return "\n".join(field["value"] for note in notes for field in note["fields"].values())

"""Run `watch` in a thread on a scratch folder, and record its output."""

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
TIMEOUT = 10.0  # seconds to wait for an event before the test fails
POLL_INTERVAL = 0.01  # seconds


class RecordingConsole(Console):
    """A console that records lines and progress steps."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.steps: list[str] = []

    @contextmanager
    def progress(self, step: str) -> Iterator[ProgressCallback]:
        self.steps.append(step)
        with super().progress(step) as on_progress:
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
    """A watched folder, and the output of `watch`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.console, self.stop = folder, RecordingConsole(), threading.Event()
        self.unread = 0
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

    def write_notes(self) -> None:
        """Write notes that were never built, and the templates."""
        self.notes.mkdir(parents=True)
        for name, text in (("deck.toml", DECK), ("tea.md", TEA), ("tools.md", TOOLS)):
            (self.notes / name).write_text(text, "utf-8")
        copytree(TEMPLATES, self.folder / "templates")

    def run(self, **options: object) -> None:
        """Watch until it is stopped."""
        cli_options = Options(
            self.notes, self.out, self.folder / "templates", 0, strict=bool(options.pop("strict", False))
        )
        values = {"anki": "", "preview": False, "port": 0, "now": lambda: int(time.time()), **options}
        watch_options = WatchOptions(**values, stopwatch=time.monotonic)  # type: ignore[arg-type]  # of any type here
        self.codes.append(run(cli_options, watch_options, self.console, self.stop))

    def wait_for(self, pattern: str) -> str:
        """Wait for a line that matches a pattern, and mark all lines up to it as read."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            for number in range(self.unread, len(self.console.lines)):
                if re.search(pattern, self.console.lines[number]):
                    self.unread = number + 1
                    return self.console.lines[number]
            time.sleep(POLL_INTERVAL)
        raise AssertionError(f"no line matches {pattern!r} in {self.console.lines[self.unread :]}")

    def address(self) -> str:
        """Return the address of the preview."""
        return next(line for line in self.console.lines if line.startswith("preview: ")).split()[1].split("#")[0]

    def unread_lines(self) -> list[str]:
        """Return the lines after the last one that was waited for."""
        return self.console.lines[self.unread :]

    def edit(self, old: str, new: str) -> None:
        """Replace a text in tea.md, in place."""
        self.tea.write_text(self.tea.read_text("utf-8").replace(old, new), "utf-8")

    def fields(self) -> str:
        """Return all fields of the package's notes, one a line."""
        deck = unpack(self.package.read_bytes())
        return "\n".join(field for row in deck.rows for field in row.fields)

    def output_files(self) -> tuple[bytes, bytes]:
        return self.ledger.read_bytes(), self.package.read_bytes()

    def guids(self) -> set[str]:
        deck = unpack(self.package.read_bytes())
        return {row.guid for row in deck.rows}


@contextmanager
def watching(
    folder: Path, before: Callable[[Watching], None] = lambda _: None, **options: object
) -> Iterator[Watching]:
    """Watch a folder from its first build on; afterwards no partial file is left and `watch` returned 0."""
    watched = Watching(folder)
    watched.write_notes()
    before(watched)
    thread = threading.Thread(target=watched.run, kwargs=options)
    thread.start()
    try:
        if before.__name__ == "<lambda>":
            watched.wait_for("^all: ")
        yield watched
    finally:
        watched.stop.set()
        thread.join(TIMEOUT)
    assert watched.codes == [0]
    assert [path.name for path in folder.rglob("*.part")] == []


def wait_until(condition: Callable[[], bool], seconds: float = TIMEOUT) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not hold in time"
        time.sleep(POLL_INTERVAL)


def collection_fields(address: str) -> str:
    """Return the fields of all notes, as AnkiConnect reports them."""

    def call(action: str, **params: object) -> Any:
        body = json.dumps({"action": action, "version": 6, "params": params}).encode()
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            return json.loads(response.read())["result"]

    notes = call("notesInfo", notes=call("findNotes", query=""))
    return "\n".join(field["value"] for note in notes for field in note["fields"].values())

"""Run `curate` in a thread on a scratch folder, and send it requests as its page does."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from studydeck.cli import curate
from studydeck.cli.project import TEMPLATES, Options
from tests.support.watching import DECK, TIMEOUT, Watching, wait_until

# All cards are made, however weak, so that no test depends on the points of a rule.
SETTINGS = f"{DECK}min-confidence = -99\n"
TODAY = "2026-11-26"
TOKEN_HEADER = "X-Studydeck-Token"


class Curating(Watching):
    """A folder in which `curate` runs, and the requests of its page."""

    def run(self, **options: object) -> None:
        """Curate until it is stopped."""
        # The types of the options differ, and those of a test are few.
        cli_options = Options(self.notes, self.out, TEMPLATES, int(time.time()), **options)  # type: ignore[arg-type]  # by name
        curate_options = curate.CurateOptions(0, False, lambda: int(time.time()), time.monotonic, lambda: TODAY)
        self.codes.append(curate.run(cli_options, curate_options, self.console, self.stop))

    @property
    def page_address(self) -> str:
        """Return the address of the page, with its token."""
        return next(line for line in self.console.lines if line.startswith("curate: ")).split()[1]

    @property
    def token(self) -> str:
        return self.page_address.partition("#token=")[2]

    @property
    def decisions(self) -> Path:
        return self.notes / "decisions.jsonl"

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], Any]:
        """Return status, headers and body of a reply; `headers` are added to those that the page sends."""
        address = urlsplit(self.page_address)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=TIMEOUT)
        sent = {TOKEN_HEADER: self.token, "Content-Type": "application/json", **(headers or {})}
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value is not None})
            response = connection.getresponse()
            text = response.read()
            is_json = response.headers["Content-Type"] == "application/json"
            return response.status, dict(response.headers), json.loads(text) if is_json else text.decode()
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """Return the body of a reply that must succeed."""
        status, _, body = self.request("GET", f"/curate/{path}")
        assert status == 200, body
        return body

    def guids_by_question(self, which: str = "all") -> dict[str, str]:
        """Return the GUIDs of the notes that pass a filter, by what they ask."""
        guids = self.get(f"list?filter={which}")["notes"]
        lines = self.get(f"notes?notes={','.join(guids)}")["lines"]
        return {line["question"]: line["note"] for line in lines}

    def note(self, guid: str) -> Any:
        """Return a note as the page shows it."""
        return self.get(f"note?note={guid}")["note"]

    def decide(self, guid: str, digest: str = "", **choice: object) -> tuple[int, Any]:
        """Decide about a note as it is shown now, or as a digest says; return status and answer."""
        request = {"note": guid, "digest": digest or self.note(guid)["digest"], "choice": choice}
        status, _, answer = self.request("POST", "/curate/decide", json.dumps(request).encode())
        return status, answer

    def undo(self) -> tuple[int, Any]:
        """Take the last decision back."""
        status, _, answer = self.request("POST", "/curate/undo", b"{}")
        return status, answer

    def decided(self) -> list[dict[str, Any]]:
        """Return the lines of the file of decisions."""
        text = self.decisions.read_text("utf-8") if self.decisions.exists() else ""
        return [json.loads(line) for line in text.splitlines()]


@contextmanager
def curating(folder: Path, texts: Mapping[str, str] | None = None) -> Iterator[Curating]:
    """Curate notes; without texts, those that are in the folder. Afterwards no partial file is left."""
    running = Curating(folder)
    if texts is not None:
        running.notes.mkdir(parents=True)
        for name, text in texts.items():
            (running.notes / name).write_text(text, "utf-8")
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        wait_until(lambda: any(line.startswith("curate: ") for line in running.console.lines), 3 * TIMEOUT)
        yield running
    finally:
        running.stop.set()
        thread.join(TIMEOUT)
    assert running.codes == [0]
    assert [path.name for path in folder.rglob("*.part")] == []

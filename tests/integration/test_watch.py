"""`watch`: every save is built once and reported in one line, whatever editors, authors and git do to the files."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from studydeck import storage
from studydeck.build_inputs import Inputs
from studydeck.cli.source_changes import changed_files, half_saved, merge_conflicts
from studydeck.config import Config
from studydeck.errors import BuildError
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import Decisions
from studydeck.model.document import Source
from tests.integration.test_connect import respond_with
from tests.support.watching import TEA, TIMEOUT, Watching, collection_fields, wait_until, watching

ROOT = Path(__file__).parents[2]
CONFLICT = "<<<<<<< HEAD\n- **Oolong**: one\n=======\n- **Oolong**: two\n>>>>>>> theirs\n"


def test_a_save_is_built_and_reported_in_one_line(tmp_path: Path) -> None:
    """The line names the file, the changes and the package, and the package contains the new text."""
    with watching(tmp_path) as watched:
        watched.edit("half brown", "partly brown")
        line = watched.wait_for("^tea.md: ")
        assert line.startswith(f"tea.md: 0 new, 1 changed, 0 retired -> {watched.package} (")
        assert "partly brown" in watched.fields()
        assert watched.unread_lines() == []


def write_in_place(watched: Watching, text: str) -> None:
    watched.tea.write_text(text, "utf-8")


def write_and_replace(watched: Watching, text: str) -> None:
    other = watched.notes / ".tea.md.tmp123"
    other.write_text(text, "utf-8")
    other.replace(watched.tea)


def save_as_vim(watched: Watching, text: str) -> None:
    (watched.notes / ".tea.md.swp").write_bytes(b"b0VIM")
    (watched.notes / "4913").touch()
    (watched.notes / "4913").unlink()
    watched.tea.rename(watched.notes / "tea.md~")
    watched.tea.write_text(text, "utf-8")
    (watched.notes / "tea.md~").unlink()


def save_as_emacs(watched: Watching, text: str) -> None:
    (watched.notes / ".#tea.md").symlink_to("somebody@somewhere.1234")
    (watched.notes / "#tea.md#").write_text(text[: len(text) // 2], "utf-8")
    shutil.copy(watched.tea, watched.notes / "tea.md~")
    watched.tea.write_text(text, "utf-8")
    (watched.notes / "#tea.md#").unlink()
    (watched.notes / ".#tea.md").unlink()


def truncate_then_write(watched: Watching, text: str) -> None:
    watched.tea.write_bytes(b"")
    time.sleep(0.15)  # longer than the interval within which writes count as one save
    watched.tea.write_text(text, "utf-8")


def remove_then_write(watched: Watching, text: str) -> None:
    watched.tea.unlink()
    time.sleep(0.15)
    watched.tea.write_text(text, "utf-8")


@pytest.mark.parametrize(
    "save", [write_in_place, write_and_replace, save_as_vim, save_as_emacs, truncate_then_write, remove_then_write]
)
def test_saves_of_every_editor_are_built_once(tmp_path: Path, save: Callable[[Watching, str], None]) -> None:
    """However an editor saves, there is one line, no note is retired, and backup files are not read."""
    with watching(tmp_path) as watched:
        guids = watched.guids()
        save(watched, TEA.replace("half brown", "partly brown"))
        assert "0 new, 1 changed, 0 retired" in watched.wait_for("^tea.md: ")
        assert watched.guids() == guids
        assert '"retired"' not in watched.ledger.read_text("utf-8")
        assert watched.unread_lines() == []


def cut_a_character(watched: Watching) -> None:
    watched.tea.write_bytes(TEA.encode()[: TEA.encode().index("é".encode()) + 1])


def add_a_conflict(watched: Watching) -> None:
    watched.tea.write_text(f"{TEA}{CONFLICT}", "utf-8")


def break_the_config(watched: Watching) -> None:
    (watched.notes / "deck.toml").write_text('name = "Tea', "utf-8")


def break_a_template(watched: Watching) -> None:
    template = next((watched.folder / "templates" / "pair").glob("*.html"))
    template.write_text(f"{template.read_text('utf-8')}{{{{Nonsense}}}}", "utf-8")


def break_the_ledger(watched: Watching) -> None:
    watched.ledger.write_text("{oops\n", "utf-8")


def rename_the_templates(watched: Watching) -> None:
    (watched.folder / "templates").rename(watched.folder / "renamed")


def rename_the_notes(watched: Watching) -> None:
    watched.notes.rename(watched.folder / "away")


BREAKING_EDITS: dict[Callable[[Watching], None], str] = {
    cut_a_character: r"tea.md:6: error: .*\[not-utf8\]",
    add_a_conflict: "tea.md:8: error: has an unresolved merge conflict",
    break_the_config: r"deck.toml:1: error: .*\[bad-config\]",
    break_a_template: r"templates/pair/.*: error: .*\[bad-template\]",
    break_the_ledger: r"ledger.jsonl:1: error: .*\[bad-ledger\]",
    rename_the_templates: "templates: error: there is no such folder",
    rename_the_notes: "notes: error: .*does not exist",
}


@pytest.mark.parametrize("spoil", BREAKING_EDITS, ids=lambda spoil: spoil.__name__)
def test_broken_files_replace_nothing_and_can_be_repaired(tmp_path: Path, spoil: Callable[[Watching], None]) -> None:
    """An error is reported once with its location, the package stays, and the next valid save is built."""
    with watching(tmp_path) as watched:
        package = watched.package.read_bytes()
        good = {path: path.read_bytes() for path in watched.folder.rglob("*") if path.is_file()}
        spoil(watched)
        watched.wait_for(f"{BREAKING_EDITS[spoil]}")
        watched.wait_for("^nothing was written; waiting for the next save")
        assert watched.package.read_bytes() == package
        for name in ("away", "renamed"):
            if (watched.folder / name).exists():
                (watched.folder / name).rename(watched.folder / {"away": "notes", "renamed": "templates"}[name])
        for path, data in good.items():
            if path.read_bytes() != data:
                path.write_bytes(data)
        watched.wait_for("^the errors are gone: all files are as in the last build")
        watched.edit("half brown", "partly brown")
        watched.wait_for("^tea.md: 0 new, 1 changed, 0 retired")
        assert watched.unread_lines() == []


def test_conflict_markers_in_code_or_already_built_are_no_conflict() -> None:
    """Conflict markers in fenced code, or that were built before, are not reported."""
    fenced = Source("git.md", f"# Git\n\n```\n{CONFLICT}```\n")
    unfenced = Source("git.md", f"# Git\n\n{CONFLICT}")
    assert list(merge_conflicts([fenced], [])) == []
    assert list(merge_conflicts([unfenced], [unfenced])) == []
    assert [diagnostic.line for diagnostic in merge_conflicts([unfenced], [])] == [3]


def test_a_renamed_file_and_folder_keep_every_identity(tmp_path: Path) -> None:
    """Renames are reported, and no note is retired."""
    with watching(tmp_path) as watched:
        guids = watched.guids()
        (watched.notes / "green").mkdir()
        watched.tea.rename(watched.notes / "green" / "leaves.md")
        assert ", 0 retired" in watched.wait_for("^green/leaves.md, tea.md: 0 new, ")
        (watched.notes / "green").rename(watched.notes / "black")
        assert ", 0 retired" in watched.wait_for("^black/leaves.md, green/leaves.md: 0 new, ")
        assert watched.guids() == guids


def test_a_ledger_restored_by_git_is_read_again(tmp_path: Path) -> None:
    """A ledger that `git checkout` restored is used for the next build."""
    with watching(tmp_path) as watched:
        old = watched.ledger.read_bytes()
        watched.edit("half brown", "partly brown")
        watched.wait_for("^tea.md: ")
        new = watched.ledger.read_bytes()
        watched.ledger.write_bytes(old)
        watched.wait_for("^ledger.jsonl: 0 new, 0 changed")  # since the last save
        assert watched.ledger.read_bytes() != old
        assert watched.ledger.read_bytes().count(b"\n") == new.count(b"\n")


@pytest.mark.parametrize(
    ("text", "configured", "expected"),
    [("a", True, False), ("b", True, False), (" ", True, True), (None, True, True), ("a", False, True)],
)
def test_what_is_empty_or_missing_is_half_saved(text: str | None, configured: bool, expected: bool) -> None:
    """A file that lost its text may be about to get another; so may a folder that is created again, its deck.toml."""
    old = Inputs((Source("a.md", "a"),), Config(), None, {}, 0)
    new = replace(old, sources=() if text is None else (Source("a.md", text),), configured=configured)
    assert half_saved(new, old) == expected
    assert not half_saved(old, replace(old, configured=False))


def test_a_decision_is_a_change() -> None:
    """A save of decisions.jsonl alone is built, too."""
    old = Inputs((Source("a.md", "a"),), Config(), None, {}, 0)
    decision = NoteDecision(guid="a" * 16, date="2026-01-01", question="", answer="", skip=True)
    new = replace(old, decisions=Decisions((decision,)))
    assert changed_files(old, new, {}, {}) == ["decisions.jsonl"]
    assert changed_files(new, new, {}, {}) == []


def test_a_recreated_folder_is_watched_again(tmp_path: Path) -> None:
    """A folder that is removed and created again, as by a change of branches, is watched as before."""
    with watching(tmp_path) as watched:
        backup = tmp_path / "keep"
        shutil.copytree(watched.notes, backup)
        shutil.rmtree(watched.notes)
        watched.wait_for("notes: error: ")
        backup.rename(watched.notes)  # all of it at once
        watched.wait_for("^the errors are gone: ")
        watched.edit("half brown", "partly brown")
        watched.wait_for("^tea.md: 0 new, 1 changed")


def test_templates_and_pictures_are_watched(tmp_path: Path) -> None:
    """A changed style and a changed picture are built as well."""

    def with_picture(watched: Watching) -> None:
        watched.tea.write_text(TEA.replace("half brown", "half brown ![a leaf](leaf.svg)"), "utf-8")
        (watched.notes / "leaf.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>', "utf-8"
        )

    with watching(tmp_path, with_picture) as watched:
        watched.wait_for("^all: ")
        (watched.notes / "leaf.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h2"/></svg>', "utf-8"
        )
        watched.wait_for("^leaf.svg: ")
        style = watched.folder / "templates" / "pair" / "style.css"
        style.write_text(f"{style.read_text('utf-8')}\n.card {{ color: #222; }}\n", "utf-8")
        watched.wait_for("^pair/style.css: ")


def test_a_save_without_changes_prints_nothing(tmp_path: Path) -> None:
    """A save without changes, a backup file and an unrelated file print nothing."""
    with watching(tmp_path) as watched:
        before = watched.output_files()
        watched.tea.write_text(TEA, "utf-8")
        (watched.notes / "tea.md~").write_text("x", "utf-8")
        (watched.notes / "4913").touch()
        time.sleep(0.4)  # longer than a build takes
        assert watched.unread_lines() == []
        assert watched.output_files() == before


def test_files_that_are_not_read_start_no_build(tmp_path: Path) -> None:
    """Git's own files, backup files and an unchanged ledger do not start a build."""
    with watching(tmp_path) as watched:
        (watched.notes / ".git" / "objects" / "ab").mkdir(parents=True)
        time.sleep(0.3)  # a new folder may start a build
        steps = len(watched.console.steps)
        (watched.notes / ".git" / "objects" / "ab" / "cdef").write_bytes(b"x")
        (watched.notes / ".git" / "HEAD").write_bytes(b"x")
        (watched.notes / "4913").touch()
        watched.ledger.write_bytes(watched.ledger.read_bytes())
        time.sleep(0.4)
        assert len(watched.console.steps) == steps


def test_another_build_is_waited_for(tmp_path: Path) -> None:
    """While another process builds the same notes, a message is printed, and the build waits."""
    with watching(tmp_path) as watched:
        with storage.folder_lock(watched.notes):
            watched.edit("half brown", "partly brown")
            watched.wait_for("^another build of these notes is running; waiting for it")
            assert "partly brown" not in watched.fields()
        watched.wait_for("^tea.md: ")


def test_an_output_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    """If the output folder is a file, this is reported; when it is removed, the next save is written."""
    with watching(tmp_path) as watched:
        shutil.rmtree(watched.out)
        watched.out.write_text("in the way", "utf-8")
        watched.edit("half brown", "partly brown")
        watched.wait_for("dist.*: error: cannot be written")
        watched.out.unlink()
        watched.edit("partly", "mostly")
        watched.wait_for("^tea.md, ledger.jsonl: ")  # the ledger was written first
        assert "mostly brown" in watched.fields()


def test_a_missing_picture_is_an_error_only_with_strict(tmp_path: Path) -> None:
    """With `--strict` a warning prevents the package from being written."""
    with watching(tmp_path, strict=True) as watched:
        package = watched.package.read_bytes()
        watched.edit("half brown", "half brown ![a pot](pot.png)")
        watched.wait_for("missing-picture")
        watched.wait_for("^nothing was written")
        assert watched.package.read_bytes() == package


def fetch(address: str, **headers: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=TIMEOUT) as response:
        return str(response.read().decode())


def test_the_last_page_stays_and_new_ones_are_announced(tmp_path: Path) -> None:
    """The page shows the last build, an error does not change it, and a newer page is an event."""
    with watching(tmp_path, preview=True) as watched:
        address = watched.address()
        assert "half brown" in fetch(address)
        cut_a_character(watched)
        watched.wait_for("^nothing was written")
        assert "half brown" in fetch(address)
        with urllib.request.urlopen(f"{address}events", timeout=TIMEOUT) as events:
            assert events.readline() == b": hello\n"
            watched.tea.write_text(TEA.replace("half brown", "partly brown"), "utf-8")
            assert [events.readline(), events.readline()] == [b"\n", b"data: newer\n"]
        assert "partly brown" in fetch(address)


def test_a_build_between_page_and_event_stream_is_announced(tmp_path: Path) -> None:
    """A build after the page was sent and before it listens is announced when it listens."""
    with watching(tmp_path, preview=True) as watched:
        address = watched.address()
        fetch(address)
        watched.edit("half brown", "partly brown")
        watched.wait_for("^tea.md: ")
        with urllib.request.urlopen(f"{address}events", timeout=TIMEOUT) as events:
            assert [events.readline() for _ in range(3)][2] == b"data: newer\n"


def test_before_the_first_build_the_page_reloads_itself(tmp_path: Path) -> None:
    """Until the first successful build a page is served that reloads itself."""
    with watching(tmp_path, add_a_conflict, preview=True) as watched:
        watched.wait_for("^preview: ")
        address = watched.address()
        watched.wait_for("^nothing was written")
        page = fetch(address)
        assert 'http-equiv="refresh"' in page
        assert "do not build yet" in page
        watched.tea.write_text(TEA, "utf-8")
        watched.wait_for("^all: ")
        assert "half brown" in fetch(address)


def test_requests_with_another_host_or_path_are_refused(tmp_path: Path) -> None:
    """Another Host header gets 403 (DNS rebinding), and other paths than page and events get 404."""
    with watching(tmp_path, preview=True) as watched:
        address = watched.address()
        for path, headers, status in (("", {"Host": "evil.example"}, 403), ("etc/passwd", {}, 404)):
            with pytest.raises(urllib.error.HTTPError) as error:
                fetch(f"{address}{path}", **headers)
            error.value.close()
            assert error.value.code == status


def start_watch(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start `watch` in a separate process."""
    folders = ("--notes", folder / "notes", "--out", folder / "dist", "--templates", folder / "templates")
    return subprocess.Popen(
        [sys.executable, ROOT / "build_deck.py", "watch", *folders, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_without_a_traceback(tmp_path: Path, sent: signal.Signals) -> None:
    """SIGINT and SIGTERM end `watch` with exit code 0 and without a traceback."""
    Watching(tmp_path).write_notes()
    child = start_watch(tmp_path)
    assert child.stdout
    while not child.stdout.readline().startswith("all: "):
        assert child.poll() is None
    child.send_signal(sent)
    output, errors = child.communicate(timeout=TIMEOUT)
    assert (child.returncode, output, errors) == (0, "", "")


def test_a_port_in_use_is_an_error(tmp_path: Path) -> None:
    """A port in use is an error that says what to do."""
    watched = Watching(tmp_path)
    watched.write_notes()
    used = socket.create_server(("127.0.0.1", 0))
    with used, pytest.raises(BuildError, match="choose another with --port"):
        watched.run(preview=True, port=used.getsockname()[1])


def test_without_anki_every_save_is_built_and_the_reason_is_reported(tmp_path: Path) -> None:
    """If AnkiConnect is missing, the package is written, and a line says what is missing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with watching(tmp_path, anki=f"http://127.0.0.1:{port}") as watched:
        watched.wait_for("^not imported by Anki: Anki is not running, or its add-on AnkiConnect")
        watched.edit("half brown", "partly brown")
        watched.wait_for("^tea.md: ")
        watched.wait_for("^not imported by Anki: ")


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\x1b[2J", b'{"result": null, "error": "\\u001b[2J"}'])
def test_whatever_answers_in_place_of_anki_does_not_stop_watching(tmp_path: Path, body: bytes) -> None:
    """A strange answer is a warning, and the next save is built."""
    with respond_with(body) as (address, requests), watching(tmp_path, anki=address) as watched:
        watched.wait_for("^not imported by Anki: ")
        watched.edit("half brown", "partly brown")
        watched.wait_for("^tea.md: ")
        watched.wait_for("^not imported by Anki: ")
    assert len(requests) == 2


def interpreter() -> str:
    """Return the path of an interpreter with `anki-connect-server`, or an empty string."""
    path = os.environ.get("STUDYDECK_ANKICONNECT", "")
    return path if Path(path).is_file() else ""


@pytest.mark.anki
@pytest.mark.skipif(not interpreter(), reason="STUDYDECK_ANKICONNECT names no interpreter with anki-connect-server")
def test_a_save_is_imported_into_anki(tmp_path: Path) -> None:
    """A real AnkiConnect server imports every build: its collection has the saved text, no note twice."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    collection = tmp_path / "anki" / "collection.anki2"
    collection.parent.mkdir()
    command = [interpreter(), str(ROOT / "tests" / "support" / "ankiconnect_server.py"), str(collection), str(port)]
    devnull = subprocess.DEVNULL
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, cwd=tmp_path, stdout=devnull, stderr=devnull) as server:
        try:
            wait_until(lambda: is_listening(port), 30)
            with watching(tmp_path / "deck", anki=address) as watched:
                watched.wait_for("^imported by Anki")
                assert collection_fields(address).count("half brown") == 2  # the meaning and the clue
                time.sleep(1)  # Anki's times of change are in seconds
                start = time.monotonic()
                watched.edit("half brown", "partly brown")
                watched.wait_for("^imported by Anki")
                assert time.monotonic() - start < TIMEOUT
                assert collection_fields(address).count("partly brown") == 2
                assert "half brown" not in collection_fields(address)
        finally:
            server.terminate()


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

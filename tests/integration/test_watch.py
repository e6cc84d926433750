"""Watching: every save is built once and said in one line, and nothing that editors, people or git do breaks it."""

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

from studydeck import storage
from studydeck.cli.source_changes import merge_conflicts
from studydeck.errors import BuildError
from studydeck.model.document import Source
from tests.support.watching import LONG, TEA, Watching, texts, until, watching

ROOT = Path(__file__).parents[2]
CONFLICT = "<<<<<<< HEAD\n- **Oolong**: one\n=======\n- **Oolong**: two\n>>>>>>> theirs\n"


def test_a_save_is_built_and_said_in_one_line(tmp_path: Path) -> None:
    """The line names the file, what changed and the package, and the package holds the new text."""
    with watching(tmp_path) as watched:
        watched.edit("half brown", "partly brown")
        line = watched.until("^tea.md: ")
        assert line.startswith(f"tea.md: 0 new, 1 changed, 0 retired -> {watched.package} (")
        assert "partly brown" in watched.fields()
        assert watched.unheard() == []


def in_place(watched: Watching, text: str) -> None:
    watched.tea.write_text(text, "utf-8")


def replaced(watched: Watching, text: str) -> None:
    other = watched.notes / ".tea.md.tmp123"
    other.write_text(text, "utf-8")
    other.replace(watched.tea)


def vim(watched: Watching, text: str) -> None:
    (watched.notes / ".tea.md.swp").write_bytes(b"b0VIM")
    (watched.notes / "4913").touch()
    (watched.notes / "4913").unlink()
    watched.tea.rename(watched.notes / "tea.md~")
    watched.tea.write_text(text, "utf-8")
    (watched.notes / "tea.md~").unlink()


def emacs(watched: Watching, text: str) -> None:
    (watched.notes / ".#tea.md").symlink_to("somebody@somewhere.1234")
    (watched.notes / "#tea.md#").write_text(text[: len(text) // 2], "utf-8")
    shutil.copy(watched.tea, watched.notes / "tea.md~")
    watched.tea.write_text(text, "utf-8")
    (watched.notes / "#tea.md#").unlink()
    (watched.notes / ".#tea.md").unlink()


def slowly(watched: Watching, text: str) -> None:
    watched.tea.write_bytes(b"")
    time.sleep(0.15)  # longer than what is gathered into one save
    watched.tea.write_text(text, "utf-8")


def removed_first(watched: Watching, text: str) -> None:
    watched.tea.unlink()
    time.sleep(0.15)
    watched.tea.write_text(text, "utf-8")


@pytest.mark.parametrize("save", [in_place, replaced, vim, emacs, slowly, removed_first])
def test_every_editor_is_followed(tmp_path: Path, save: Callable[[Watching, str], None]) -> None:
    """However an editor saves, it is one line, no note is ever taken for gone, and copies are no notes."""
    with watching(tmp_path) as watched:
        guids = watched.guids()
        save(watched, TEA.replace("half brown", "partly brown"))
        assert "0 new, 1 changed, 0 retired" in watched.until("^tea.md: ")
        assert watched.guids() == guids
        assert '"retired"' not in watched.ledger.read_text("utf-8")
        assert watched.unheard() == []


def cut(watched: Watching) -> None:
    watched.tea.write_bytes(TEA.encode()[: TEA.encode().index("é".encode()) + 1])


def conflict(watched: Watching) -> None:
    watched.tea.write_text(f"{TEA}{CONFLICT}", "utf-8")


def no_config(watched: Watching) -> None:
    (watched.notes / "deck.toml").write_text('name = "Tea', "utf-8")


def no_face(watched: Watching) -> None:
    face = next((watched.folder / "templates" / "pair").glob("*.html"))
    face.write_text(f"{face.read_text('utf-8')}{{{{Nonsense}}}}", "utf-8")


def no_ledger(watched: Watching) -> None:
    watched.ledger.write_text("{oops\n", "utf-8")


def no_templates(watched: Watching) -> None:
    (watched.folder / "templates").rename(watched.folder / "faces")


def no_folder(watched: Watching) -> None:
    watched.notes.rename(watched.folder / "away")


SPOILT: dict[Callable[[Watching], None], str] = {
    cut: "tea.md:6: not-utf8: ",
    conflict: "tea.md:8: unreadable: has an unresolved merge conflict",
    no_config: "deck.toml:1: bad-config: ",
    no_face: "templates/pair/.*: bad-template: ",
    no_ledger: "ledger.jsonl:1: bad-ledger: ",
    no_templates: "templates: bad-template: there is no such folder",
    no_folder: "notes: unreadable: .*does not exist",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_what_is_broken_replaces_nothing_and_can_be_mended(tmp_path: Path, spoil: Callable[[Watching], None]) -> None:
    """What cannot be built is said once with its place, the package stays, and the next good save is built."""
    with watching(tmp_path) as watched:
        package = watched.package.read_bytes()
        good = {path: path.read_bytes() for path in watched.folder.rglob("*") if path.is_file()}
        spoil(watched)
        watched.until(f"{SPOILT[spoil]}")
        watched.until("^nothing was written; waiting for the next save")
        assert watched.package.read_bytes() == package
        for name in ("away", "faces"):
            if (watched.folder / name).exists():
                (watched.folder / name).rename(watched.folder / {"away": "notes", "faces": "templates"}[name])
        for path, data in good.items():
            if path.read_bytes() != data:
                path.write_bytes(data)
        watched.until("^the errors are gone: all files are as in the last build")
        watched.edit("half brown", "partly brown")
        watched.until("^tea.md: 0 new, 1 changed, 0 retired")
        assert watched.unheard() == []


def test_notes_on_conflicts_are_no_conflict() -> None:
    """Code that shows what git writes is a note like any other, and so is a conflict that was built before."""
    fenced = Source("git.md", f"# Git\n\n```\n{CONFLICT}```\n")
    open_ = Source("git.md", f"# Git\n\n{CONFLICT}")
    assert list(merge_conflicts([fenced], [])) == []
    assert list(merge_conflicts([open_], [open_])) == []
    assert [one.line for one in merge_conflicts([open_], [])] == [3]


def test_a_renamed_file_and_folder_keep_every_identity(tmp_path: Path) -> None:
    """Renames are named, and cost nobody a note."""
    with watching(tmp_path) as watched:
        guids = watched.guids()
        (watched.notes / "green").mkdir()
        watched.tea.rename(watched.notes / "green" / "leaves.md")
        assert ", 0 retired" in watched.until("^green/leaves.md, tea.md: 0 new, ")
        (watched.notes / "green").rename(watched.notes / "black")
        assert ", 0 retired" in watched.until("^black/leaves.md, green/leaves.md: 0 new, ")
        assert watched.guids() == guids


def test_a_ledger_that_git_brought_back_is_read_again(tmp_path: Path) -> None:
    """What `git checkout` puts in the ledger's place counts at once."""
    with watching(tmp_path) as watched:
        old = watched.ledger.read_bytes()
        watched.edit("half brown", "partly brown")
        watched.until("^tea.md: ")
        new = watched.ledger.read_bytes()
        watched.ledger.write_bytes(old)
        watched.until("^ledger.jsonl: 0 new, 1 changed")
        assert watched.ledger.read_bytes() != old
        assert watched.ledger.read_bytes().count(b"\n") == new.count(b"\n")


def test_a_folder_that_is_made_anew_is_watched_again(tmp_path: Path) -> None:
    """Removed with all that stood in it and written again, as a change of branches may do, it is followed as before."""
    with watching(tmp_path) as watched:
        keep = tmp_path / "keep"
        shutil.copytree(watched.notes, keep)
        shutil.rmtree(watched.notes)
        watched.until("notes: unreadable: ")
        shutil.copytree(keep, watched.notes)
        watched.until("^the errors are gone: ")
        watched.edit("half brown", "partly brown")
        watched.until("^tea.md: 0 new, 1 changed")


def test_faces_and_pictures_are_watched(tmp_path: Path) -> None:
    """A restyled face and a redrawn picture are saves as well."""

    def with_picture(watched: Watching) -> None:
        watched.tea.write_text(TEA.replace("half brown", "half brown ![a leaf](leaf.svg)"), "utf-8")
        (watched.notes / "leaf.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>', "utf-8"
        )

    with watching(tmp_path, with_picture) as watched:
        watched.until("^all: ")
        (watched.notes / "leaf.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h2"/></svg>', "utf-8"
        )
        watched.until("^leaf.svg: ")
        style = watched.folder / "templates" / "pair" / "style.css"
        style.write_text(f"{style.read_text('utf-8')}\n.card {{ color: #222; }}\n", "utf-8")
        watched.until("^pair/style.css: ")


def test_what_changes_nothing_says_nothing(tmp_path: Path) -> None:
    """A save without an edit, an editor's copy and a file of no concern are no news."""
    with watching(tmp_path) as watched:
        before = watched.written()
        watched.tea.write_text(TEA, "utf-8")
        (watched.notes / "tea.md~").write_text("x", "utf-8")
        (watched.notes / "4913").touch()
        time.sleep(0.4)  # time enough for a line
        assert watched.unheard() == []
        assert watched.written() == before


def test_what_is_not_read_is_no_reason_to_look(tmp_path: Path) -> None:
    """Git's own files, an editor's copies, the ledger as it was just written: nobody reads the notes for them."""
    with watching(tmp_path) as watched:
        (watched.notes / ".git" / "objects" / "ab").mkdir(parents=True)
        time.sleep(0.3)  # folders may be read for
        steps = len(watched.console.steps)
        (watched.notes / ".git" / "objects" / "ab" / "cdef").write_bytes(b"x")
        (watched.notes / ".git" / "HEAD").write_bytes(b"x")
        (watched.notes / "4913").touch()
        watched.ledger.write_bytes(watched.ledger.read_bytes())
        time.sleep(0.4)
        assert len(watched.console.steps) == steps


def test_another_build_is_waited_for(tmp_path: Path) -> None:
    """Where somebody else builds the same notes, it says so, waits, and goes on."""
    with watching(tmp_path) as watched:
        with storage.folder_lock(watched.notes):
            watched.edit("half brown", "partly brown")
            watched.until("^another build of these notes is running; waiting for it")
            assert "partly brown" not in watched.fields()
        watched.until("^tea.md: ")


def test_a_place_that_cannot_be_written_is_said_and_watched_on(tmp_path: Path) -> None:
    """A file stands where packages should go: one line, and once it is away the next save is written."""
    with watching(tmp_path) as watched:
        shutil.rmtree(watched.out)
        watched.out.write_text("in the way", "utf-8")
        watched.edit("half brown", "partly brown")
        watched.until("dist.*: unreadable: cannot be written")
        watched.out.unlink()
        watched.edit("partly", "mostly")
        watched.until("^tea.md, ledger.jsonl: ")  # the ledger was written first
        assert "mostly brown" in watched.fields()


def test_a_missing_picture_stops_it_only_where_warnings_count(tmp_path: Path) -> None:
    """`--strict` holds a warning against a save; what was said before is not said again."""
    with watching(tmp_path, strict=True) as watched:
        package = watched.package.read_bytes()
        watched.edit("half brown", "half brown ![a pot](pot.png)")
        watched.until("missing-picture")
        watched.until("^nothing was written")
        assert watched.package.read_bytes() == package


def fetched(address: str, **headers: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=LONG) as answer:
        return str(answer.read().decode())


def test_the_last_good_page_stays_and_news_is_announced(tmp_path: Path) -> None:
    """The page holds what was built last, broken notes change nothing in it, and a newer one is an event."""
    with watching(tmp_path, preview=True) as watched:
        address = watched.address()
        assert "half brown" in fetched(address)
        cut(watched)
        watched.until("^nothing was written")
        assert "half brown" in fetched(address)
        with urllib.request.urlopen(f"{address}events", timeout=LONG) as events:
            assert events.readline() == b": hello\n"
            watched.tea.write_text(TEA.replace("half brown", "partly brown"), "utf-8")
            assert [events.readline(), events.readline()] == [b"\n", b"data: newer\n"]
        assert "partly brown" in fetched(address)


def test_news_between_page_and_stream_is_not_lost(tmp_path: Path) -> None:
    """A save after the page was sent and before it listens is announced as soon as it does."""
    with watching(tmp_path, preview=True) as watched:
        address = watched.address()
        fetched(address)
        watched.edit("half brown", "partly brown")
        watched.until("^tea.md: ")
        with urllib.request.urlopen(f"{address}events", timeout=LONG) as events:
            assert [events.readline() for _ in range(3)][2] == b"data: newer\n"


def test_before_the_first_good_build_the_page_says_so_and_looks_again(tmp_path: Path) -> None:
    """Notes that do not build yet have a page, which comes anew by itself."""
    with watching(tmp_path, conflict, preview=True) as watched:
        address = watched.until("^preview: ").removeprefix("preview: ")
        watched.until("^nothing was written")
        page = fetched(address)
        assert 'http-equiv="refresh"' in page
        assert "do not build yet" in page
        watched.tea.write_text(TEA, "utf-8")
        watched.until("^all: ")
        assert "half brown" in fetched(address)


def test_only_this_machines_own_pages_are_answered(tmp_path: Path) -> None:
    """A page from elsewhere that gave its name our address gets nothing, and there is nothing but page and events."""
    with watching(tmp_path, preview=True) as watched:
        address = watched.address()
        for path, headers, status in (("", {"Host": "evil.example"}, 403), ("etc/passwd", {}, 404)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                fetched(f"{address}{path}", **headers)
            refused.value.close()
            assert refused.value.code == status


def command(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start `watch` in a process of its own."""
    spans = ("--notes", folder / "notes", "--out", folder / "dist", "--templates", folder / "templates")
    return subprocess.Popen(
        [sys.executable, ROOT / "build_deck.py", "watch", *spans, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(tmp_path: Path, sent: signal.Signals) -> None:
    """Ctrl-C, and the signal by which other programs end it, are no failure and leave no traceback."""
    Watching(tmp_path).lay()
    child = command(tmp_path)
    assert child.stdout
    while not child.stdout.readline().startswith("all: "):
        assert child.poll() is None
    child.send_signal(sent)
    out, wrong = child.communicate(timeout=LONG)
    assert (child.returncode, out, wrong) == (0, "", "")


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    """Another program's port stops it with a line that says what to do."""
    watched = Watching(tmp_path)
    watched.lay()
    taken = socket.create_server(("127.0.0.1", 0))
    with taken, pytest.raises(BuildError, match="choose another with --port"):
        watched.run(preview=True, port=taken.getsockname()[1])


def test_without_anki_every_save_is_built_and_the_reason_is_said(tmp_path: Path) -> None:
    """Where nothing listens the package is written all the same, with a line that says what is missing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with watching(tmp_path, anki=f"http://127.0.0.1:{port}") as watched:
        watched.until("^not imported by Anki: Anki is not running, or its add-on AnkiConnect")
        watched.edit("half brown", "partly brown")
        watched.until("^tea.md: ")
        watched.until("^not imported by Anki: ")


def interpreter() -> str:
    """Give an interpreter that has `anki-connect-server`, or nothing."""
    named = os.environ.get("STUDYDECK_ANKICONNECT", "")
    return named if Path(named).is_file() else ""


@pytest.mark.anki
@pytest.mark.skipif(not interpreter(), reason="STUDYDECK_ANKICONNECT names no interpreter with anki-connect-server")
def test_a_saved_line_is_on_the_card_seconds_later(tmp_path: Path) -> None:
    """A real AnkiConnect server imports every build: the notes of its collection follow the saves, none twice."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    collection = tmp_path / "anki" / "collection.anki2"
    collection.parent.mkdir()
    words = [interpreter(), str(ROOT / "tests" / "support" / "ankiconnect_server.py"), str(collection), str(port)]
    quiet = subprocess.DEVNULL
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(words, cwd=tmp_path, stdout=quiet, stderr=quiet) as server:
        try:
            until(lambda: listens(port), 30)
            with watching(tmp_path / "deck", anki=address) as watched:
                watched.until("^imported by Anki")
                assert texts(address).count("half brown") == 2  # the meaning and the clue
                time.sleep(1)  # Anki's notes change by the second
                saved = time.monotonic()
                watched.edit("half brown", "partly brown")
                watched.until("^imported by Anki")
                assert time.monotonic() - saved < LONG
                assert texts(address).count("partly brown") == 2
                assert "half brown" not in texts(address)
        finally:
            server.terminate()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

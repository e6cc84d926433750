"""Windows and macOS, as far as another system can show it: file names, open files, locks, ports, signals, consoles.

The workflow `ci` runs all tests on these systems.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import unicodedata
from pathlib import Path

import pytest

from studydeck import storage
from studydeck.cli import signals
from studydeck.cli.main import main
from studydeck.errors import BuildError
from studydeck.media import candidate_paths
from studydeck.storage import writing

PNG = b"\x89PNG\r\n\x1a\n picture"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def picture_names(folder: Path, *targets: str) -> list[str]:
    """Return the links under which pictures are found from notes.md."""
    pictures = storage.read_pictures(folder, [("notes.md", target) for target in targets])
    return [target for (_, target), picture in pictures.items() if picture.data]


def test_a_picture_is_found_by_its_name_in_any_normal_form(tmp_path: Path) -> None:
    """MacOS writes "é" as two characters, an editor as one: the link finds the file on every system."""
    (tmp_path / unicodedata.normalize("NFD", "café")).mkdir()
    (tmp_path / unicodedata.normalize("NFD", "café/crème.png")).write_bytes(PNG)
    assert picture_names(tmp_path, "café/crème.png", "café/thé.png") == ["café/crème.png"]


def test_a_name_in_other_case_finds_the_same_picture_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system where case does not count opens such a file, and Linux does not: the deck must be the same."""
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "Cup.png").write_bytes(PNG)
    links = ["img/Cup.png", "img/cup.png", "img/CUP.png"]
    assert picture_names(tmp_path, *links) == links
    actual_is_file, actual_read, actual_resolve = Path.is_file, Path.read_bytes, Path.resolve

    def actual(path: Path) -> Path:
        return path.with_name("Cup.png") if path.name.lower() == "cup.png" else path

    monkeypatch.setattr(Path, "is_file", lambda path: actual_is_file(actual(path)))
    monkeypatch.setattr(Path, "read_bytes", lambda path: actual_read(actual(path)))
    monkeypatch.setattr(Path, "resolve", lambda path, strict=False: actual_resolve(path, strict))
    assert (tmp_path / "img" / "CUP.png").is_file()
    assert picture_names(tmp_path, *links) == links


@pytest.mark.parametrize(
    "target",
    [
        "\\\\server\\share\\a.png",
        "\\\\?\\C:\\a.png",
        "\\\\.\\pipe\\a.png",
        "//server/share/a.png",
        "..//server/share/a.png",
        "..///server/share/a.png",
        "./\\\\server/share/a.png",
        "%5c%5cserver%5cshare%5ca.png",
        "x/..//../..//server/a.png",
        "C:\\a.png",
        "C:a.png",
        "./C:/a.png",
        "x/../C:/a.png",
        "%43%3a/a.png",
        "a/C:b.png",
        "notes.md:a.png",
        "./notes.md:a.png",
        "a b.md:a.png",
    ],
)
def test_a_link_never_names_a_server_a_drive_or_a_stream(tmp_path: Path, target: str) -> None:
    """Windows asks a server for `\\\\server\\share`, with the user's credentials, even to see whether a file exists."""
    for candidate in candidate_paths("deep/notes.md", target):
        assert not candidate.startswith("/")
        assert "\\" not in candidate
    # Each part is looked up in the contents of its folder: "C:" and "notes.md:a.png" are no names there.
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "notes.md").touch()
    assert picture_names(tmp_path, target, f"deep/{target}") == []


class OpenElsewhere:
    """Makes renames fail as on Windows while another program has the file open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
        self.attempts, self.failures, self.replace = 0, failures, Path.replace
        monkeypatch.setattr(writing, "_RENAME_DELAYS", (0.0,) * 4)
        monkeypatch.setattr(Path, "replace", lambda partial, path: self.rename(partial, path))  # noqa: PLW0108  # a bound method would get no partial

    def rename(self, partial: Path, path: Path) -> Path:
        """Fail a few times, then rename."""
        self.attempts += 1
        if self.attempts <= self.failures:
            raise PermissionError(13, "Permission denied")
        return self.replace(partial, path)


def test_a_file_that_another_program_has_open_for_a_moment_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virus scanner or an indexer that holds the file for a moment does not fail a build."""
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b"old")
    OpenElsewhere(monkeypatch, failures=3)
    storage.replace_file(path, b"new")
    monkeypatch.undo()
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("ledger.jsonl", b"new")]


def test_a_file_that_another_program_keeps_open_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file stays whole, and no partial file stays."""
    path = tmp_path / "tea-1.0.0.apkg"
    path.write_bytes(b"old")
    OpenElsewhere(monkeypatch, failures=100)
    with pytest.raises(BuildError, match="close the program that has it open"):
        storage.write_files([(path, b"new")])
    monkeypatch.undo()
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("tea-1.0.0.apkg", b"old")]


def test_the_paths_of_one_folder_share_a_lock(tmp_path: Path) -> None:
    """Where case does not count, `Notes` and `notes` are one folder; here a second path is a link."""
    notes, other = tmp_path / "Notes", tmp_path / "elsewhere"
    notes.mkdir()
    other.mkdir()
    assert writing._folder_key(notes) == writing._folder_key(tmp_path / "Notes" / ".." / "Notes")
    assert writing._folder_key(notes) != writing._folder_key(other)
    assert str(notes).encode() not in writing._folder_key(notes)


def test_a_port_in_use_is_not_shared_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, SO_REUSEADDR lets a second program bind the same port and answer in place of the first."""
    import importlib

    from studydeck.preview import server

    monkeypatch.setattr(sys, "platform", "win32")
    reloaded = importlib.reload(server)
    assert not reloaded._Server.allow_reuse_address
    monkeypatch.undo()
    assert bool(importlib.reload(server)._Server.allow_reuse_address) == (sys.platform != "win32")


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_stop_signal_unwinds_the_command(name: str) -> None:
    """A closed terminal ends a command like `kill`: partial files are removed, and the exit code says so."""
    previous = signal.getsignal(signal.Signals[name])

    def work() -> int:
        os.kill(os.getpid(), signal.Signals[name])
        return 0

    assert signals.run_interruptible(work) == signals.TERMINATED
    assert signal.getsignal(signal.Signals[name]) == previous


@posix
def test_a_signal_that_nohup_ignores_stays_ignored() -> None:
    """`nohup studydeck watch &` survives the end of its terminal."""
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:

        def work() -> int:
            os.kill(os.getpid(), signal.SIGHUP)
            return 7

        assert signals.run_interruptible(work) == 7
    finally:
        signal.signal(signal.SIGHUP, previous)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_no_output_fails_in_a_narrow_encoding(tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Consoles of Windows have code pages: help, results, diagnostics and usage errors never end in a traceback."""
    notes = tmp_path / "nötes →"
    notes.mkdir()
    (notes / "tea ☕.md").write_text("# Tee ☕\n\n- **茶**: 飲み物 → a drink ![⚠](⚠.png)\n", "utf-8")
    folders = ["--notes", str(notes), "--out", str(tmp_path / "aus→")]
    helps = [[*command, "--help"] for command in ([], *([name] for name in main.commands))]
    uses = [["list", *folders], ["build", *folders], ["check", *folders], ["list", "--notes", "☕"], ["☕"], ["--☕"]]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    for arguments in [*helps, *uses]:
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding))
        # The error handler of standard error is Python's own.
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding, errors="backslashreplace"))
        with pytest.raises(SystemExit) as end:
            main(arguments, prog_name="studydeck")
        assert end.value.code in {0, 1, 2}, arguments

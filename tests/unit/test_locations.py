"""Paths in diagnostics and messages are those that a terminal opens from the current folder."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from studydeck.cli.locations import Locations
from studydeck.diagnostics import DiagnosticCode, error, warning

LEAK = DiagnosticCode.LEAK


@pytest.mark.parametrize(
    ("notes", "shown"),
    [("notes", "notes/a/tea.md"), (".", "a/tea.md"), ("../docs", "../docs/a/tea.md"), ("/x/y z", "/x/y z/a/tea.md")],
)
def test_a_path_begins_with_the_folder_as_it_was_named(notes: str, shown: str) -> None:
    """The path of a diagnostic, and those that its message names, can be opened from the current folder."""
    found = warning(LEAK, "a/tea.md", 0, "also at a/tea.md:3", named=("a/tea.md:3",))
    (located,) = Locations(Path(notes)).located([found])
    assert str(located) == f"{shown}: warning: also at {shown}:3 [leak]"
    assert Locations(Path(notes)).located([located]) == [located], "a path is located once"


def test_the_path_of_a_git_command_is_quoted() -> None:
    """A folder with a space in its name is one argument of the shell."""
    found = error(LEAK, "ledger.jsonl", 0, "restore it: git checkout -- ledger.jsonl", named=("ledger.jsonl",))
    (located,) = Locations(Path("my notes")).located([found])
    assert located.message == "restore it: git checkout -- 'my notes/ledger.jsonl'"


@pytest.mark.git
@pytest.mark.parametrize("start", [".", "deck", "deck/my notes", ".."])
def test_the_git_command_works_from_where_the_user_stands(
    start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the repository, a folder of it, and a folder that is in no repository."""
    top, author = tmp_path / "x" / "repository", ("-c", "user.name=a", "-c", "user.email=a@example.org")
    ledger = top / "deck" / "my notes" / "ledger.jsonl"
    ledger.parent.mkdir(parents=True)
    ledger.write_text("1\n", "utf-8")
    for arguments in (("init", "--quiet"), ("add", "."), (*author, "commit", "--quiet", "--message", "x")):
        subprocess.run(["git", *arguments], cwd=top, check=True)
    ledger.write_text("2\n", "utf-8")
    folder = (top / start).resolve()
    monkeypatch.chdir(folder)
    notes = Path(os.path.relpath(ledger.parent, folder))
    found = error(LEAK, "ledger.jsonl", 1, "restore it: git checkout -- ledger.jsonl", named=("ledger.jsonl",))
    (located,) = Locations(notes).located([found])
    subprocess.run(shlex.split(located.message.removeprefix("restore it: ")), check=True)
    assert ledger.read_text("utf-8") == "1\n"


def test_a_command_names_the_folder_that_is_not_the_default() -> None:
    """What a message says to run works as it is printed; other words after the program's name are left alone."""
    text = "run studydeck list --skipped; another version of studydeck makes it"
    assert Locations(Path("notes")).command(text) == text
    assert (
        Locations(Path("my docs")).command(text).startswith("run studydeck list --notes 'my docs' --skipped; another v")
    )


def test_other_paths_stay_as_they_are(tmp_path: Path) -> None:
    """A package or a revision is no file of the notes; a template is in the folder of the templates."""
    locations = Locations(Path("notes"), Path("my/templates"))
    assert locations.located([error(LEAK, "v1.0:a.md", 0, "x", root="")])[0].path == "v1.0:a.md"
    template = error(LEAK, "templates/pair/style.css", 2, "x", root="templates")
    assert locations.located([template])[0].path == "my/templates/pair/style.css"


def test_the_column_is_where_the_text_of_the_line_begins(tmp_path: Path) -> None:
    """It counts characters from 1; a line that is not there any more has none."""
    (tmp_path / "tea.md").write_bytes("# Té\r\n\r\n    - x\r\n".encode())
    locations = Locations(tmp_path)
    found = [warning(LEAK, path, line, "x") for path, line in (("tea.md", 3), ("tea.md", 9), ("gone.md", 1))]
    assert [diagnostic.column for diagnostic in locations.located(found)] == [5, 0, 0]


def test_annotations_name_files_below_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub shows an annotation at its line only if the path begins in the folder of the repository."""
    notes = tmp_path / "deck" / "notes"
    notes.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(notes)
    (located,) = Locations(Path()).located_in_repository([warning(LEAK, "tea.md", 0, "x")])
    assert located.path == "deck/notes/tea.md"


@pytest.mark.parametrize(
    ("notes", "place"),
    [("notes", "notes/a b.md:3"), ("notes", "a b.md:3:7"), (".", "./a b.md:3"), ("../x", "../x/a b.md:3:1")],
)
def test_a_place_is_taken_as_it_is_printed(notes: str, place: str) -> None:
    """A place that a command printed can be given to another one, with its column or without."""
    assert Locations(Path(notes)).place(place) == "a b.md:3"

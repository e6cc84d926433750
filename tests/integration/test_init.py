"""`init`: a folder becomes a project that builds; what is there stays as it is, and nothing is written elsewhere."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from studydeck.cli import init as init_command
from studydeck.cli.console import Console
from studydeck.cli.init import InitOptions
from studydeck.integrations.tool_source import source_of_clone, source_of_record
from tests.support.command import run_command
from tests.support.pages import blocks

ROOT = Path(__file__).parents[2]
NEW = {
    ".github/workflows/cards.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "notes/deck.toml",
    "notes/first-note.md",
}
TOOL = ("OWNER/studydeck", "0123456789abcdef")


@pytest.fixture(autouse=True)
def current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, in no repository."""
    folder = tmp_path / "green tea"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def init(folder: Path = Path(), notes: str = "", *, tool: tuple[str, str] | None = TOOL, dry_run: bool = False) -> None:
    """Set up a folder; the letters that are random elsewhere are `a`."""
    options = InitOptions(folder, notes, Path("dist"), dry_run, lambda count: "a" * count, tool)
    assert init_command.run(options, Console()) == 0


def files(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by their paths."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_empty_folder_becomes_a_project_that_builds(current_folder: Path) -> None:
    """The commands that the screen names lead to a package without any finding; a second run writes nothing."""
    result = run_command("init")
    assert result.exit_code == 0, result.output
    assert set(files(current_folder)) == NEW
    assert result.stdout.splitlines()[-1] == "next: studydeck"
    checked = run_command("check", "--strict")
    assert (checked.exit_code, "warning" in checked.stdout) == (0, False)
    built = run_command("build")
    assert (built.exit_code, built.stderr) == (0, "")
    assert built.stdout.splitlines()[-1].startswith("next: double-click dist/green-tea-1.0.0.apkg, and Anki imports it")
    assert (current_folder / "dist" / "green-tea-1.0.0.apkg").is_file()
    before = files(current_folder)
    again = run_command("init")
    assert files(current_folder) == before
    assert "kept notes/deck.toml, which is there" in again.stdout
    assert "wrote" not in again.stdout


def test_the_id_is_random() -> None:
    """Two decks of one name never share an id."""
    ids = set()
    for name in ("a", "b"):
        assert run_command("init", f"{name}/tea").exit_code == 0
        ids.add(Path(name, "tea", "notes", "deck.toml").read_text("utf-8").split('id = "tea-')[1][:6])
    assert len(ids) == 2


def test_a_dry_run_says_what_would_be_written(current_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It writes nothing, not even the folder."""
    init(Path("new"), dry_run=True)
    output = capsys.readouterr().out
    assert all(f"would write new/{path}" in output for path in NEW)
    assert output.splitlines()[-1] == "dry run: nothing was written"
    assert files(current_folder) == {}
    assert not Path("new").exists()


def test_a_folder_with_notes_keeps_them(current_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of it is the notes folder; pages about the repository are no notes, and .gitignore gets what it lacks."""
    written = {
        "Cells.md": b"# Cells\n\n## Ribosome\n\nA ribosome makes proteins of amino acids.\n",
        "README.md": b"# About\n\nThis is a vault.\n",
    }
    written |= {"sub/Plants.md": b"# Plants\n", ".gitignore": b"*.log\r\n/dist", "sub/.gitkeep": b""}
    for path, content in written.items():
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_bytes(content)
    init()
    after = files(current_folder)
    assert {path: after[path] for path in written if path != ".gitignore"} == {
        path: content for path, content in written.items() if path != ".gitignore"
    }
    assert after[".gitignore"].startswith(b"*.log\r\n/dist\r\n")
    assert after[".gitignore"].endswith(b"\r\npublished/\r\n")
    assert after[".gitignore"].count(b"dist") == 1
    assert after["deck.toml"].endswith(b'exclude = ["/README.md"]\n')
    assert "first-note.md" not in after
    output = capsys.readouterr().out
    assert "added published/ to .gitignore" in output
    command = output.splitlines()[-1].removeprefix("next: ")
    assert command == "studydeck --notes ."
    assert run_command("build", *shlex.split(command)[1:], "--strict").exit_code == 0
    assert 'notes: "."' in Path(".github/workflows/cards.yml").read_text("utf-8")
    before = files(current_folder)
    assert run_command("init").exit_code == 0
    assert files(current_folder) == before


def test_the_one_folder_with_notes_is_found() -> None:
    """A repository with pages about it and one folder of notes: the notes are in that folder."""
    Path("docs").mkdir()
    Path("docs", "tea.md").write_text(
        "# Tea\n\n## Gaiwan\n\nA gaiwan is a lidded bowl in which tea is brewed.\n", "utf-8"
    )
    Path("README.md").write_text("# About\n", "utf-8")
    result = run_command("init")
    assert result.stdout.splitlines()[-1] == "next: studydeck --notes docs"
    assert not Path("notes").exists()
    assert run_command("init", "--notes", "other").stdout.splitlines()[-1] == "next: studydeck --notes other"
    assert Path("other", "first-note.md").is_file()


def test_a_ledger_that_is_there_decides_the_id() -> None:
    """A deck that was built without settings keeps its id and name, so that learners keep it."""
    Path("notes").mkdir()
    Path("notes", "tea.md").write_text(
        "# Tea\n\n## Gaiwan\n\nA gaiwan is a lidded bowl in which tea is brewed.\n", "utf-8"
    )
    assert run_command("build").exit_code == 0
    header = json.loads(Path("notes", "ledger.jsonl").read_text("utf-8").partition("\n")[0])
    init()
    assert f'id = "{header["deck"]}"\nname = "{header["name"]}"' in Path("notes", "deck.toml").read_text("utf-8")
    assert run_command("build", "--locked").exit_code == 0
    Path("notes", "deck.toml").unlink()
    Path("notes", "ledger.jsonl").write_text("{oops\n", "utf-8")
    result = run_command("init")
    assert result.exit_code == 1
    assert "notes/ledger.jsonl:1:1: error: " in result.stderr
    assert not Path("notes", "deck.toml").exists()


def test_a_name_without_latin_letters_is_a_name() -> None:
    """The name is that of the folder; its id has letters that an id may have."""
    init(Path("緑茶 «1»"))
    text = Path("緑茶 «1»", "notes", "deck.toml").read_text("utf-8")
    assert 'name = "緑茶 «1»"' in text
    assert 'id = "1-aaaaa"' in text
    assert run_command("check", "--notes", "緑茶 «1»/notes", "--strict").exit_code == 0


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_nothing_is_written_through_a_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link out of the folder is named; a link in the place of a file is kept."""
    outside = tmp_path / "outside"
    outside.mkdir()
    Path(".github").symlink_to(outside)
    Path(".gitignore").symlink_to(outside / "ignored")
    Path(".pre-commit-config.yaml").symlink_to(outside / "none")
    init()
    assert files(outside) == {}
    captured = capsys.readouterr()
    assert ".github/workflows/cards.yml is not written: a part of its path is a file, or a link" in captured.err
    assert ".gitignore is no file of this folder; add these lines: dist/ published/" in captured.err
    assert "kept .pre-commit-config.yaml" in captured.out
    assert Path("notes", "deck.toml").is_file()


def test_a_file_is_no_folder() -> None:
    """A file in the place of the folder, or of the notes, is wrong use, and nothing is written."""
    Path("file").write_text("x", "utf-8")
    assert "file is a file; name a folder" in run_command("init", "file").stderr
    Path("deck").mkdir()
    Path("deck", "notes").write_text("x", "utf-8")
    result = run_command("init", "deck")
    assert (result.exit_code, set(files(Path("deck")))) == (2, {"notes"})
    assert "deck/notes is a file; name the folder of your notes with --notes" in result.stderr


def test_a_part_of_a_repository_gets_what_works_there(current_folder: Path) -> None:
    """Workflow and hooks work at the top only; the command that is named writes them there."""
    (current_folder / ".git").mkdir()
    result = run_command("init", "courses/tea")
    assert set(files(current_folder)) == {
        f"courses/tea/{name}" for name in (".gitignore", "notes/deck.toml", "notes/first-note.md")
    }
    (line,) = [line for line in result.stdout.splitlines() if ".pre-commit-config.yaml" in line]
    command = shlex.split(line.rpartition("repository: ")[2])
    assert run_command(*command[1:]).exit_code == 0
    assert '"courses/tea/notes"' in (current_folder / ".github/workflows/cards.yml").read_text("utf-8")
    assert not (current_folder / "notes").exists()


def test_the_workflow_and_the_hooks_are_those_of_the_documentation() -> None:
    """The workflow is that of the page on GitHub, and the hooks run as those of this repository do."""
    init(notes='my "notes"')
    workflow = yaml.safe_load(Path(".github/workflows/cards.yml").read_text("utf-8"))
    (page,) = [block.text for block in blocks("how-to/github.md") if block.file == ".github/workflows/cards.yml"]
    assert workflow["jobs"]["deck"].pop("with") == {"notes": 'my "notes"'}
    assert workflow == yaml.safe_load(page.replace("COMMIT", TOOL[1]))
    (repository,) = yaml.safe_load(Path(".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert {tuple(hook.pop("args")) for hook in repository["hooks"]} == {('--notes=my "notes"',)}
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert repository["hooks"] == [
        {key: value for key, value in hook.items() if key != "description"} | {"language": "system"}
        for hook in published
    ]


def test_an_unknown_tool_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing tells which studydeck this is, the workflow is to be completed."""
    init(tool=None)
    assert "before you push .github/workflows/cards.yml: replace OWNER and COMMIT" in capsys.readouterr().out
    assert "uses: OWNER/studydeck/.github/workflows/deck.yml@COMMIT" in Path(".github/workflows/cards.yml").read_text(
        "utf-8"
    )
    init()
    assert "OWNER and COMMIT" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("record", "source"),
    [
        (
            '{"url":"https://github.com/a/studydeck.git","vcs_info":{"vcs":"git","commit_id":"c0ffee"}}',
            ("a/studydeck", "c0ffee"),
        ),
        ('{"url":"ssh://git@github.com/a/b","vcs_info":{"commit_id":"c0ffee"}}', ("a/b", "c0ffee")),
        (
            '{"url":"https://github.com/a/b/releases/download/v1.2.0/b-1.2.0-py3-none-any.whl","archive_info":{}}',
            ("a/b", "v1.2.0"),
        ),
        ('{"url":"https://github.com/a/b/archive/refs/tags/v1.2.0.tar.gz"}', ("a/b", "v1.2.0")),
        ('{"url":"file:///home/x/b","dir_info":{"editable":true}}', None),
        ('{"url":"https://example.org/a/b","vcs_info":{"commit_id":"c0ffee"}}', None),
        ('{"url":7}', None),
        ("", None),
    ],
)
def test_the_record_of_pip_names_the_tool(record: str, source: tuple[str, str] | None) -> None:
    """A commit of a repository, or the file of a release; nothing else is guessed."""
    assert source_of_record(record) == source


@pytest.mark.git
def test_a_clone_names_its_remote(current_folder: Path) -> None:
    """The address and the commit of the clone; without a commit, or a remote on GitHub, nothing is known."""
    assert source_of_clone(current_folder) is None

    def git(*arguments: str) -> str:
        author = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", *author, *arguments], check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    git("remote", "add", "origin", "git@github.com:a/studydeck.git")
    assert source_of_clone(current_folder) is None
    git("commit", "--quiet", "--allow-empty", "--message", "x")
    assert source_of_clone(current_folder) == ("a/studydeck", git("rev-parse", "HEAD"))

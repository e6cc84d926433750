"""The command line: messages, exit codes, and no files written after an error."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from studydeck.cli.main import main
from tests.support.pipeline import DAY, NOW
from tests.support.sample_decks import TEMPLATES

ROOT = Path(__file__).parents[2]
DECK = 'id = "tea-deck"\nname = "Tea"\nversion = "1.0.0"\n'
TEA = """# Tea

## Oxidation

- **Green tea**: leaves that were heated before they turn brown
- **Oolong**: leaves that were left to turn half brown

## Tools

- Kettle
- Pot
- Strainer
"""
DIAGNOSTIC_LINE = re.compile(r"[^:\n]+(?::\d+){0,2}: (?:error|warning|info): \S.* \[[a-z0-9-]+\]")


@dataclass(frozen=True)
class Project:
    """An author's folder: notes, templates, and the output folder for packages."""

    folder: Path

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

    def run(self, *arguments: str, now: int = NOW) -> Result:
        """Run a command through the entry point; without a command name, `build`."""
        command = arguments[:1] if arguments[:1] in {("build",), ("list",)} else ("build",)
        remaining = arguments[1:] if arguments[:1] == command else arguments
        folders = ("--notes", str(self.notes), "--out", str(self.out), "--templates", str(self.folder / "templates"))
        result = CliRunner().invoke(main, [*command, *folders, *remaining], env={"SOURCE_DATE_EPOCH": str(now)})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def run_ok(self, *arguments: str, now: int = NOW) -> Result:
        """Run a command that must succeed."""
        result = self.run(*arguments, now=now)
        assert result.exit_code == 0, result.output
        return result

    def files(self) -> dict[str, bytes]:
        """Return every file of the folder by its path."""
        paths = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def guids(self) -> dict[str, str]:
        """Return the GUID of every note by its term or text, as `list` prints them."""
        records = map(json.loads, self.run_ok("list", "--format", "json").stdout.splitlines())
        return {
            record["fields"].get("Term") or record["fields"]["Text"]: record["guid"]
            for record in records
            if "guid" in record
        }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project with configured notes that were never built."""
    project = Project(tmp_path / "project")
    project.notes.mkdir(parents=True)
    (project.notes / "tea.md").write_text(TEA, "utf-8")
    (project.notes / "deck.toml").write_text(DECK, "utf-8")
    shutil.copytree(TEMPLATES, project.folder / "templates")
    return project


def test_a_folder_without_configuration_builds_and_reports_what_it_assumed(project: Project) -> None:
    """Name, id and version are assumed once, reported once, and stored in the ledger."""
    (project.notes / "deck.toml").unlink()
    first = project.run_ok()
    assert 'deck.toml: info: the file is missing: the deck is called "Project", its id is ' in first.stderr
    assert "it is new: commit it" in first.stdout
    assert (project.out / "project-0.1.0.apkg").is_file()
    second = project.run_ok()
    assert "assumed" not in second.output
    assert "commit it" not in second.output


def test_an_assumed_name_does_not_follow_the_folder(project: Project) -> None:
    """A folder that is renamed after its first build keeps the deck's id and name."""
    (project.notes / "deck.toml").unlink()
    project.run_ok()
    ledger = project.ledger.read_bytes()
    moved = Project(project.folder.rename(project.folder.with_name("elsewhere")))
    moved.run_ok(now=NOW + DAY)
    assert moved.ledger.read_bytes() == ledger
    assert [path.name for path in moved.out.iterdir()] == ["project-0.1.0.apkg"]


def test_build_is_the_default_command(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """`build_deck.py` alone builds notes/ into dist/."""
    monkeypatch.chdir(project.folder)
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 0
    assert project.package.is_file()


def test_a_second_build_changes_no_file(project: Project) -> None:
    """A day later the same notes give the same ledger and package, and the ledger is not written again."""
    project.run_ok()
    before, touched = project.files(), project.ledger.stat().st_mtime_ns
    result = project.run_ok(now=NOW + DAY)
    assert project.files() == before
    assert project.ledger.stat().st_mtime_ns == touched
    assert "0 new, 0 changed, 0 retired" in result.stdout
    assert "ledger" not in result.stdout


@pytest.mark.parametrize("arguments", [("build", "--dry-run"), ("list",), ("list", "--format", "json")], ids=" ".join)
@pytest.mark.parametrize("known", [False, True], ids=["first", "later"])
def test_read_only_commands_write_nothing(project: Project, arguments: tuple[str, ...], known: bool) -> None:
    """`--dry-run` and `list` leave the folder as it is, before the first build and after an edit."""
    if known:
        project.run_ok()
        (project.notes / "tea.md").write_text(TEA.replace("half brown", "partly brown"), "utf-8")
    before = project.files()
    project.run_ok(*arguments, now=NOW + DAY)
    assert project.files() == before
    assert project.out.exists() == known


def test_dry_run_prints_the_summary_of_the_build(project: Project) -> None:
    """The summary of a dry run is the summary of the build."""
    dry, real = project.run_ok("--dry-run"), project.run_ok()
    assert "were not written" in dry.stdout
    assert dry.stdout.splitlines()[:2] == real.stdout.splitlines()[:2]


def test_list_prints_the_guids_that_build_assigns(project: Project) -> None:
    """The JSON of `list`, one object a line, has the documented keys, and the same GUIDs before and after a build."""
    lines = [json.loads(line) for line in project.run_ok("list", "--format", "json").stdout.splitlines()]
    notes = [line for line in lines if "guid" in line]
    assert notes
    for note in notes:
        assert {"kind", "path", "line", "end_line", "fields", "tags", "changed", "cards"} <= note.keys()
        assert all({"ord", "line", "question", "answer"} <= card.keys() for card in note["cards"])
        assert note["fields"]["ID"] == note["guid"]
        assert re.fullmatch("[a-z2-7]{16}", note["guid"])
    before = project.guids()
    project.run_ok()
    assert project.guids() == before
    assert all(f'"note":"{guid}"' in project.ledger.read_text("utf-8") for guid in before.values())


def test_list_names_skipped_blocks(project: Project) -> None:
    """A block without a card is listed with its line and the reason."""
    with (project.notes / "tea.md").open("a", encoding="utf-8") as file:
        file.write("\n## Links\n\n- [a shop](https://example.org)\n- [another](https://example.com)\n")
    assert "tea.md:16: link-list: " in project.run_ok("list").stdout
    assert '"skipped": {"path": "tea.md", "line": 16' in project.run_ok("list", "--format", "json").stdout


def test_locked_fails_if_the_ledger_would_change(project: Project) -> None:
    """`--locked` fails and writes nothing if the ledger is missing or stale."""
    before = project.files()
    assert "[stale-ledger]" in fails(project.run("--locked"))
    assert project.files() == before
    project.run_ok()
    (project.notes / "tea.md").write_text(TEA + "- Spoon\n", "utf-8")
    before = project.files()
    assert "[stale-ledger]" in fails(project.run("--locked"))
    assert project.files() == before


def test_locked_passes_on_a_fresh_ledger(project: Project) -> None:
    """`--locked` builds the package if the ledger is up to date, at any later time."""
    project.run_ok()
    package = project.package.read_bytes()
    project.package.unlink()
    project.run_ok("--locked", now=NOW + DAY)
    assert project.package.read_bytes() == package


def test_reset_identities_starts_over_and_reports_what_it_drops(project: Project) -> None:
    """Before a first release the ledger may be reset: retired notes are dropped, which is reported."""
    project.run_ok()
    first = project.ledger.read_text("utf-8")
    (project.notes / "tea.md").write_text(TEA.split("## Tools", maxsplit=1)[0], "utf-8")
    project.run_ok(now=NOW + DAY)
    assert '"retired":' in project.ledger.read_text("utf-8")
    result = project.run_ok("--reset-identities", now=NOW + 2 * DAY)
    assert "ledger.jsonl: info: dropped 2 notes and 1 retired note from the ledger" in result.stderr
    assert '"retired":' not in project.ledger.read_text("utf-8")
    assert project.ledger.read_text("utf-8").splitlines()[0] != first.splitlines()[0]
    assert project.ledger.read_text("utf-8").startswith('{"format":2,"deck":"tea-deck","name":"Tea"')


def test_identities_are_not_reset_after_a_release_rejected(project: Project) -> None:
    """After a release `--reset-identities` is an error, because learners' notes have these identities."""
    project.run_ok()
    text = project.ledger.read_text("utf-8")
    released = f'"release":{{"version":"1.0.0","time":{NOW}}}'
    project.ledger.write_text(text.replace('"release":null', released, 1), "utf-8")
    before = project.files()
    assert "version 1.0.0 was released" in fails(project.run("--reset-identities"))
    assert project.files() == before


def test_a_renamed_deck_needs_an_option(project: Project) -> None:
    """A changed name is an error, as old cards would stay in the old deck; `--rename-deck` allows it."""
    project.run_ok()
    guids = project.guids()
    (project.notes / "deck.toml").write_text(DECK.replace('"Tea"', '"All tea"'), "utf-8")
    before = project.files()
    assert "[deck-renamed]" in fails(project.run())
    assert project.files() == before
    project.run_ok("--rename-deck")
    assert (project.out / "all-tea-1.0.0.apkg").is_file()
    project.run_ok()
    assert project.guids() == guids


def test_a_missing_picture_is_a_warning(project: Project) -> None:
    """A missing picture is reported with its line, and the deck is built, except with `--strict`."""
    with (project.notes / "tea.md").open("a", encoding="utf-8") as file:
        file.write("\n![a pot](pot.png)\n")
    before = project.files()
    assert "tea.md:14:1: warning: picture pot.png " in fails(project.run("--strict"))
    assert project.files() == before
    assert "tea.md:14:1: warning: picture pot.png " in project.run_ok().stderr
    assert project.package.is_file()


@pytest.mark.parametrize("arguments", [("--nonsense",), ("brew",), ("list", "--format", "xml")], ids=" ".join)
def test_wrong_usage_exits_with_two(arguments: tuple[str, ...]) -> None:
    """An unknown option, command or choice is a usage error."""
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_an_invalid_source_date_epoch_is_a_usage_error(project: Project) -> None:
    """SOURCE_DATE_EPOCH must be whole seconds, as the message says."""
    arguments = ["build", "--notes", str(project.notes), "--out", str(project.out)]
    result = CliRunner().invoke(main, arguments, env={"SOURCE_DATE_EPOCH": "yesterday"})
    assert result.exit_code == 2
    assert "whole seconds" in result.stderr
    assert not project.ledger.exists()


# Functions that break a project, with a pattern of the message that must be printed.


def not_utf8(project: Project) -> None:
    (project.notes / "cafe.md").write_bytes("# Coffee\n\nA caf\u00e9 sells it.\n".encode("latin-1"))


def no_folder(project: Project) -> None:
    project.notes.rename(project.folder / "moved")


def file_for_folder(project: Project) -> None:
    project.notes.rename(project.folder / "moved")
    project.notes.write_text("not a folder", "utf-8")


def no_markdown(project: Project) -> None:
    (project.notes / "tea.md").rename(project.notes / "tea.txt")


def config(text: str) -> Callable[[Project], None]:
    """Return a function that overwrites deck.toml with a text."""

    def write(project: Project) -> None:
        (project.notes / "deck.toml").write_text(text, "utf-8")

    return write


def two_kinds(project: Project) -> None:
    lines = project.ledger.read_text("utf-8").splitlines()
    note = next(line for line in lines if '"kind":"pair"' in line)
    project.ledger.write_text("\n".join([*lines, note.replace('"kind":"pair"', '"kind":"cloze"')]) + "\n", "utf-8")


def invalid_line(project: Project) -> None:
    lines = project.ledger.read_text("utf-8").splitlines()
    project.ledger.write_text("\n".join([*lines[:3], "{oops", *lines[3:]]) + "\n", "utf-8")


def no_head(project: Project) -> None:
    project.ledger.write_text("".join(project.ledger.read_text("utf-8").splitlines(keepends=True)[1:]), "utf-8")


def emptied_ledger(project: Project) -> None:
    project.ledger.write_text("", "utf-8")


def later_format(project: Project) -> None:
    project.ledger.write_text(project.ledger.read_text("utf-8").replace('"format":2', '"format":9', 1), "utf-8")


def first_format(project: Project) -> None:
    project.ledger.write_text('{"format":1,"deck":"tea-deck","name":"Tea"}\n{"note":"a"}\n{"gone":"b"}\n', "utf-8")


def ledger_of_bytes(project: Project) -> None:
    project.ledger.write_bytes(b"\xff\xfe\x00")


def other_fields(project: Project) -> None:
    definition = project.folder / "templates" / "pair" / "notetype.toml"
    definition.write_text(definition.read_text("utf-8").replace('name = "Clue"', 'name = "Hint"'), "utf-8")


def other_field_ids(project: Project) -> None:
    definition = project.folder / "templates" / "pair" / "notetype.toml"
    definition.write_text(
        re.sub(r"^id = \d+$", "id = 4242424242", definition.read_text("utf-8"), count=1, flags=re.MULTILINE), "utf-8"
    )


def no_templates(project: Project) -> None:
    (project.folder / "templates").rename(project.folder / "renamed")


def two_pins(project: Project) -> None:
    pinned = TEA.replace("turn brown", "turn brown <!-- deck: id=green -->")
    (project.notes / "tea.md").write_text(pinned.replace("half brown", "half brown <!-- deck: id=green -->"), "utf-8")


BROKEN: tuple[tuple[Callable[[Project], None], str], ...] = (
    (not_utf8, r"cafe.md:3: error: byte 0xe9 is not UTF-8; save the file as UTF-8.*not-utf8"),
    (no_folder, r"notes: error: .*does not exist; name the folder of your notes with --notes.*unreadable"),
    (file_for_folder, r"notes: error: .*is not a folder.*unreadable"),
    (no_markdown, r"notes: error: there is no Markdown file.*no-notes"),
    (config('id = "tea-deck"\nname = "Tea\n'), r"deck.toml:2: error: invalid TOML.*bad-config"),
    (
        config(DECK + 'licence = "MIT"\n'),
        r'deck.toml:4: error: unknown setting "licence".*did you mean "license".*bad-config',
    ),
    (
        config(DECK + "flavour = 1\n"),
        r'deck.toml:4: error: unknown setting "flavour"; the settings are id, name.*bad-config',
    ),
    (config(DECK.replace('"1.0.0"', "1.0")), r"deck.toml:3: error: version must be text in quotes.*bad-config"),
    (config(f'{DECK}blank-hints = "no"\n'), r"deck.toml:\d: error: blank-hints must be true or false.*bad-config"),
    (
        config(DECK.replace('"1.0.0"', '"one"')),
        r'deck.toml:3: error: version "one" is not of the form 1.2.3.*bad-config',
    ),
    (config(DECK.replace('"Tea"', '" "')), r"deck.toml:2: error: name is empty.*bad-config"),
    (config(DECK.replace("tea-deck", "t!")), r"deck.toml:1: error: id must be 3 to 64 letters.*bad-config"),
    (
        config(DECK.replace("tea-deck", "tea-deck-2")),
        r'deck.toml:1: error: .*built with the id "tea-deck".*deck-id-changed',
    ),
    (
        config(DECK.replace('"Tea"', '"Coffee"')),
        r'deck.toml:1: error: the deck was called "Tea".*--rename-deck.*deck-renamed',
    ),
    (two_kinds, r"ledger.jsonl:\d+: error: [a-z2-7]{16} has another kind in line \d+; delete the line.*bad-ledger"),
    (invalid_line, r"ledger.jsonl:4: error: this line is not a ledger record .*git checkout.*bad-ledger"),
    (no_head, r"ledger.jsonl:1: error: the first line, with the deck's id and name, is missing.*bad-ledger"),
    (emptied_ledger, r"ledger.jsonl:1: error: the file was cut here, as its last line is missing.*bad-ledger"),
    (later_format, r"ledger.jsonl:1: error: format 9 was written by a newer version.*bad-ledger"),
    (first_format, r"ledger.jsonl:1: error: format 1 was never released; delete the file.*bad-ledger"),
    (ledger_of_bytes, r"ledger.jsonl:1: error: .*not-utf8"),
    (other_fields, r"templates/pair/notetype.toml:?.*: error: .*bad-template"),
    (other_field_ids, r"templates/pair/notetype.toml:?.*: error: .*Anki would skip.*bad-template"),
    (no_templates, r"templates: error: there is no such folder.*bad-template"),
    (two_pins, r'tea.md:6: error: id "green" is also given at .*notes.tea.md:5.*duplicate-pin'),
)


@pytest.mark.parametrize(("spoil", "message"), BROKEN, ids=[message.split(": ")[-1][:40] for _, message in BROKEN])
def test_bad_input_is_reported_and_nothing_is_written(
    project: Project, spoil: Callable[[Project], None], message: str
) -> None:
    """A line with file, code and what to do, exit code 1, and no file is changed."""
    project.run_ok()
    spoil(project)
    for package in project.out.glob("*.apkg"):
        package.unlink()  # it would complete the ledger
    before = project.files()
    result = project.run(now=NOW + DAY)
    output = fails(result)
    place, text = message.split(" error: ")
    assert re.search(rf"{place}(?:\d+:)? error: {text}\]$", output, re.MULTILINE), output
    assert re.search(r"^nothing was written: \d+ error", result.stdout, re.MULTILINE)
    assert all(DIAGNOSTIC_LINE.fullmatch(line) for line in result.stderr.splitlines()), result.stderr
    assert project.files() == before


def test_all_errors_are_reported_together(project: Project) -> None:
    """Two files in the wrong encoding are two lines of one run."""
    not_utf8(project)
    (project.notes / "more.md").write_bytes(b"\xe9")
    output = fails(project.run())
    assert "cafe.md:3: error: byte" in output
    assert "more.md:1: error: byte" in output
    assert "nothing was written: 2 errors" in output


def fails(result: Result) -> str:
    """Return the output of a failing command; its exit code is 1, and it shows no traceback."""
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.output


# Permissions do not apply to root. So the child process builds once, until all modules are loaded, and then drops its
# privileges.
AS_NOBODY = """
import contextlib, io, os, sys
import studydeck.extraction.engine, studydeck.markdown.sections  # a build may load these only in a worker process
from studydeck.cli.main import main
if os.getuid() == 0:
    silent = io.StringIO()
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
        main([*sys.argv[1:7], "--dry-run"])
    os.setgid(65534)
    os.setuid(65534)
main()
"""
Build = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def unprivileged() -> Iterator[tuple[Project, Build]]:
    """Yield a project in a public folder, and a function that builds it as a user who is not root."""
    if os.name != "posix":
        pytest.skip("permissions of folders mean something else here")
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder, "project"))
        project.notes.mkdir(parents=True)
        project.out.mkdir()
        (project.notes / "tea.md").write_text(TEA, "utf-8")
        (project.notes / "deck.toml").write_text(DECK, "utf-8")
        shutil.copytree(TEMPLATES, project.folder / "templates")
        Path(folder).chmod(0o755)
        project.out.chmod(0o777)

        def build(*arguments: str) -> subprocess.CompletedProcess[str]:
            folders: tuple[str | Path, ...] = (
                "--notes",
                project.notes,
                "--out",
                project.out,
                "--templates",
                project.folder / "templates",
            )
            command = [sys.executable, "-c", AS_NOBODY, *folders, *arguments]
            # That user cannot write the data of a coverage measurement.
            environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
            return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)

        try:
            yield project, build
        finally:
            project.notes.chmod(0o755)


def test_a_ledger_that_cannot_be_written_is_a_warning(unprivileged: tuple[Project, Build]) -> None:
    """If the notes folder is read-only, the deck is built with a warning; `--strict` fails."""
    project, build = unprivileged
    project.notes.chmod(0o555)
    result = build()
    assert result.returncode == 0, result.stderr
    assert "ledger.jsonl: warning: cannot be written" in result.stderr
    assert project.package.is_file()
    assert not project.ledger.exists()
    assert build("--strict").returncode == 1


def test_a_folder_that_cannot_be_read_is_reported(unprivileged: tuple[Project, Build]) -> None:
    """A folder or file without read permission is named, and nothing is written."""
    project, build = unprivileged
    (project.notes / "tea.md").chmod(0o000)
    result = build()
    assert result.returncode == 1
    assert "tea.md: error: cannot be read" in result.stderr
    project.notes.chmod(0o000)
    result = build()
    assert result.returncode == 1
    assert "[unreadable]" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(project.out.iterdir()) == []


def test_output_into_a_pipe_is_utf8(project: Project) -> None:
    """Output into a pipe is UTF-8, even if the locale is ASCII."""
    (project.notes / "茶.md").write_text(
        "# 茶\n\n- **抹茶**: powdered leaves from Uji\n- **Öl**: no tea at all\n", "utf-8"
    )
    ascii_locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    result = subprocess.run(
        [sys.executable, ROOT / "build_deck.py", "list", "--notes", project.notes],
        env=os.environ | ascii_locale,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "茶.md:3: pair" in result.stdout.decode("utf-8")


IMPOSSIBLE_PATHS = ("a%00.png", "x" * 300 + ".png", "../" * 40 + "etc/passwd.png")


@pytest.mark.parametrize("target", IMPOSSIBLE_PATHS, ids=["null", "long", "out"])
def test_an_impossible_picture_path_is_a_warning(project: Project, target: str) -> None:
    """A path that no file system allows is a missing picture."""
    with (project.notes / "tea.md").open("a", encoding="utf-8") as file:
        file.write(f"\n![a pot]({target})\n")
    assert re.search(r"tea.md:14:1: warning: .*\[(missing|unsafe)-picture\]", project.run_ok().stderr)


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="file names are Unicode there")
def test_a_file_whose_name_is_not_utf8_is_read(project: Project) -> None:
    """A file name in another encoding is no error: invalid bytes are shown as replacement characters."""
    path = os.fsencode(project.notes) + b"/caf\xe9.md"
    Path(os.fsdecode(path)).write_text("# Coffee\n\n- **Mocha**: port of coffee\n- **Java**: isle of coffee\n", "utf-8")
    project.run_ok()
    assert "caf\ufffd.md" in project.ledger.read_text("utf-8")
    project.run_ok("--locked")


def test_the_entry_script_returns_the_exit_code(project: Project) -> None:
    """`python build_deck.py` exits with 0, 1 and 2."""

    def run_script(*arguments: str | Path) -> int:
        command = [sys.executable, ROOT / "build_deck.py", *arguments]
        return subprocess.run(command, capture_output=True, check=False).returncode

    folders: tuple[str | Path, ...] = ("--notes", project.notes, "--out", project.out)
    assert run_script(*folders) == 0
    assert run_script("list", "--notes", project.folder / "nowhere") == 1
    assert run_script("--nonsense") == 2


def test_check_leaves_out_allowed_codes_of_the_build(project: Project) -> None:
    """`allow` in deck.toml also silences what the build reports, such as pictures that stay links."""
    (project.notes / "tea.md").write_text("# Tea\n\n## Pot\n\nIt pours ![pot](https://example.org/p.png).\n", "utf-8")
    assert "remote-picture" in checked(project)
    config = project.notes / "deck.toml"
    config.write_text(config.read_text("utf-8") + 'allow = ["remote-picture"]\n', "utf-8")
    assert "remote-picture" not in checked(project)


def checked(project: Project) -> str:
    """Return what `check` prints."""
    result = CliRunner().invoke(main, ["check", "--notes", str(project.notes)])
    assert result.exit_code == 0, result.output
    return result.stdout

"""What an author meets at the front door: words, exit codes, and nothing written where something is wrong."""

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
PROBLEM = re.compile(r"[^:\n]+(?::\d+)?: [a-z][a-z0-9-]+: \S.*")


@dataclass(frozen=True)
class Desk:
    """An author's folder: notes, templates, and the place for packages."""

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

    def run(self, *words: str, now: int = NOW) -> Result:
        """Run a command as the front door does; `build` where none is named."""
        named = words[:1] if words[:1] in {("build",), ("list",)} else ("build",)
        rest = words[1:] if words[:1] == named else words
        spans = ("--notes", str(self.notes), "--out", str(self.out), "--templates", str(self.folder / "templates"))
        result = CliRunner().invoke(main, [*named, *spans, *rest], env={"SOURCE_DATE_EPOCH": str(now)})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def built(self, *words: str, now: int = NOW) -> Result:
        """Run a command that must succeed."""
        result = self.run(*words, now=now)
        assert result.exit_code == 0, result.output
        return result

    def files(self) -> dict[str, bytes]:
        """Read everything that lies in the folder."""
        found = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}

    def guids(self) -> dict[str, str]:
        """Give the GUID of every note by its term or text, as `list` says them."""
        said = map(json.loads, self.built("list", "--format", "json").stdout.splitlines())
        return {one["fields"].get("Term") or one["fields"]["Text"]: one["guid"] for one in said if "guid" in one}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a desk with configured notes that were never built."""
    span = Desk(tmp_path / "desk")
    span.notes.mkdir(parents=True)
    (span.notes / "tea.md").write_text(TEA, "utf-8")
    (span.notes / "deck.toml").write_text(DECK, "utf-8")
    shutil.copytree(TEMPLATES, span.folder / "templates")
    return span


def test_a_folder_without_configuration_builds_and_says_what_it_assumed(desk: Desk) -> None:
    """Name, id and version are made up once, said once, and remembered."""
    (desk.notes / "deck.toml").unlink()
    one = desk.built()
    assert 'deck.toml: assumed: the file is missing: the deck is called "Desk", its id is ' in one.stderr
    assert "it is new: commit it" in one.stdout
    assert (desk.out / "desk-0.1.0.apkg").is_file()
    two = desk.built()
    assert "assumed" not in two.output
    assert "commit it" not in two.output


def test_an_assumed_name_does_not_follow_the_folder(desk: Desk) -> None:
    """A folder that is renamed after its first build keeps the deck's id and name."""
    (desk.notes / "deck.toml").unlink()
    desk.built()
    ledger = desk.ledger.read_bytes()
    moved = Desk(desk.folder.rename(desk.folder.with_name("elsewhere")))
    moved.built(now=NOW + DAY)
    assert moved.ledger.read_bytes() == ledger
    assert [path.name for path in moved.out.iterdir()] == ["desk-0.1.0.apkg"]


def test_build_needs_no_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """`build_deck.py` alone builds notes/ into dist/."""
    monkeypatch.chdir(desk.folder)
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 0
    assert desk.package.is_file()


def test_a_second_build_writes_nothing_new(desk: Desk) -> None:
    """A day later the same notes give the same ledger and the same package, and the ledger is not touched."""
    desk.built()
    before, touched = desk.files(), desk.ledger.stat().st_mtime_ns
    result = desk.built(now=NOW + DAY)
    assert desk.files() == before
    assert desk.ledger.stat().st_mtime_ns == touched
    assert "0 new, 0 changed, 0 retired" in result.stdout
    assert "ledger" not in result.stdout


@pytest.mark.parametrize("words", [("build", "--dry-run"), ("list",), ("list", "--format", "json")], ids=" ".join)
@pytest.mark.parametrize("known", [False, True], ids=["first", "later"])
def test_looking_writes_nothing(desk: Desk, words: tuple[str, ...], known: bool) -> None:
    """`--dry-run` and `list` leave the folder as it is, before the first build and after an edit."""
    if known:
        desk.built()
        (desk.notes / "tea.md").write_text(TEA.replace("half brown", "partly brown"), "utf-8")
    before = desk.files()
    desk.built(*words, now=NOW + DAY)
    assert desk.files() == before
    assert desk.out.exists() == known


def test_dry_run_says_what_a_build_would_do(desk: Desk) -> None:
    """The summary of a dry run is the summary of the build."""
    dry, real = desk.built("--dry-run"), desk.built()
    assert "were not written" in dry.stdout
    assert dry.stdout.splitlines()[:2] == real.stdout.splitlines()[:2]


def test_list_gives_the_guids_that_build_gives(desk: Desk) -> None:
    """The JSON of `list`, one object a line, holds what the design promises, before and after the build."""
    lines = [json.loads(line) for line in desk.built("list", "--format", "json").stdout.splitlines()]
    notes = [line for line in lines if "guid" in line]
    assert notes
    for note in notes:
        assert {"kind", "path", "line", "end_line", "fields", "tags", "changed", "cards"} <= note.keys()
        assert all({"ord", "line", "question", "answer"} <= card.keys() for card in note["cards"])
        assert note["fields"]["ID"] == note["guid"]
        assert re.fullmatch("[a-z2-7]{16}", note["guid"])
    before = desk.guids()
    desk.built()
    assert desk.guids() == before
    assert all(f'"note":"{guid}"' in desk.ledger.read_text("utf-8") for guid in before.values())


def test_list_names_what_became_nothing(desk: Desk) -> None:
    """Silence is never success: a block without a card is listed with its line and the reason."""
    with (desk.notes / "tea.md").open("a", encoding="utf-8") as file:
        file.write("\n## Links\n\n- [a shop](https://example.org)\n- [another](https://example.com)\n")
    assert "tea.md:16: link-list: " in desk.built("list").stdout
    assert '"skipped": {"path": "tea.md", "line": 16' in desk.built("list", "--format", "json").stdout


def test_locked_fails_where_the_ledger_would_change(desk: Desk) -> None:
    """`--locked` guards a tag: without a ledger, or with a stale one, it fails and writes nothing."""
    before = desk.files()
    assert "ledger.jsonl: stale-ledger: " in fails(desk.run("--locked"))
    assert desk.files() == before
    desk.built()
    (desk.notes / "tea.md").write_text(TEA + "- Spoon\n", "utf-8")
    before = desk.files()
    assert "ledger.jsonl: stale-ledger: " in fails(desk.run("--locked"))
    assert desk.files() == before


def test_locked_passes_on_a_fresh_ledger(desk: Desk) -> None:
    """`--locked` builds the package where the ledger is up to date, however late."""
    desk.built()
    package = desk.package.read_bytes()
    desk.package.unlink()
    desk.built("--locked", now=NOW + DAY)
    assert desk.package.read_bytes() == package


def test_forget_starts_over_and_says_what_it_forgets(desk: Desk) -> None:
    """Before a first release the ledger may be forgotten: what was gone is no longer known, and it is said."""
    desk.built()
    first = desk.ledger.read_text("utf-8")
    (desk.notes / "tea.md").write_text(TEA.split("## Tools", maxsplit=1)[0], "utf-8")
    desk.built(now=NOW + DAY)
    assert '"retired":' in desk.ledger.read_text("utf-8")
    result = desk.built("--reset-identities", now=NOW + 2 * DAY)
    assert "ledger.jsonl: identities-reset: dropped 2 notes and 1 retired notes from the ledger" in result.stderr
    assert '"retired":' not in desk.ledger.read_text("utf-8")
    assert desk.ledger.read_text("utf-8").splitlines()[0] != first.splitlines()[0]
    assert desk.ledger.read_text("utf-8").startswith('{"format":2,"deck":"tea-deck","name":"Tea"')


def test_what_was_released_is_not_forgotten_rejected(desk: Desk) -> None:
    """After a release `--reset-identities` is refused: learners need what the ledger remembers."""
    desk.built()
    text = desk.ledger.read_text("utf-8")
    released = f'"release":{{"version":"1.0.0","time":{NOW}}}'
    desk.ledger.write_text(text.replace('"release":null', released, 1), "utf-8")
    before = desk.files()
    assert "version 1.0.0 was released" in fails(desk.run("--reset-identities"))
    assert desk.files() == before


def test_a_renamed_deck_needs_a_word(desk: Desk) -> None:
    """A changed name is an error, for old cards would stay behind; `--rename-deck` lets it pass, GUIDs unchanged."""
    desk.built()
    guids = desk.guids()
    (desk.notes / "deck.toml").write_text(DECK.replace('"Tea"', '"All tea"'), "utf-8")
    before = desk.files()
    assert "deck.toml:1: deck-renamed: " in fails(desk.run())
    assert desk.files() == before
    desk.built("--rename-deck")
    assert (desk.out / "all-tea-1.0.0.apkg").is_file()
    desk.built()
    assert desk.guids() == guids


def test_a_missing_picture_is_a_warning(desk: Desk) -> None:
    """A picture that is not there is reported with its line, and the deck is built; under `--strict` it is not."""
    with (desk.notes / "tea.md").open("a", encoding="utf-8") as file:
        file.write("\n![a pot](pot.png)\n")
    before = desk.files()
    assert "tea.md:14: missing-picture: picture pot.png " in fails(desk.run("--strict"))
    assert desk.files() == before
    assert "tea.md:14: missing-picture: picture pot.png " in desk.built().stderr
    assert desk.package.is_file()


@pytest.mark.parametrize("words", [("--nonsense",), ("brew",), ("list", "--format", "xml")], ids=" ".join)
def test_wrong_use_is_exit_two(words: tuple[str, ...]) -> None:
    """An option, a command or a choice that does not exist is wrong use."""
    assert CliRunner().invoke(main, words).exit_code == 2


def test_a_wrong_clock_is_wrong_use(desk: Desk) -> None:
    """SOURCE_DATE_EPOCH takes whole seconds, and says so."""
    words = ["build", "--notes", str(desk.notes), "--out", str(desk.out)]
    result = CliRunner().invoke(main, words, env={"SOURCE_DATE_EPOCH": "yesterday"})
    assert result.exit_code == 2
    assert "whole seconds" in result.stderr
    assert not desk.ledger.exists()


# What may be wrong in a folder that was built before: its name, what breaks it, and what must be said.


def latin(desk: Desk) -> None:
    (desk.notes / "cafe.md").write_bytes("# Coffee\n\nA caf\u00e9 sells it.\n".encode("latin-1"))


def no_folder(desk: Desk) -> None:
    desk.notes.rename(desk.folder / "moved")


def file_for_folder(desk: Desk) -> None:
    desk.notes.rename(desk.folder / "moved")
    desk.notes.write_text("not a folder", "utf-8")


def no_markdown(desk: Desk) -> None:
    (desk.notes / "tea.md").rename(desk.notes / "tea.txt")


def config(text: str) -> Callable[[Desk], None]:
    """Break deck.toml by writing this."""

    def write(desk: Desk) -> None:
        (desk.notes / "deck.toml").write_text(text, "utf-8")

    return write


def two_kinds(desk: Desk) -> None:
    lines = desk.ledger.read_text("utf-8").splitlines()
    note = next(line for line in lines if '"kind":"pair"' in line)
    desk.ledger.write_text("\n".join([*lines, note.replace('"kind":"pair"', '"kind":"cloze"')]) + "\n", "utf-8")


def garbage(desk: Desk) -> None:
    lines = desk.ledger.read_text("utf-8").splitlines()
    desk.ledger.write_text("\n".join([*lines[:3], "{oops", *lines[3:]]) + "\n", "utf-8")


def no_head(desk: Desk) -> None:
    desk.ledger.write_text("".join(desk.ledger.read_text("utf-8").splitlines(keepends=True)[1:]), "utf-8")


def emptied_ledger(desk: Desk) -> None:
    desk.ledger.write_text("", "utf-8")


def later_format(desk: Desk) -> None:
    desk.ledger.write_text(desk.ledger.read_text("utf-8").replace('"format":2', '"format":9', 1), "utf-8")


def first_format(desk: Desk) -> None:
    desk.ledger.write_text('{"format":1,"deck":"tea-deck","name":"Tea"}\n{"note":"a"}\n{"gone":"b"}\n', "utf-8")


def ledger_of_bytes(desk: Desk) -> None:
    desk.ledger.write_bytes(b"\xff\xfe\x00")


def other_fields(desk: Desk) -> None:
    recipe = desk.folder / "templates" / "pair" / "notetype.toml"
    recipe.write_text(recipe.read_text("utf-8").replace('name = "Clue"', 'name = "Hint"'), "utf-8")


def other_field_ids(desk: Desk) -> None:
    recipe = desk.folder / "templates" / "pair" / "notetype.toml"
    recipe.write_text(
        re.sub(r"^id = \d+$", "id = 4242424242", recipe.read_text("utf-8"), count=1, flags=re.MULTILINE), "utf-8"
    )


def no_templates(desk: Desk) -> None:
    (desk.folder / "templates").rename(desk.folder / "faces")


def two_pins(desk: Desk) -> None:
    pinned = TEA.replace("turn brown", "turn brown <!-- deck: id=green -->")
    (desk.notes / "tea.md").write_text(pinned.replace("half brown", "half brown <!-- deck: id=green -->"), "utf-8")


BROKEN: tuple[tuple[Callable[[Desk], None], str], ...] = (
    (latin, "cafe.md:3: not-utf8: byte 0xe9 is not UTF-8; save the file as UTF-8"),
    (no_folder, "notes: unreadable: .*does not exist; name the folder of your notes with --notes"),
    (file_for_folder, "notes: unreadable: .*is not a folder"),
    (no_markdown, "notes: no-notes: there is no Markdown file"),
    (config('id = "tea-deck"\nname = "Tea\n'), "deck.toml:2: bad-config: invalid TOML"),
    (config(DECK + 'licence = "MIT"\n'), 'deck.toml:4: bad-config: unknown setting "licence".*did you mean "license"'),
    (config(DECK + "flavour = 1\n"), 'deck.toml:4: bad-config: unknown setting "flavour"; the settings are id, name'),
    (config(DECK.replace('"1.0.0"', "1.0")), "deck.toml:3: bad-config: version must be text in quotes"),
    (config(DECK.replace('"1.0.0"', '"one"')), 'deck.toml:3: bad-config: version "one" is not of the form 1.2.3'),
    (config(DECK.replace('"Tea"', '" "')), "deck.toml:2: bad-config: name is empty"),
    (config(DECK.replace("tea-deck", "t!")), "deck.toml:1: bad-config: id must be 3 to 64 letters"),
    (config(DECK.replace("tea-deck", "tea-deck-2")), 'deck.toml:1: deck-id-changed: .*built with the id "tea-deck"'),
    (config(DECK.replace('"Tea"', '"Coffee"')), 'deck.toml:1: deck-renamed: the deck was called "Tea".*--rename-deck'),
    (two_kinds, r"ledger.jsonl:\d+: bad-ledger: [a-z2-7]{16} has another kind in line \d+; delete the line"),
    (garbage, "ledger.jsonl:4: bad-ledger: this line is not a ledger record .*git checkout"),
    (no_head, "ledger.jsonl:1: bad-ledger: the first line, with the deck's id and name, is missing"),
    (emptied_ledger, "ledger.jsonl:1: bad-ledger: the first line, with the deck's id and name, is missing"),
    (later_format, "ledger.jsonl:1: bad-ledger: format 9 was written by a newer version"),
    (first_format, "ledger.jsonl:1: bad-ledger: format 1 was never released; delete the file"),
    (ledger_of_bytes, "ledger.jsonl:1: not-utf8: "),
    (other_fields, "templates/pair/notetype.toml:?.*: bad-template: "),
    (other_field_ids, "templates/pair/notetype.toml:?.*: bad-template: .*Anki would skip"),
    (no_templates, "templates: bad-template: there is no such folder"),
    (two_pins, r'tea.md:6: duplicate-pin: id "green" is also given at tea.md:5'),
)


@pytest.mark.parametrize(("spoil", "said"), BROKEN, ids=[said.split(":")[-1].strip()[:40] for _, said in BROKEN])
def test_bad_input_is_said_and_nothing_is_written(desk: Desk, spoil: Callable[[Desk], None], said: str) -> None:
    """Whatever is wrong: a line with file, code and what to do, exit 1, and every file as it was before."""
    desk.built()
    spoil(desk)
    before = desk.files()
    result = desk.run(now=NOW + DAY)
    output = fails(result)
    assert re.search(said, output), output
    assert re.search(r"^nothing was written: \d+ error", result.stdout, re.MULTILINE)
    assert all(PROBLEM.fullmatch(line) for line in result.stderr.splitlines()), result.stderr
    assert desk.files() == before


def test_all_problems_are_said_together(desk: Desk) -> None:
    """An author mends everything in one go: two files in the wrong encoding are two lines."""
    latin(desk)
    (desk.notes / "more.md").write_bytes(b"\xe9")
    output = fails(desk.run())
    assert "cafe.md:3: not-utf8" in output
    assert "more.md:1: not-utf8" in output
    assert "nothing was written: 2 errors" in output


def fails(result: Result) -> str:
    """Give what a failing command says; its exit code is 1, and it shows no traceback."""
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.output


# What only an ordinary user can test: root reads and writes everything. So the child walks once, until all that Python
# loads is loaded, and then lets go of its rights.
AS_NOBODY = """
import contextlib, io, os, sys
import studydeck.extraction.engine, studydeck.markdown.sections  # a walk may load these in another process
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
def ordinary() -> Iterator[tuple[Desk, Build]]:
    """Give a desk in a public folder, and a way to build it as a user who is not root."""
    if os.name != "posix":
        pytest.skip("permissions of folders mean something else here")
    with tempfile.TemporaryDirectory() as folder:
        span = Desk(Path(folder, "desk"))
        span.notes.mkdir(parents=True)
        span.out.mkdir()
        (span.notes / "tea.md").write_text(TEA, "utf-8")
        (span.notes / "deck.toml").write_text(DECK, "utf-8")
        shutil.copytree(TEMPLATES, span.folder / "templates")
        Path(folder).chmod(0o755)
        span.out.chmod(0o777)

        def build(*words: str) -> subprocess.CompletedProcess[str]:
            spans: tuple[str | Path, ...] = (
                "--notes",
                span.notes,
                "--out",
                span.out,
                "--templates",
                span.folder / "templates",
            )
            command = [sys.executable, "-c", AS_NOBODY, *spans, *words]
            return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

        try:
            yield span, build
        finally:
            span.notes.chmod(0o755)


def test_a_ledger_that_cannot_be_written_is_a_warning(ordinary: tuple[Desk, Build]) -> None:
    """In a folder that cannot be written the deck is built all the same, with a warning; `--strict` fails."""
    desk, build = ordinary
    desk.notes.chmod(0o555)
    result = build()
    assert result.returncode == 0, result.stderr
    assert "ledger.jsonl: read-only: cannot be written" in result.stderr
    assert desk.package.is_file()
    assert not desk.ledger.exists()
    assert build("--strict").returncode == 1


def test_a_folder_that_cannot_be_read_is_said(ordinary: tuple[Desk, Build]) -> None:
    """A folder or file without permission is named, and nothing is written."""
    desk, build = ordinary
    (desk.notes / "tea.md").chmod(0o000)
    result = build()
    assert result.returncode == 1
    assert "tea.md: unreadable: cannot be read" in result.stderr
    desk.notes.chmod(0o000)
    result = build()
    assert result.returncode == 1
    assert ": unreadable: " in result.stderr
    assert "Traceback" not in result.stderr
    assert list(desk.out.iterdir()) == []


def test_every_language_goes_through_a_pipe(desk: Desk) -> None:
    """What is listed into a pipe is UTF-8, even where the machine speaks ASCII alone."""
    (desk.notes / "茶.md").write_text(
        "# 茶\n\n- **抹茶**: powdered leaves from Uji\n- **Öl**: no tea at all\n", "utf-8"
    )
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, ROOT / "build_deck.py", "list", "--notes", desk.notes],
        env=os.environ | ascii_alone,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "茶.md:3: pair" in done.stdout.decode("utf-8")


NOWHERE = ("a%00.png", "x" * 300 + ".png", "../" * 40 + "etc/passwd.png")


@pytest.mark.parametrize("target", NOWHERE, ids=["null", "long", "out"])
def test_a_picture_that_cannot_be_there_is_a_warning(desk: Desk, target: str) -> None:
    """An address that no disk could hold is a picture that is not there."""
    with (desk.notes / "tea.md").open("a", encoding="utf-8") as file:
        file.write(f"\n![a pot]({target})\n")
    assert re.search("tea.md:14: (missing|unsafe)-picture: ", desk.built().stderr)


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="file names are Unicode there")
def test_a_file_whose_name_is_no_utf8_is_read(desk: Desk) -> None:
    """A name in an old encoding stops nothing: its strange bytes are shown as such."""
    path = os.fsencode(desk.notes) + b"/caf\xe9.md"
    Path(os.fsdecode(path)).write_text("# Coffee\n\n- **Mocha**: port of coffee\n- **Java**: isle of coffee\n", "utf-8")
    desk.built()
    assert "caf\ufffd.md" in desk.ledger.read_text("utf-8")
    desk.built("--locked")


def test_the_front_door_gives_the_exit_code(desk: Desk) -> None:
    """`python build_deck.py` ends with 0, 1 and 2 as the commands do."""

    def door(*words: str | Path) -> int:
        command = [sys.executable, ROOT / "build_deck.py", *words]
        return subprocess.run(command, capture_output=True, check=False).returncode

    spans: tuple[str | Path, ...] = ("--notes", desk.notes, "--out", desk.out)
    assert door(*spans) == 0
    assert door("list", "--notes", desk.folder / "nowhere") == 1
    assert door("--nonsense") == 2

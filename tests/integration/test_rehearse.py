"""`rehearse`: imports two versions into the real Anki, prints counts, and fails if reviews are lost."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from studydeck.apkg import writer
from studydeck.cli.main import main
from studydeck.model.anki import Deck, Row
from tests.support.pipeline import build_notes, rebuild
from tests.support.sample_decks import guid

pytestmark = pytest.mark.anki

ROOT = Path(__file__).parents[2]
NOTES = """# Tea

## Leaves

- **Oolong**: leaves left to turn half brown
- **Sencha**: leaves steamed soon after the harvest
- **Assam**: leaves left to turn dark all through

## The three tools

- Kettle
- Pot
- Strainer
"""
# Earlier than the learner's own edit, which has the current time.
LONG_AGO = 1_700_000_000


def decks() -> tuple[Deck, Deck]:
    """Return two versions: one note corrected, one retired, one new, one more item."""
    first = build_notes(NOTES, now=LONG_AGO)
    edited = NOTES.replace("half brown", "half brown by hand").replace("- Kettle", "- Scales\n- Kettle")
    retired = "- **Assam**: leaves left to turn dark all through\n"
    second = rebuild(first, edited.replace(retired, "- **Matcha**: powder whisked into water\n"))
    assert first.deck
    assert second.deck
    return first.deck, second.deck


def rehearse(folder: Path, old: Deck, new: Deck, *arguments: str) -> Result:
    """Pack two decks, rehearse them and return the result."""
    paths = []
    for name, deck in (("old", old), ("new", new)):
        path = folder / f"{name}.apkg"
        path.write_bytes(writer.pack(deck))
        paths.append(str(path))
    return run("rehearse", *paths, *arguments)


def run(*arguments: str) -> Result:
    """Run a command, and check that it raises nothing but SystemExit."""
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_good_version_keeps_every_review(tmp_path: Path) -> None:
    """The counts after a correction, a retired note, a new note and a new item."""
    result = rehearse(tmp_path, *decks())
    assert result.exit_code == 0, result.output
    first_line, *other_lines = result.stdout.splitlines()
    assert first_line.endswith(": 4 notes, 9 of 9 cards reviewed")
    assert other_lines == [
        "history kept: 9 of 9 cards, 0 lost",
        "updated: 2 of 2 changed notes",
        "new: 1 note, 3 cards",
        "left behind: 1 note that the new version no longer has",
        "conflicting: 0",
        "learner's own edit and tag kept: yes",
    ]


def test_a_phrase_that_an_edit_takes_out_is_no_lost_review(tmp_path: Path) -> None:
    """The card of a replaced item is empty, which is said, and its review is still there."""
    old, _ = decks()

    def shortened(row: Row) -> Row:
        fields = tuple(re.sub(r"\{\{c1::.*?\}\}", "{{c9::something else}}", text) for text in row.fields)
        ordinals = tuple(8 if ordinal == 0 else ordinal for ordinal in row.ordinals)
        return row if row.kind == "pair" else replace(row, fields=fields, ordinals=ordinals, changed=row.changed + 9)

    result = rehearse(tmp_path, old, replace(old, rows=tuple(map(shortened, old.rows))))
    assert result.exit_code == 0, result.output
    assert "history kept: 9 of 9 cards, 0 lost" in result.stdout
    assert "emptied: 1 card whose phrase is gone; Tools > Empty Cards removes what is empty" in result.stdout


def other_guids(deck: Deck) -> Deck:
    """Return the deck with other GUIDs."""
    rows = (replace(row, guid=guid(row.guid), fields=(guid(row.guid), *row.fields[1:])) for row in deck.rows)
    return replace(deck, rows=tuple(replace(row, id_slot=row.id_slot - 9) for row in rows))


def other_ordinals(deck: Deck) -> Deck:
    """Return the deck with other ordinals of cloze notes."""

    def with_other_ordinals(row: Row) -> Row:
        if row.kind == "pair":
            return row
        fields = tuple(text.replace("{{c", "{{c1") for text in row.fields)
        return replace(
            row, fields=fields, ordinals=tuple(10 + ordinal for ordinal in row.ordinals), changed=row.changed + 9
        )

    return replace(deck, rows=tuple(map(with_other_ordinals, deck.rows)))


def no_clozes(deck: Deck) -> Deck:
    """Return the deck with clozes that their cards do not ask."""

    def without_clozes(row: Row) -> Row:
        fields = tuple(text.replace("{{c", "{{c1") for text in row.fields)
        return row if row.kind == "pair" else replace(row, fields=fields, changed=row.changed + 9)

    return replace(deck, rows=tuple(map(without_clozes, deck.rows)))


def other_fields(deck: Deck) -> Deck:
    """Return the deck with another last field of its note types."""
    notetypes = (
        replace(
            notetype,
            fields=(*notetype.fields[:-1], ("Another", notetype.fields[-1][1] + 1)),
            changed=notetype.changed + 9,
        )
        for notetype in deck.notetypes
    )
    rows = tuple(replace(row, changed=row.changed + 9) for row in deck.rows)
    return replace(deck, notetypes=tuple(notetypes), rows=rows)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (other_guids, "FAILED: 4 notes were added again under another identity, without their history"),
        (other_ordinals, "FAILED: 3 phrases are asked by another card of the note, without their history"),
        (no_clozes, "FAILED: 3 cards have an empty question"),
        (other_fields, "FAILED: 4 notes conflict and are never updated again"),
    ],
)
def test_a_version_that_loses_reviews_fails_rejected(
    tmp_path: Path, spoil: Callable[[Deck], Deck], message: str
) -> None:
    """Other GUIDs, ordinals or fields are detected, counted and reported."""
    old, _ = decks()
    result = rehearse(tmp_path, old, spoil(old))
    assert (result.exit_code, message in result.stdout) == (1, True), result.output


def test_invalid_packages_are_reported_first(tmp_path: Path) -> None:
    """A missing file, a text, an empty folder and another zip file give one line each, and exit code 1."""
    text, folder, other = tmp_path / "notes.md", tmp_path / "folder", tmp_path / "other.zip"
    text.write_text("# Tea", "utf-8")
    folder.mkdir()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("tea.txt", "tea")
    missing = run("rehearse", str(tmp_path / "none.apkg"))
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert missing.stderr.startswith(f"{tmp_path / 'none.apkg'}: error: is not a package, a folder of notes or a ")
    empty = run("rehearse", str(folder))
    assert (empty.exit_code, empty.stdout) == (1, "")
    assert "there is no Markdown file" in empty.stderr
    for path in (text, other):
        result = run("rehearse", str(path), str(path))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"{path}: error: it is not an Anki package")
        assert result.stderr.count("\n") == 1


def test_a_missing_anki_is_reported_with_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If Anki is not installed, the message names the package of Anki and the option."""
    monkeypatch.setitem(sys.modules, "anki", None)  # makes `import anki` fail
    result = rehearse(tmp_path, *decks())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "(python -m pip install anki)" in result.stderr
    assert "--python" in result.stderr


def test_an_interpreter_without_anki_is_named(tmp_path: Path) -> None:
    """An interpreter that is missing or has no Anki is named in one line, without a traceback."""
    venv.create(tmp_path / "bare", with_pip=False)
    bare = tmp_path / "bare" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    for python, message in ((bare, "No module named 'anki'"), (tmp_path / "none", "it cannot be started")):
        result = rehearse(tmp_path, *decks(), "--python", str(python))
        assert (result.exit_code, result.stdout) == (1, "")
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"{python}: error: the rehearsal failed: ")
        assert message in line


def test_a_rehearsal_does_not_import_anki_in_this_process(tmp_path: Path) -> None:
    """Anki is AGPL, so it runs only in a separate process."""
    path = tmp_path / "old.apkg"
    path.write_bytes(writer.pack(decks()[0]))
    code = """
import sys
from studydeck.cli.main import main
try:
    main(["rehearse", sys.argv[1]])
except SystemExit as end:
    print(end.code, sorted(name for name in sys.modules if name.partition(".")[0] in {"anki", "aqt"}))
"""
    result = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout.splitlines()[-1] == "0 []", result.stderr
    assert "history kept: 9 of 9 cards, 0 lost" in result.stdout


@pytest.mark.parametrize("answer", ["", "hello", "[1]", '{"anki": 1}', "[" * 100_000])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts no scripts")
def test_an_interpreter_that_answers_anything_is_named(tmp_path: Path, answer: str) -> None:
    """A program that is not Python, and succeeds, is one line without a traceback."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n", "utf-8")
    program.chmod(0o755)
    result = rehearse(tmp_path, *decks(), "--python", str(program))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{program}: error: the rehearsal failed: its output is not a report; is it an interpreter of "
        "Python? [unreadable]\n"
    )

"""`rehearse`: the real Anki tells in numbers what a new version does to a learner, and fails where a review is lost."""

from __future__ import annotations

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
from tests.support.pipeline import walk, walk_on
from tests.support.sample_decks import guid

pytestmark = pytest.mark.anki

ROOT = Path(__file__).parents[2]
NOTES = """# Tea

## Leaves

- **Oolong**: leaves left to turn half brown
- **Sencha**: leaves steamed soon after the harvest
- **Assam**: leaves left to turn dark all through

## Tools

- Kettle
- Pot
- Strainer
"""
# Longer ago than the clock of the learner's edit, whenever that is.
LONG_AGO = 1_700_000_000


def decks() -> tuple[Deck, Deck]:
    """Give two versions: one note corrected, one gone, one new, an item more."""
    first = walk(NOTES, now=LONG_AGO)
    edited = NOTES.replace("half brown", "half brown by hand").replace("- Kettle", "- Scales\n- Kettle")
    retired = "- **Assam**: leaves left to turn dark all through\n"
    second = walk_on(first, edited.replace(retired, "- **Matcha**: powder whisked into water\n"))
    assert first.deck
    assert second.deck
    return first.deck, second.deck


def rehearsed(folder: Path, old: Deck, new: Deck, *words: str) -> Result:
    """Pack two decks and rehearse them."""
    paths = []
    for name, deck in (("old", old), ("new", new)):
        path = folder / f"{name}.apkg"
        path.write_bytes(writer.pack(deck))
        paths.append(str(path))
    return said("rehearse", *paths, *words)


def said(*words: str) -> Result:
    """Run a command that may fail, but only with an exit code."""
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_good_version_keeps_every_review(tmp_path: Path) -> None:
    """The numbers of a correction, a note that went, a note and an item that came."""
    result = rehearsed(tmp_path, *decks())
    assert result.exit_code == 0, result.output
    opening, *rest = result.stdout.splitlines()
    assert opening.endswith(": 4 notes, 9 of 9 cards reviewed")
    assert rest == [
        "history kept: 9 of 9 cards, 0 lost",
        "updated: 2 of 2 changed notes",
        "new: 1 notes, 3 cards",
        "left behind: 1 notes that the new version no longer has",
        "conflicting: 0",
        "learner's own edit and tag kept: yes",
    ]


def other_guids(deck: Deck) -> Deck:
    """Give every note another identity."""
    rows = (replace(row, guid=guid(row.guid), fields=(guid(row.guid), *row.fields[1:])) for row in deck.rows)
    return replace(deck, rows=tuple(replace(row, id_slot=row.id_slot - 9) for row in rows))


def other_ordinals(deck: Deck) -> Deck:
    """Give the items of the list other numbers."""

    def moved(row: Row) -> Row:
        if row.kind == "pair":
            return row
        fields = tuple(text.replace("{{c", "{{c1") for text in row.fields)
        return replace(row, fields=fields, ordinals=tuple(10 + one for one in row.ordinals), changed=row.changed + 9)

    return replace(deck, rows=tuple(map(moved, deck.rows)))


def other_fields(deck: Deck) -> Deck:
    """Give the note types another last field."""
    shifted = (
        replace(one, fields=(*one.fields[:-1], ("Another", one.fields[-1][1] + 1)), changed=one.changed + 9)
        for one in deck.notetypes
    )
    rows = tuple(replace(row, changed=row.changed + 9) for row in deck.rows)
    return replace(deck, notetypes=tuple(shifted), rows=rows)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (other_guids, "FAILED: 4 notes were added again under another identity, without their history"),
        (other_ordinals, "FAILED: 3 cards have an empty question"),
        (other_fields, "FAILED: 4 notes conflict and are never updated again"),
    ],
)
def test_a_version_that_loses_reviews_fails_with_words_rejected(
    tmp_path: Path, spoil: Callable[[Deck], Deck], words: str
) -> None:
    """Other GUIDs, other ordinals, other fields: each is found, counted and said."""
    old, _ = decks()
    result = rehearsed(tmp_path, old, spoil(old))
    assert (result.exit_code, words in result.stdout) == (1, True), result.output


def test_what_is_no_package_is_said_before_anything_starts(tmp_path: Path) -> None:
    """A missing file, a text, an empty folder, and a zip of something else: a line each, and exit code 1."""
    text, folder, other = tmp_path / "notes.md", tmp_path / "folder", tmp_path / "other.zip"
    text.write_text("# Tea", "utf-8")
    folder.mkdir()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("tea.txt", "tea")
    missing = said("rehearse", str(tmp_path / "none.apkg"))
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert missing.stderr.startswith(f"{tmp_path / 'none.apkg'}: unreadable: is not a package, a folder of notes or a ")
    empty = said("rehearse", str(folder))
    assert (empty.exit_code, empty.stdout) == (1, "")
    assert "there is no Markdown file" in empty.stderr
    for path in (text, other):
        result = said("rehearse", str(path), str(path))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == f"{path}: unreadable: is not a package (.apkg)\n"


def test_without_anki_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Anki is not installed beside this tool, the message names the extra and the option."""
    monkeypatch.setitem(sys.modules, "anki", None)  # as Python sees what is not installed
    result = rehearsed(tmp_path, *decks())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "pip install 'studydeck[anki]'" in result.stderr
    assert "--python" in result.stderr


def test_an_interpreter_without_anki_is_named(tmp_path: Path) -> None:
    """An interpreter that has no Anki, or that is none: a line with its name, and no traceback."""
    venv.create(tmp_path / "bare", with_pip=False)
    bare = tmp_path / "bare" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    for python, words in ((bare, "No module named 'anki'"), (tmp_path / "none", "it cannot be started")):
        result = rehearsed(tmp_path, *decks(), "--python", str(python))
        assert (result.exit_code, result.stdout) == (1, "")
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"{python}: unreadable: the rehearsal failed: ")
        assert words in line


def test_a_rehearsal_imports_nothing_of_anki_here(tmp_path: Path) -> None:
    """Anki is AGPL: it runs in a process of its own, and never in this one."""
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
    done = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr
    assert "history kept: 9 of 9 cards, 0 lost" in done.stdout

"""Recovery of a lost ledger from the package of the deck."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from studydeck.apkg.reader import unpack
from studydeck.build_inputs import Inputs
from studydeck.errors import PackageError
from studydeck.identity import ledger as ledger_file
from studydeck.identity.from_package import recover
from studydeck.model.anki import Deck
from studydeck.pipeline import Built, build, extract_deck, pack
from tests.support.command import run_command
from tests.support.pipeline import NOW, build_notes, sources_of, templates

NOTES = """# Ropes

Bowline
: a loop that does not slip

## Knots

- **Sheet bend**: joins two ropes of different width
- **Clove hitch**: holds a rope on a pole

## Parts of a rope

- fibre
- yarn
- strand

A rope shrinks by **ten percent** when it is wet for the first time.
"""


def unpacked(built: Built) -> Deck:
    """Pack a build, and unpack it again."""
    return unpack(pack(built.deck))


def test_a_deck_survives_packing_and_unpacking() -> None:
    """Rows, id, name and version are the same after packing and unpacking."""
    built = build_notes(NOTES, version="1.2.3")
    deck = unpacked(built)
    assert (deck.id, deck.name, deck.version) == (built.deck.id, built.deck.name, "1.2.3")
    assert sorted(deck.rows, key=lambda row: row.guid) == sorted(built.deck.rows, key=lambda row: row.guid)


def test_a_recovered_ledger_keeps_every_identity() -> None:
    """The next build has the GUIDs, slots, times and ordinals of the package."""
    built = build_notes(NOTES)
    rebuilt = build_notes(NOTES, ledger_file.to_text(recover(unpacked(built))), now=NOW + 9999)
    identities = {note.guid: (note.id_slot, note.changed, note.ordinals) for note in built.notes}
    assert {note.guid: (note.id_slot, note.changed, note.ordinals) for note in rebuilt.notes} == identities


@pytest.mark.parametrize(
    "section",
    [
        "| To | A | B |\n| --- | --- | --- |\n| A | is kept | clots at once |\n| B | clots at once | is kept |\n",
        "| Word | Meaning |\n| --- | --- |\n| <ruby>森<rt>もり</rt></ruby> | a forest |\n| 歩[ある]く | to walk |\n",
        "### Prevention\n\nTwo doses of a live vaccine.\n\n### Causes\n\nA virus that spreads through the air.\n",
        "Parts of a lamp:\n\n- base\n- bulb\n- filament\n",
    ],
    ids=["a matrix", "readings", "labels", "a list asked at once"],
)
def test_what_identifies_a_note_is_recovered_from_its_fields(section: str) -> None:
    """A package shows more than the words by which the ledger knows a note: headings, readings, a number of items."""
    built = build_notes(f"# Notes\n\n## Tungsten\n\n{section}")
    texts = {note.guid: note.text for note in built.ledger.notes}
    assert texts
    recovered = recover(unpacked(built), set(texts.values()))
    assert {note.guid: note.text for note in recovered.notes} == texts


SECTIONS = [
    "### Start the counter\n\n```java\nint i = 0;\n```\n",
    "### Stop\n\nIt ends with `</b>` here.\n\n```python\nloom.stop()\n```\n",
    "### Purpose\n\nMakes a change durable before the pages of the table are written.\n",
    "### Lobed leaf\n\nA leaf whose edge is cut in deeply.\n\n![an oak leaf](missing.png)\n",
    "- **Area**: a field of 40 m^2^ holds H~2~O\n",
    "| Belt of $\\eta_{\\text{net}}$ | Value |\n|---|---|\n| Spray | about a third |\n",
]


@pytest.mark.parametrize("section", SECTIONS)
def test_no_note_counts_as_changed_where_only_the_ledger_was_lost(section: str) -> None:
    """Nor is one new: the package tells what today's drafts show, also where it does not tell their words."""
    notes = f"# Notes\n\n## Tungsten\n\n{section}\n"
    sources = sources_of(notes)
    built = build_notes(notes)
    inputs = Inputs(sources, built.config, None, templates(), NOW + 9999, package=unpacked(built))
    rebuilt = build(inputs, extract_deck(sources))
    assert {note.guid: note.changed for note in rebuilt.notes} == {note.guid: NOW for note in built.notes}
    assert [note.text for note in rebuilt.ledger.notes] == [note.text for note in built.ledger.notes]


def test_a_recovered_ledger_matches_an_edited_note() -> None:
    """A note that was reworded since keeps its GUID and gets a new time; others keep their time."""
    built = build_notes(NOTES)
    ledger = ledger_file.to_text(recover(unpacked(built)))
    rebuilt = build_notes(NOTES.replace("of different width", "of unequal width"), ledger, now=NOW + 9999)
    assert {note.guid for note in rebuilt.notes} == {note.guid for note in built.notes}
    assert [note.changed for note in rebuilt.notes].count(NOW + 9999) == 1


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "empty zip"])
def test_invalid_package_data_is_an_error(data: bytes) -> None:
    """Data that is no package raises a PackageError with a message."""
    with pytest.raises(PackageError, match=r"."):
        unpack(data)


def test_a_package_of_another_tool_is_an_error(tmp_path: Path) -> None:
    """A package without the marks of this tool is refused."""
    path = tmp_path / "other.apkg"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("collection.anki2", b"SQLite format 3\0" + bytes(84))
        file.writestr("media", "{}")
    with pytest.raises(PackageError):
        unpack(path.read_bytes())


def test_build_recovers_a_deleted_ledger_and_reports_it(tmp_path: Path) -> None:
    """If the ledger is missing and the output folder has a package of the deck, it is rebuilt with a warning."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "ropes.md").write_text(NOTES, encoding="utf-8")
    command = ("build", "--notes", tmp_path / "notes", "--out", tmp_path / "dist")
    assert run_command(*command).exit_code == 0
    ledger = tmp_path / "notes" / "ledger.jsonl"
    before = {line for line in ledger.read_text(encoding="utf-8").splitlines() if line.startswith('{"note"')}
    ledger.unlink()
    result = run_command(*command)
    assert result.exit_code == 0
    assert "rebuilt from the package" in result.stderr
    after = {line for line in ledger.read_text(encoding="utf-8").splitlines() if line.startswith('{"note"')}
    assert after == before


@pytest.mark.parametrize("other", ["knitting", "more/ropes"], ids=["another name", "the same name"])
def test_a_new_deck_takes_nothing_from_another_package(tmp_path: Path, other: str) -> None:
    """Notes that were never built are a new deck, whatever packages are in the output folder."""
    knitting = "# Stitches\n\n- **Purl**: the back of a knit stitch\n- **Garter**: every row is knitted\n"
    for name, notes in (("ropes", NOTES), (other, knitting)):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "words.md").write_text(notes, encoding="utf-8")
    headers: list[dict[str, str]] = []
    for name in ("ropes", other):
        result = run_command("build", "--notes", tmp_path / name, "--out", tmp_path / "dist")
        assert result.exit_code == 0
        assert "rebuilt from the package" not in result.stderr
        assert " 0 retired" in result.stdout
        headers.append(json.loads((tmp_path / name / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[0]))
    assert headers[0]["deck"] != headers[1]["deck"]
    assert headers[1]["name"] == other.rpartition("/")[2].capitalize()

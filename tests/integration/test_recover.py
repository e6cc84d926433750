"""A ledger that was lost, and the package that still knows."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from studydeck.apkg.reader import unpack
from studydeck.errors import PackageError
from studydeck.identity import ledger as ledger_file
from studydeck.identity.recover import recover
from studydeck.model.anki import Deck
from studydeck.pipeline import Built, pack
from tests.support.pipeline import NOW, walk

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


def packed(built: Built) -> Deck:
    """Pack what was built, and unpack it again."""
    return unpack(pack(built.deck))


def test_a_package_gives_back_what_went_in() -> None:
    """Rows, order, deck, version and media survive packing."""
    built = walk(NOTES, version="1.2.3")
    deck = packed(built)
    assert (deck.id, deck.name, deck.version) == (built.deck.id, built.deck.name, "1.2.3")
    assert sorted(deck.rows, key=lambda row: row.guid) == sorted(built.deck.rows, key=lambda row: row.guid)


def test_a_recovered_ledger_keeps_every_identity() -> None:
    """GUIDs, slots, times and ordinals of the package are those of the next build; nothing is stamped."""
    built = walk(NOTES)
    again = walk(NOTES, ledger_file.write(recover(packed(built))), now=NOW + 9999)
    kept = {note.guid: (note.id_slot, note.changed, note.ordinals) for note in built.notes}
    assert {note.guid: (note.id_slot, note.changed, note.ordinals) for note in again.notes} == kept


def test_a_recovered_ledger_knows_an_edited_note() -> None:
    """What was reworded since the package keeps its GUID and is stamped, and nothing else is."""
    built = walk(NOTES)
    ledger = ledger_file.write(recover(packed(built)))
    again = walk(NOTES.replace("of different width", "of unequal width"), ledger, now=NOW + 9999)
    assert {note.guid for note in again.notes} == {note.guid for note in built.notes}
    assert [note.changed for note in again.notes].count(NOW + 9999) == 1


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "empty zip"])
def test_what_is_no_package_is_refused_with_words(data: bytes) -> None:
    """A file that is none of ours gives a reason, never a traceback."""
    with pytest.raises(PackageError, match=r"."):
        unpack(data)


def test_another_tools_package_is_refused(tmp_path: Path) -> None:
    """A zip with a collection that does not say that we made it is left alone."""
    path = tmp_path / "other.apkg"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("collection.anki2", b"SQLite format 3\0" + bytes(84))
        file.writestr("media", "{}")
    with pytest.raises(PackageError):
        unpack(path.read_bytes())


def test_build_recovers_by_itself_and_says_so(tmp_path: Path) -> None:
    """A deleted ledger beside a package of the deck is rebuilt, with a warning; the GUIDs stay."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "ropes.md").write_text(NOTES, encoding="utf-8")
    command = [sys.executable, "build_deck.py", "--notes", str(tmp_path / "notes"), "--out", str(tmp_path / "dist")]
    root = Path(__file__).parents[2]
    subprocess.run(command, check=True, capture_output=True, cwd=root)
    ledger = tmp_path / "notes" / "ledger.jsonl"
    before = {line for line in ledger.read_text(encoding="utf-8").splitlines() if line.startswith('{"note"')}
    ledger.unlink()
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    assert "rebuilt from the package" in done.stderr
    after = {line for line in ledger.read_text(encoding="utf-8").splitlines() if line.startswith('{"note"')}
    assert after == before


@pytest.mark.parametrize("other", ["knitting", "more/ropes"], ids=["another name", "the same name"])
def test_a_new_deck_takes_nothing_from_another_package(tmp_path: Path, other: str) -> None:
    """Notes that were never built are a deck of their own, whatever else lies where the packages go."""
    knitting = "# Stitches\n\n- **Purl**: the back of a knit stitch\n- **Garter**: every row is knitted\n"
    for name, notes in (("ropes", NOTES), (other, knitting)):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "words.md").write_text(notes, encoding="utf-8")
    root = Path(__file__).parents[2]
    heads: list[dict[str, str]] = []
    for name in ("ropes", other):
        command = [sys.executable, "build_deck.py", "--notes", str(tmp_path / name), "--out", str(tmp_path / "dist")]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
        assert "rebuilt from the package" not in done.stderr
        assert " 0 retired" in done.stdout
        heads.append(json.loads((tmp_path / name / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[0]))
    assert heads[0]["deck"] != heads[1]["deck"]
    assert heads[1]["name"] == other.rpartition("/")[2].capitalize()

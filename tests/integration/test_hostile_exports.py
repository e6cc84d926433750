"""What Anki exported may come from a stranger: each package is one line that says what is wrong, in little memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions
from zstandard import ZstdCompressor

from studydeck.apkg.export_reader import read_exported
from studydeck.apkg.writer import pack
from studydeck.errors import PackageError
from tests.support.command import time_limit
from tests.support.hostile_packages import MEGABYTE, NUMBERS_WITHOUT_END, members_of, with_members, with_sql, zipped
from tests.support.real_anki import import_package
from tests.support.sample_decks import mixed_deck

DECK = mixed_deck(4)
GUIDS = [row.guid for row in DECK.rows]


def compressed(content: bytes) -> bytes:
    """Return a package with a collection as today's Anki compresses it."""
    return zipped({"collection.anki21b": ZstdCompressor(level=1).compress(content), "meta": b"\x08\x03", "media": b""})


def recreated(table: str, definition: str) -> bytes:
    """Return a package in which a table has another definition, and a row."""
    columns = "id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data"
    return with_sql(
        f"ALTER TABLE {table} RENAME TO old",
        f"CREATE TABLE {table} ({definition})",
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM old",
    )


_NOTES = "id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data"
# name: (the package, a part of the message)
PACKAGES: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (lambda: b"# Tea\n" * 1000, "not an Anki package"),
    "no collection": (lambda: with_members(collection=None), "contains no collection"),
    "a format to come": (lambda: zipped({"collection.anki30": b""}), "of a newer release of Anki"),
    "bomb": (lambda: compressed(bytes(100 * MEGABYTE)), "larger than 96 MB"),
    "not compressed": (lambda: zipped({"collection.anki21b": b"SQLite format 3\0"}), "cannot be unpacked"),
    "cut": (lambda: zipped({"collection.anki21b": compressed(bytes(5000))[:60]}), "cannot be unpacked"),
    "no database": (lambda: compressed(b"tea" * 100), "not a SQLite database"),
    "no table": (lambda: with_sql("DROP TABLE cards"), "has no table cards"),
    "a view of notes": (
        lambda: with_sql(
            "DROP TABLE notes", f"CREATE VIEW notes AS {NUMBERS_WITHOUT_END} SELECT x id, x guid, x mid, x flds FROM c"
        ),
        "no table notes",
    ),
    "a check": (
        lambda: recreated("notes", f"{_NOTES}, CHECK (randomblob(100000000) IS NOT NULL)"),
        "is not one of Anki",
    ),
    "a generated column": (lambda: recreated("notes", f"{_NOTES}, more AS (zeroblob(100000000))"), "has other columns"),
    "an index on an expression": (
        lambda: with_sql("CREATE INDEX i ON notes (zeroblob(10000000))"),
        "is not one of Anki",
    ),
    "an index on a part": (
        lambda: with_sql("CREATE INDEX i ON notes (mid) WHERE length(hex(flds)) > 1"),
        "is not one of Anki",
    ),
    "another type": (lambda: with_sql("UPDATE cards SET flags = 'red'"), "has an invalid value"),
    "note types": (lambda: with_sql("UPDATE col SET models = '[['"), "note types cannot be read"),
    "deep note types": (lambda: with_sql(f"UPDATE col SET models = '{'[' * 100_000}'"), "note types cannot be read"),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_that_is_no_export_is_one_message(name: str) -> None:
    """Nothing of it is run, and nothing takes long."""
    make, message = PACKAGES[name]
    with time_limit(20), pytest.raises(PackageError, match=message):
        read_exported(make(), GUIDS)


def test_fields_are_read_by_their_names_and_only_of_the_deck() -> None:
    """A row of another deck is not read, even where nothing in it is valid; nor are media unpacked."""
    package = with_sql(
        "INSERT INTO notes SELECT 7, 'another', 'no number', mod, usn, 1, 2, sfld, csum, flags, data FROM notes LIMIT 1"
    )
    members = members_of(package)
    found = read_exported(zipped({**members, "0": b"no picture"}), GUIDS[:2])
    assert {note.guid for note in found} == {*GUIDS[:2]}
    assert read_exported(package, []) == ()
    (note,) = read_exported(package, GUIDS[:1])
    assert note.fields == DECK.rows[0].field_values()


def test_a_note_type_that_the_learner_changed(tmp_path: Path) -> None:
    """A database of which SQLite writes a log beside it, as in a `.colpkg`, is read as well."""
    path = tmp_path / "collection"
    path.write_bytes(members_of(pack(DECK))["collection.anki2"])
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("UPDATE notes SET mid = 5")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint")
    connection.close()
    notes = read_exported(compressed(path.read_bytes()), GUIDS)
    assert [note.fields for note in notes] == [{}] * len(GUIDS)


@pytest.mark.anki
def test_an_export_of_the_real_anki_has_fields_in_the_learners_order(collection: Collection, tmp_path: Path) -> None:
    """A field that the learner added or moved is nothing to the others."""
    import_package(pack(DECK), collection)
    for notetype in collection.models.all():
        if notetype["name"].startswith("Studydeck"):
            added = collection.models.new_field("Own")
            collection.models.add_field(notetype, added)
            collection.models.reposition_field(notetype, added, 1)
            collection.models.update_dict(notetype)
    for legacy in (True, False):
        path = tmp_path / f"{legacy}.apkg"
        options = ExportAnkiPackageOptions(
            with_scheduling=False, with_deck_configs=False, with_media=True, legacy=legacy
        )
        collection.export_anki_package(out_path=str(path), options=options, limit=None)
        notes = {note.guid: note.fields for note in read_exported(path.read_bytes(), GUIDS)}
        assert notes == {row.guid: {**row.field_values(), "Own": ""} for row in DECK.rows}

"""A packed deck imports into the real Anki with its ids, times, order and media; the same deck gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import genanki
import pytest
from anki.collection import Collection
from msgspec.structs import replace

from studydeck.apkg import database, deterministic
from studydeck.apkg.deterministic import FILE_HEADER_SIZE
from studydeck.apkg.writer import checksum, pack, plain, study_positions
from studydeck.model.anki import FIELDS, CardTemplate, NoteType, Row
from studydeck.model.digests import deck_number
from studydeck.notetypes.required_fields import required_fields
from tests.support.real_anki import (
    ImportCounts,
    cards,
    empty_cards,
    import_package,
    notes_without_cards,
    rendered_sides,
    review_all,
)
from tests.support.sample_decks import CHANGED, SLOT, deck, guid, mixed_deck, row

ROOT = Path(__file__).parents[2]


def query(package: bytes, statement: str) -> list[Any]:
    """Return the rows of a query on the collection inside a package."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(zipfile.ZipFile(io.BytesIO(package)).read("collection.anki2"))
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


@pytest.mark.anki
def test_a_second_import_adds_nothing(collection: Collection) -> None:
    sample = mixed_deck()
    package = pack(sample)
    assert import_package(package, collection) == ImportCounts(62, 0, 0, 0, 0)
    assert import_package(package, collection) == ImportCounts(0, 0, 62, 0, 0)
    assert notes_without_cards(collection) == 0
    assert empty_cards(collection) == []


@pytest.mark.anki
def test_only_a_later_time_updates_a_note_and_reviews_stay(collection: Collection) -> None:
    first, second = row(1, ordinals=(0, 1), Clue="one?"), row(2)
    import_package(pack(deck(first, second)), collection)
    assert review_all(collection) == 3
    reworded = row(1, ordinals=(0, 1), Clue="one?", Meaning="Better", changed=CHANGED + 1)
    unchanged = row(2, Meaning="Changed without a new time, so not updated")
    assert import_package(pack(deck(reworded, unchanged)), collection) == ImportCounts(0, 1, 1, 0, 0)
    assert collection.db
    assert collection.db.scalar("SELECT count() FROM cards WHERE reps = 1") == 3
    stored = {str(name): str(fields) for name, fields in collection.db.all("SELECT guid, flds FROM notes")}
    assert "Better" in stored[guid(1)]
    assert "Meaning 2" in stored[guid(2)]


@pytest.mark.anki
def test_ids_and_times_come_from_the_rows(collection: Collection) -> None:
    import_package(pack(deck(row(5, changed=CHANGED - 9), row(6, ordinals=(0, 1), Clue="six?"))), collection)
    assert collection.db
    notes = collection.db.all("SELECT guid, id, mod FROM notes ORDER BY guid = ? DESC", guid(5))
    assert notes == [[guid(5), (SLOT - 5) * 512, CHANGED - 9], [guid(6), (SLOT - 6) * 512, CHANGED]]
    imported = {(name, ordinal): (card, mod) for name, ordinal, card, _, mod in cards(collection)}
    assert imported == {
        (guid(5), 0): ((SLOT - 5) * 512 + 1, CHANGED - 9),
        (guid(6), 0): ((SLOT - 6) * 512 + 1, CHANGED),
        (guid(6), 1): ((SLOT - 6) * 512 + 2, CHANGED),
    }


@pytest.mark.anki
def test_ids_and_order_keep_a_gap_of_25_between_siblings(collection: Collection) -> None:
    import_package(pack(deck(*(row(n, ordinals=(0, 1), Clue=f"{n}?") for n in range(60)))), collection)
    imported = cards(collection)
    assert [due for _, _, _, due, _ in imported] == list(range(1, 121))
    order = {(name, ordinal): due for name, ordinal, _, due, _ in imported}
    assert [order[guid(n), 0] for n in range(25)] == list(range(1, 26))
    assert all(order[guid(n), 1] - order[guid(n), 0] >= 25 for n in range(60))


def test_siblings_follow_the_order_of_the_row() -> None:
    rows = (row(1, "cloze", ordinals=(6, 0)), row(2))
    assert study_positions(rows) == [1, 3, 2]


@pytest.mark.anki
def test_cloze_ordinals_may_have_gaps(collection: Collection) -> None:
    import_package(pack(mixed_deck(0)), collection)
    card_ids = {ordinal: card for name, ordinal, card, _, _ in cards(collection) if name == guid(902)}
    assert sorted(card_ids) == [0, 2, 6]
    question, answer = rendered_sides(collection, card_ids[6])
    assert '<span class="cloze" data-cloze="seven" data-ordinal="7">[...]</span>' in question
    assert "Which steps?" in question
    assert ">seven<" in answer


@pytest.mark.anki
def test_fields_and_templates_keep_their_ids_and_secondary_fields_are_collapsed(collection: Collection) -> None:
    sample = mixed_deck()
    import_package(pack(sample), collection)
    for notetype in sample.notetypes:
        model = collection.models.by_name(notetype.name)
        assert model
        assert [(field["name"], field["id"]) for field in model["flds"]] == list(notetype.fields)
        assert [(template["name"], template["id"]) for template in model["tmpls"]] == [
            (t.name, t.id) for t in notetype.templates
        ]
        assert (model["id"], model["mod"]) == (notetype.id, CHANGED)
        collapsed = {field["name"] for field in model["flds"] if field["collapsed"] and field["excludeFromSearch"]}
        assert collapsed == {"ID", "HeadingPath", "Extra", "Source", "Spare1", "Spare2"}
        assert model["flds"][model["sortf"]]["name"] == {"pair": "Term", "cloze": "Text"}[notetype.kind]
    assert len(collection.find_notes("ID:" + guid(1))) == 1
    assert len(collection.find_notes(guid(1))) == 0


@pytest.mark.anki
def test_a_changed_style_updates_the_note_type(collection: Collection) -> None:
    cloze_row = row(3, "cloze", Text="{{c1::x}}")  # Anki imports only note types that have notes
    import_package(pack(deck(row(1), cloze_row)), collection)
    restyled = deck(row(1), row(2), cloze_row, changed=CHANGED + 5)
    restyled = replace(restyled, notetypes=tuple(replace(notetype, css="/* new */") for notetype in restyled.notetypes))
    assert import_package(pack(restyled), collection) == ImportCounts(1, 0, 2, 0, 0)
    note_types = [model for model in collection.models.all() if "Studydeck" in model["name"]]
    assert [model["css"] for model in note_types] == ["/* new */"] * 2


@pytest.mark.anki
@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "12",
        "a &lt;b&gt; &amp; c &eacute;&nbsp;d",
        "<b>Fish</b> <img src='a.png'> &amp; <i>chips</i>",
        '<img alt="x" src="a b.png">tail',
        "x<br>y<!-- c -->z <img src=a.png>",
        "{{c1::<code>if a &lt; b</code>::hint}}",
    ],
)
def test_sort_field_and_checksum_are_those_that_anki_computes(collection: Collection, text: str) -> None:
    import_package(pack(deck(row(1, Term=text))), collection)
    assert collection.db
    packed = query(pack(deck(row(1, Term=text))), "SELECT sfld, csum FROM notes")
    note = collection.get_note(collection.find_notes("")[0])
    note["Meaning"] = "edited, so that Anki computes both again"
    collection.update_note(note)
    assert [tuple(stored) for stored in collection.db.all("SELECT sfld, csum FROM notes")] == packed


def test_checksum_is_of_the_plain_text() -> None:
    assert checksum("<b>a</b>") == checksum("a") == int(hashlib.sha1(b"a").hexdigest()[:8], 16)
    assert plain("<u>a</u> &amp; b") == "a & b"


@pytest.mark.anki
def test_tags_and_pictures_are_imported(collection: Collection) -> None:
    sample = mixed_deck(1)
    import_package(pack(sample), collection)
    assert collection.tags.all() == ["sample::file"]
    assert [path.name for path in Path(collection.media.dir()).iterdir()] == [
        "dish-0a1b2c3d.png"
    ]  # Anki imports only media that a field uses


def test_the_decks_number_is_not_that_of_the_default_deck() -> None:
    numbers = {deck_number(f"deck {n}") for n in range(1000)}
    assert len(numbers) > 990
    assert all(2**31 <= number < 2**32 for number in numbers)


@pytest.mark.anki
def test_description_and_name_are_imported(collection: Collection) -> None:
    import_package(pack(deck(row(1))), collection)
    imported = collection.decks.by_name("Sample")
    assert imported
    assert (imported["desc"], imported["conf"]) == ("A deck for tests", 1)


VALID_ROW = row(1)
INVALID_ROWS: dict[str, tuple[Row, ...]] = {
    "no card": (replace(VALID_ROW, ordinals=()),),
    "two with the same ordinal": (replace(VALID_ROW, ordinals=(0, 0)),),
    "outside": (replace(VALID_ROW, ordinals=(3,)),),
    "outside of 0 to 499": (row(1, "cloze", ordinals=(500,)),),
    "outside of 0": (replace(VALID_ROW, ordinals=(-1,)),),
    "taken": (VALID_ROW, replace(row(2), id_slot=VALID_ROW.id_slot)),
    "GUID or its slot": (VALID_ROW, VALID_ROW),
    "11 fields": (replace(VALID_ROW, fields=VALID_ROW.fields[:-1]),),
    "control character": (row(1, Extra="a\x1fb"),),
    "not its GUID": (row(1, ID="other"),),
    "white space": (row(1, tags=("a b",)),),
    r"white space|u3000": (row(1, tags=("a\u3000b",)),),
    "empty part": (row(1, tags=("a::::b",)),),
    "empty part$": (row(1, tags=("",)),),
}


@pytest.mark.parametrize(("message", "rows"), INVALID_ROWS.items())
def test_rows_that_anki_would_not_import_raise_an_error_rejected(message: str, rows: tuple[Row, ...]) -> None:
    with pytest.raises(ValueError, match=message) as error:
        pack(deck(*rows))
    assert re.search(rf"note {rows[-1].guid}: ", str(error.value))


@pytest.mark.parametrize("name", ["Big.png", "a b.png", "a/b.png", "ü.png", "", "a.png\n"])
def test_an_unsafe_media_name_raises_an_error_rejected(name: str) -> None:
    with pytest.raises(ValueError, match="unsafe name"):
        pack(deck(row(1), media={name: b""}))


def test_a_kind_without_a_note_type_raises_an_error_rejected() -> None:
    sample = deck(row(1, "cloze"))
    with pytest.raises(ValueError, match="no note type"):
        pack(replace(sample, notetypes=sample.notetypes[:1]))


def test_many_angle_brackets_are_packed_quickly() -> None:
    start = time.perf_counter()
    pack(deck(row(1, Term="<" * 50_000), row(2, Meaning="<" * 50_000)))
    assert time.perf_counter() - start < 5  # genanki's own check of HTML takes more than half a minute


def test_the_database_is_valid_and_members_are_stored_uncompressed() -> None:
    package = pack(mixed_deck())
    assert query(package, "PRAGMA integrity_check") == [("ok",)]
    assert query(package, "PRAGMA freelist_count") == [(0,)]
    deterministic = zipfile.ZipFile(io.BytesIO(package))
    assert deterministic.testzip() is None
    assert deterministic.namelist() == ["collection.anki2", "media", "0", "1"]
    assert json.loads(deterministic.read("media")) == {"0": "alone.png", "1": "dish-0a1b2c3d.png"}
    assert {entry.compress_type for entry in deterministic.infolist()} == {zipfile.ZIP_STORED}
    content = deterministic.read("collection.anki2")
    assert int.from_bytes(content[28:32], "big") * 4096 == len(content)


def test_the_database_is_vacuumed() -> None:
    content = zipfile.ZipFile(io.BytesIO(pack(mixed_deck(500)))).read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    connection.deserialize(content)
    connection.execute("VACUUM")
    assert deterministic.blank_leftovers(connection.serialize())[FILE_HEADER_SIZE:] == content[FILE_HEADER_SIZE:]
    connection.close()


def test_the_cloze_card_requires_its_text_field() -> None:
    models = json.loads(query(pack(mixed_deck()), "SELECT models FROM col")[0][0])
    assert {model["type"]: model["req"] for model in models.values()}[1] == [[0, "any", [2]]]


@pytest.mark.parametrize(
    "front",
    [
        "{{A}}",
        "{{A}}{{B}}",
        "{{#A}}{{B}}{{/A}}",
        "{{#A}}{{B}}{{C}}{{/A}}",
        "{{#A}}{{B}}{{/A}}{{^A}}{{C}}{{/A}}",
        "{{^A}}{{B}}{{/A}}{{hint:C}}",
        "{{#B}}{{#C}}{{A}}{{/C}}{{/B}} {{type:A}}",
    ],
)
def test_required_fields_are_those_of_genanki(front: str) -> None:
    fields = (("A", 1), ("B", 2), ("C", 3))
    note_type = NoteType("pair", 1, "N", fields, (CardTemplate("T", 1, front, "{{A}}"),), "")
    model = genanki.Model(
        1, "N", fields=[{"name": name} for name, _ in fields], templates=[{"name": "T", "qfmt": front, "afmt": ""}]
    )
    assert [[*requirement] for requirement in required_fields(note_type)] == model._req


def test_a_card_of_any_two_fields_has_no_requirement() -> None:
    """The format cannot say this; genanki raises an exception."""
    front = "{{#A}}{{B}}{{/A}}{{#B}}{{C}}{{/B}}{{#C}}{{A}}{{/C}}"
    note_type = NoteType("pair", 1, "N", (("A", 1), ("B", 2), ("C", 3)), (CardTemplate("T", 1, front, ""),), "")
    assert required_fields(note_type) == [(0, "none", [])]


def test_leftovers_in_free_space_do_not_reach_the_package() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a)")
    clean = connection.serialize()
    connection.close()
    dirty = bytearray(clean)
    dirty[150] = 11  # between the pointers to the cells of the first page and its cells
    dirty[27] = dirty[95] = 9  # a file that was written to nine times
    assert deterministic.blank_leftovers(bytes(dirty)) == deterministic.blank_leftovers(clean) != bytes(dirty)


def test_an_empty_deck_can_be_packed() -> None:
    assert query(pack(deck()), "SELECT count() FROM cards") == [(0,)]
    assert [len(names) for names in FIELDS.values()] == [12, 8]


PACK_LATER = """
import hashlib, os, sys, time
os.umask(0o077)
real = time.time
time.time = lambda: real() + 3
from tests.support.sample_decks import mixed_deck
from studydeck.apkg.writer import pack
print(hashlib.sha256(pack(mixed_deck())).hexdigest())
"""


@pytest.mark.parametrize(("zone", "seed"), [("Asia/Kathmandu", "1"), ("America/St_Johns", "4242")])
def test_same_deck_same_bytes_in_another_process(tmp_path: Path, zone: str, seed: str) -> None:
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "TMPDIR": str(tmp_path)}
    environment["PYTHONPATH"] = str(ROOT)
    child = subprocess.run(  # a constant program in this interpreter
        [sys.executable, "-c", PACK_LATER], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert child.stdout.strip() == hashlib.sha256(pack(mixed_deck())).hexdigest()
    assert list(tmp_path.iterdir()) == []  # no temporary file is left behind


def test_one_letter_changes_the_bytes_rejected() -> None:
    assert pack(deck(row(1, Meaning="a"))) != pack(deck(row(1, Meaning="b")))


def test_the_tables_of_a_package_are_those_that_the_reader_expects() -> None:
    """The reader refuses other tables; a release of genanki that changes them must keep the digest of older ones."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(zipfile.ZipFile(io.BytesIO(pack(mixed_deck()))).read("collection.anki2"))
    assert database.schema_digest(connection) == database.SCHEMA_DIGEST

"""Write a package: a `Deck` in, the bytes of an `.apkg` out. The only module that imports genanki.

An `.apkg` is a zip of `collection.anki2` (SQLite, schema 11), `media` (JSON: member name -> file name) and one member
for each file, named 0, 1, 2… genanki provides the schema and the JSON of deck and note types. The rows are written
here, because genanki uses one time for all notes, counts ids from a clock and computes ordinals itself.

The id of a note is `id_slot * 512` (milliseconds), those of its cards are `note id + 1 + ordinal`. Nothing here reads
the clock, the disk or the environment, so the same deck gives the same bytes.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from operator import attrgetter, itemgetter
from types import ModuleType
from typing import Any

from studydeck.apkg import deterministic, validation
from studydeck.apkg.validation import SEPARATOR
from studydeck.model.anki import ID_SLOT_MILLISECONDS, SORT_FIELD, Deck, NoteType, Row
from studydeck.model.digests import deck_number, subdeck_number
from studydeck.model.html_text import plain_text
from studydeck.notetypes.required_fields import required_fields
from studydeck.patterns import lazy_pattern

SIBLING_DISTANCE = 25  # new cards between two of one note, so that few siblings are due on one day
CONF_KEY = "studydeck"  # in the collection's configuration: the deck's id and version, and the version of this tool
# The collection is in memory and is discarded if a row fails, so no rollback is needed.
_PRAGMAS = ("journal_mode = OFF", "temp_store = MEMORY")
# Collapsed in the editor and left out of plain searches; `ID:…` still finds them.
QUIET_FIELDS = frozenset({"ID", "HeadingPath", "Extra", "Source", "Spare1", "Spare2"})
_MEDIA_TAG = lazy_pattern(r"<(?:img|audio|video|source)\b", re.IGNORECASE)
_SRC_ATTRIBUTE = lazy_pattern(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""", re.IGNORECASE)


def pack(deck: Deck) -> bytes:
    """Return the package of a deck.

    Parameters
    ----------
    deck : the deck, its rows in the order in which their cards are studied.

    Returns
    -------
    bytes : the `.apkg`.

    Raises
    ------
    ValueError : if Anki could not import a row completely; the message names the note.
    """
    validation.check(deck)
    names = sorted(deck.media)
    listing = json.dumps({str(number): name for number, name in enumerate(names)}, sort_keys=True)
    members: dict[str, bytes | bytearray] = {"collection.anki2": _collection(deck), "media": listing.encode()}
    members |= {str(number): deck.media[name] for number, name in enumerate(names)}
    return deterministic.write_archive(members)


def _import_genanki() -> Any:
    """Import genanki without asyncio and yaml, which take longer than to pack a small deck.

    The package that it takes `cached_property` from imports asyncio to recognise coroutines, of which genanki has none;
    the decorator of the same name in functools does the same for genanki. It reads YAML only in note types that are
    given as text, so its `yaml` imports that package when it is first used.
    """
    yaml = ModuleType("yaml")
    vars(yaml)["__getattr__"] = lambda name: getattr(import_module("yaml"), name)
    modules = {"cached_property": functools, "yaml": yaml}
    stand_ins = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(stand_ins)
    import genanki

    for name in stand_ins:
        del sys.modules[name]
    return genanki


def study_positions(rows: tuple[Row, ...]) -> list[int]:
    """Return the study position of each new card, from 1, in the order of the rows and their ordinals."""
    target_positions: list[int] = []
    for index, row in enumerate(rows):
        target_positions += range(index, index + SIBLING_DISTANCE * len(row.ordinals), SIBLING_DISTANCE)
    card_positions = [0] * len(target_positions)
    for position, card in enumerate(sorted(range(len(target_positions)), key=target_positions.__getitem__), start=1):
        card_positions[card] = position  # the sort is stable: equal targets keep the order of the rows
    return card_positions


def plain(field: str) -> str:
    """Return a field without its HTML, as Anki strips it for sorting and checksums; names of media files stay."""
    return plain_text(field, _media_name_of if _MEDIA_TAG.search(field) else "")


def _media_name_of(tag: re.Match[str]) -> str:
    """Return the file name that a media tag refers to, between spaces, or an empty string."""
    address = _SRC_ATTRIBUTE.search(tag[0], 0, len(tag[0]) - 1) if _MEDIA_TAG.match(tag[0]) else None
    return f" {address[1] or address[2] or address[3]} " if address else ""


def checksum(field: str) -> int:
    """Return Anki's checksum of a first field: the first 32 bits of a SHA-1."""
    return int.from_bytes(hashlib.sha1(plain(field).encode(), usedforsecurity=False).digest()[:4], "big")


def _fill(cursor: sqlite3.Cursor, deck: Deck) -> None:
    """Write the schema, the deck, the note types and all rows into an empty database."""
    genanki = _import_genanki()
    latest, deck_id = max((row.changed for row in deck.rows), default=0), deck_number(deck.id)
    genanki.Package([]).write_to_db(cursor, latest, iter(()))
    decks, conf = map(json.loads, cursor.execute("SELECT decks, conf FROM col").fetchone())
    decks[str(deck_id)] = genanki.Deck(deck_id, deck.name, deck.description).to_json()
    deck_ids = {"": deck_id}
    for name in dict.fromkeys(row.subdeck for row in deck.rows if row.subdeck):
        deck_ids[name] = number = subdeck_number(deck.id, name)
        decks[str(number)] = genanki.Deck(number, f"{deck.name}::{name}").to_json()
    models = {str(note_type.id): _model_json(note_type, deck_id) for note_type in deck.notetypes}
    # Anki ignores the configuration of a package; `unpack` reads the deck's id from it.
    conf[CONF_KEY] = {"deck": deck.id, "tool": deck.tool, "version": deck.version}
    columns = (json.dumps(column, sort_keys=True) for column in (decks, models, conf))
    cursor.execute("UPDATE col SET decks = ?, models = ?, conf = ?", [*columns])
    cursor.execute("UPDATE col SET mod = :now, scm = :now", {"now": latest * 1000})
    with _without_indices(cursor):
        cursor.executemany("INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,?,0,'')", _notes(deck))
        cursor.executemany(
            "INSERT INTO cards VALUES (?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", _cards(deck.rows, deck_ids)
        )


def _model_json(note_type: NoteType, deck: int) -> dict[str, Any]:
    """Return the JSON object of a note type in Anki's schema."""
    from genanki import Model

    model = Model(
        note_type.id,
        note_type.name,
        fields=[_field_json(name, number) for name, number in note_type.fields],
        templates=[
            {"name": template.name, "id": template.id, "qfmt": template.front, "afmt": template.back}
            for template in note_type.templates
        ],
        css=note_type.css,
        model_type=Model.CLOZE if note_type.kind == "cloze" else Model.FRONT_BACK,
        sort_field_index=_sort_field_index(note_type),
    )
    # The fields around a cloze are not required, but its text, which has a filter.
    is_cloze = note_type.kind == "cloze"
    vars(model)["_req"] = [(0, "any", [model.sort_field_index])] if is_cloze else required_fields(note_type)
    written: dict[str, Any] = model.to_json(note_type.changed, deck)
    return written


def _sort_field_index(note_type: NoteType) -> int:
    return [name for name, _ in note_type.fields].index(SORT_FIELD[note_type.kind])


def _notes(deck: Deck) -> Iterator[tuple[Any, ...]]:
    """Yield (id, guid, mid, mod, tags, flds, sfld, csum) of each note, sorted by id: the fastest order to insert."""
    note_type_columns = {note_type.kind: (note_type.id, _sort_field_index(note_type)) for note_type in deck.notetypes}
    for row in sorted(deck.rows, key=attrgetter("id_slot")):
        fields, (model, sort_index) = row.fields, note_type_columns[row.kind]
        tags = f" {' '.join(row.tags)} " if row.tags else ""
        joined_fields, sort_text, field_checksum = (
            SEPARATOR.join(fields),
            plain(fields[sort_index]),
            checksum(fields[0]),
        )
        yield (
            row.id_slot * ID_SLOT_MILLISECONDS,
            row.guid,
            model,
            row.changed,
            tags,
            joined_fields,
            sort_text,
            field_checksum,
        )


def _cards(rows: tuple[Row, ...], deck_ids: Mapping[str, int]) -> list[tuple[int, ...]]:
    """Return (id, nid, did, ord, mod, due) of each card, sorted by id."""
    due_positions, cards = iter(study_positions(rows)), list[tuple[int, ...]]()
    for row in rows:
        note_id, changed, deck = row.id_slot * ID_SLOT_MILLISECONDS, row.changed, deck_ids[row.subdeck]
        cards += [
            (note_id + 1 + ordinal, note_id, deck, ordinal, changed, next(due_positions)) for ordinal in row.ordinals
        ]
    return sorted(cards, key=itemgetter(0))


@contextmanager
def _without_indices(cursor: sqlite3.Cursor) -> Iterator[None]:
    """Drop all indices and recreate them at the end, which halves the cost of inserting rows."""
    (version,) = cursor.execute("PRAGMA schema_version").fetchone()
    indices = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY rowid").fetchall()
    for name, _ in indices:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, sql in indices:
        cursor.execute(sql)
    cursor.execute(f"PRAGMA schema_version = {version}")  # stored in the file; each drop and create increments it


def _field_json(name: str, field_id: int) -> dict[str, Any]:
    """Return the JSON object of a field; it cannot be deleted, because its note type would get no more updates."""
    is_quiet = name in QUIET_FIELDS
    return {"name": name, "id": field_id, "collapsed": is_quiet, "excludeFromSearch": is_quiet, "preventDeletion": True}


def _collection(deck: Deck) -> bytearray:
    """Return the bytes of the collection's SQLite file."""
    # A file in memory and not `:memory:`: `serialize` returns its buffer and does not copy page by page.
    connection = sqlite3.connect("file:collection?vfs=memdb", uri=True)
    try:
        for pragma in (*deterministic.PRAGMAS, *_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}")
        _fill(connection.cursor(), deck)
        connection.commit()
        connection.execute("VACUUM")
        written = connection.serialize()
    finally:
        connection.close()
    return deterministic.blank_leftovers(written)

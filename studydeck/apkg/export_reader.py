"""Read what Anki exported: the bytes of an `.apkg` or `.colpkg` and the GUIDs of a deck in, its notes as they are out.

Every release writes one of three collections, and beside it older ones that only say "please update":

    collection.anki21b    compressed with Zstandard; field names in the tables notetypes and fields
    collection.anki21     field names as JSON in the table col, for Anki 2.1.28 to 2.1.49
    collection.anki2      the same, for older releases, and what this tool writes

A learner's collection has all that they study, their tags and their media. Only the rows of the GUIDs are read, without
tags, and no media are unpacked. The package may come from a stranger: sizes and work are limited.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence

import msgspec
from msgspec import Struct

from studydeck.apkg.archive_reader import COLLECTION, MEGABYTE, read_any_members
from studydeck.apkg.database import LARGEST_COLLECTION, open_collection, read_rows
from studydeck.apkg.validation import SEPARATOR
from studydeck.errors import PackageError
from studydeck.patterns import lazy_pattern

_COMPRESSED, _UNCOMPRESSED = "collection.anki21b", ("collection.anki21", COLLECTION)
_LARGEST_WINDOW = 8 * 2**20  # bytes: all that a decompressor must support, and more than Anki uses
_LARGEST_JSON = 32 * MEGABYTE  # of all note types of a learner, with their templates
_LARGEST_NOTES = 128 * MEGABYTE  # of memory that the fields take
_COLUMNS = {
    "notes": ("id", "guid", "mid", "flds"),
    "cards": ("nid", "queue", "flags"),
    "fields": ("ntid", "ord", "name"),
    "col": ("models",),
}
# SQLite computes the expressions of other tables and indices when it checks the pages.
_TABLE = lazy_pattern(r"\s*CREATE\s+TABLE\b(?!.*\bCHECK\b).*", re.DOTALL | re.IGNORECASE)
_INDEX = lazy_pattern(
    r"""
    \s* CREATE \s+ (?:UNIQUE \s+)? INDEX \s+ \w+ \s+ ON \s+ \w+ \s* \( [\w\s,]+ \) \s*    # of plain columns
    (?: WHERE \s+ \w+ \s* != \s* [0-9]+ \s* )?                                            # as that of odid
    """,
    re.VERBOSE | re.IGNORECASE,
)
# https://www.sqlite.org/fileformat.html#file_format_version_numbers
_JOURNAL_MODES, _WRITE_AHEAD, _ROLLBACK = slice(18, 20), b"\2\2", b"\1\1"
_SUSPENDED = -1  # a queue
_FLAG_BITS = 7
_NAMES = "(SELECT value FROM json_each(?))"


class ExportedNote(Struct, frozen=True):
    """A note of the deck as a learner has it.

    `fields` are the values by the names of the fields, which the learner may have changed, too. `flags` are the
    numbers of the flags of its cards, `suspended` says whether any of them is suspended.
    """

    guid: str
    fields: Mapping[str, str]
    flags: tuple[int, ...] = ()
    suspended: bool = False


class _NoteRow(Struct, array_like=True):
    id: int
    guid: str
    model: int
    fields: str


class _CardRow(Struct, array_like=True):
    note: int
    queue: int
    flags: int


class _FieldRow(Struct, array_like=True):
    model: int
    ordinal: int
    name: str


class _ModelsRow(Struct, array_like=True):
    models: str


class _Field(Struct):
    name: str


class _Model(Struct):
    flds: tuple[_Field, ...]


def read_exported(data: bytes, guids: Collection[str]) -> tuple[ExportedNote, ...]:
    """Read the notes of a deck from what Anki exported.

    Parameters
    ----------
    data : the bytes of an `.apkg` or `.colpkg`.
    guids : of the deck.

    Returns
    -------
    its notes, in the order of their ids.

    Raises
    ------
    PackageError : if it is not a package of Anki, is damaged, or exceeds a limit, with the reason.
    """
    with open_collection(_without_log(_collection_of(data)), _check_tables) as connection:
        connection.create_collation("unicase", _compare)
        rows, size = list[_NoteRow](), 0
        wanted = f"notes WHERE guid IN {_NAMES} ORDER BY id"
        for row in read_rows(connection, wanted, ", ".join(_COLUMNS["notes"]), _NoteRow, _json(guids)):
            size += row.fields.__sizeof__()
            if size > _LARGEST_NOTES:
                raise PackageError(f"its notes are larger than {_LARGEST_NOTES // MEGABYTE} MB")
            rows.append(row)
        names = _field_names(connection, {row.model for row in rows})
        flags, suspended = dict[int, set[int]](), set[int]()
        cards = f"cards WHERE nid IN {_NAMES}"
        for card in read_rows(
            connection, cards, ", ".join(_COLUMNS["cards"]), _CardRow, _json({row.id for row in rows})
        ):
            if card.flags & _FLAG_BITS:
                flags.setdefault(card.note, set()).add(card.flags & _FLAG_BITS)
            if card.queue == _SUSPENDED:
                suspended.add(card.note)
    return tuple(
        ExportedNote(
            row.guid,
            dict(zip(names.get(row.model, ()), row.fields.split(SEPARATOR), strict=False)),
            tuple(sorted(flags.get(row.id, ()))),
            row.id in suspended,
        )
        for row in rows
    )


def _collection_of(data: bytes) -> bytes | memoryview:
    """Return the newest collection in a package."""
    members = read_any_members(data)
    if _COMPRESSED in members:
        return _decompressed(members[_COMPRESSED].read(LARGEST_COLLECTION))
    name = next((name for name in _UNCOMPRESSED if name in members), None)
    if name is None:
        raise PackageError("it is of a newer release of Anki; export it with support for older versions")
    return members[name].read(LARGEST_COLLECTION)


def _without_log(content: bytes | memoryview) -> bytes | memoryview:
    """Return a database that expects no write-ahead log, which one in memory cannot have; a `.colpkg` says it has."""
    if bytes(content[_JOURNAL_MODES]) != _WRITE_AHEAD:
        return content
    return bytes(content[: _JOURNAL_MODES.start]) + _ROLLBACK + bytes(content[_JOURNAL_MODES.stop :])


def _decompressed(content: bytes | memoryview) -> bytes:
    from zstandard import ZstdDecompressor, ZstdError  # only packages of today's Anki need it

    try:
        with ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(io.BytesIO(content)) as reader:
            collection: bytes = reader.read(LARGEST_COLLECTION + 1)
    except ZstdError as fault:
        raise PackageError("it is damaged: its collection cannot be unpacked") from fault
    if len(collection) > LARGEST_COLLECTION:
        raise PackageError(f"its collection is larger than {LARGEST_COLLECTION // MEGABYTE} MB; export this deck alone")
    return collection


def _json(values: Collection[str] | Collection[int]) -> str:
    return msgspec.json.encode(sorted(values)).decode()


def _compare(first: str, second: str) -> int:
    """Compare names of fields as Anki's own collation does, as far as it matters for the order of an index."""
    return (first.casefold() > second.casefold()) - (first.casefold() < second.casefold())


def _check_tables(connection: sqlite3.Connection) -> Sequence[str]:
    """Return the tables that are read; raise a PackageError for one in which SQLite would compute something."""
    schema = connection.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE type <> 'trigger'").fetchall()
    tables = [table for table in _COLUMNS if ("table", table) in {(kind, name) for kind, name, _ in schema}]
    for kind, table, sql in schema:
        if table in tables and not (sql is None or (_TABLE if kind == "table" else _INDEX).fullmatch(sql)):
            raise PackageError(f"another tool changed it: its table {table} is not one of Anki")
    for table in tables:
        columns = {name: hidden for _, name, *_, hidden in connection.execute(f"PRAGMA table_xinfo({table})")}
        if any(columns.values()) or not columns.keys() >= {*_COLUMNS[table]}:
            raise PackageError(f"another tool changed it: its table {table} has other columns than Anki's")
    if missing := [table for table in ("notes", "cards") if table not in tables]:
        raise PackageError(f"it is damaged: its collection has no table {missing[0]}")
    return [table for table in tables if table in {"notes", "cards"}]


def _field_names(connection: sqlite3.Connection, models: Collection[int]) -> Mapping[int, Sequence[str]]:
    """Return the names of the fields of each note type, in their order."""
    names: dict[int, list[str]] = {}
    if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'fields'").fetchone():
        table = f"fields WHERE ntid IN {_NAMES} ORDER BY ntid, ord"
        for row in read_rows(connection, table, ", ".join(_COLUMNS["fields"]), _FieldRow, _json(models)):
            names.setdefault(row.model, []).append(row.name)
        return names
    for settings in read_rows(connection, "col LIMIT 1", "models", _ModelsRow):
        if len(settings.models) > _LARGEST_JSON:
            raise PackageError(f"its note types are larger than {_LARGEST_JSON // MEGABYTE} MB")
        try:
            found = msgspec.json.decode(settings.models, type=dict[str, _Model])
        except (msgspec.MsgspecError, RecursionError, ValueError) as fault:
            raise PackageError("it is damaged: its note types cannot be read") from fault
        names |= {int(key): [field.name for field in model.flds] for key, model in found.items() if key.isdecimal()}
    return names

"""Packages as a stranger could send them: each kind is a valid package with one change."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from studydeck.apkg.writer import pack
from tests.support.sample_decks import mixed_deck

COLLECTION = "collection.anki2"
MEGABYTE = 1_000_000
NUMBERS_WITHOUT_END = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
Members = dict[str, bytes]
Entries = dict[Any, bytes]  # the key is a name or a ZipInfo


@cache
def valid_package() -> bytes:
    """Return the package of a small deck with pictures."""
    return pack(mixed_deck(4))


def members_of(package: bytes) -> Members:
    """Return the members of a package."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: Members | Entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of the members."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        warnings.simplefilter("ignore")  # about two members with one name
        for name, content in members.items():
            archive.writestr(name, content, None if isinstance(name, zipfile.ZipInfo) else method)
    return stream.getvalue()


def with_members(**changes: bytes | None) -> bytes:
    """Return the package with members added or replaced; None removes one. `collection` stands for its collection."""
    members = members_of(valid_package())
    for key, content in changes.items():
        name = COLLECTION if key == "collection" else key
        if content is None:
            del members[name]
        else:
            members[name] = content
    return zipped(members)


def with_sql(*statements: str, parameters: tuple[object, ...] = ()) -> bytes:
    """Return the package after SQL statements; the parameters are those of the last."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(members_of(valid_package())[COLLECTION])
    *first, last = statements
    for statement in first:
        connection.execute(statement)
    connection.execute(last, parameters)
    connection.commit()
    content = connection.serialize()
    connection.close()
    return with_members(collection=content)


def with_json(column: str, text: str) -> bytes:
    """Return the package with another text in a JSON column of its settings."""
    return with_sql(f"UPDATE col SET {column} = ?", parameters=(text,))


def settings(column: str) -> dict[str, dict[str, object]]:
    """Return the JSON of a column of the settings."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(members_of(valid_package())[COLLECTION])
    decoded: dict[str, dict[str, object]] = json.loads(connection.execute(f"SELECT {column} FROM col").fetchone()[0])
    connection.close()
    return decoded


def with_model(**changes: object) -> bytes:
    """Return the package with other values in both note types; None removes one."""
    models = {
        number: {name: value for name, value in {**model, **changes}.items() if value is not None}
        for number, model in settings("models").items()
    }
    return with_json("models", json.dumps(models))


def with_view(table: str, query: str) -> bytes:
    """Return the package with a view in place of a table."""
    return with_sql(f"DROP TABLE {table}", f"CREATE VIEW {table} AS {query}")


def with_bytes(offset: int, value: bytes) -> bytes:
    """Return the package with bytes replaced in the collection."""
    content = bytearray(members_of(valid_package())[COLLECTION])
    content[offset : offset + len(value)] = value
    return with_members(collection=bytes(content))


def with_entry(change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    """Return the package with another entry for its collection in the list of members."""
    members: Entries = {}
    for name, content in members_of(valid_package()).items():
        info = zipfile.ZipInfo(name)
        if name == COLLECTION:
            change(info)
        members[info] = content
    return zipped(members)


def with_directory(offset: int, value: bytes) -> bytes:
    """Return the package with bytes replaced in the first entry of its list of members."""
    data = bytearray(valid_package())
    start = data.index(b"PK\1\2")
    data[start + offset : start + offset + len(value)] = value
    return bytes(data)


def with_two_collections() -> bytes:
    """Return a package with two members of one name; which one is read depends on the reader."""
    members = members_of(valid_package())
    first = zipfile.ZipInfo(COLLECTION)
    entries: Entries = {first: b"another", **members}
    return zipped(entries)


def link(info: zipfile.ZipInfo) -> None:
    """Make an entry a symbolic link."""
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16


def bomb(name: str, size: int) -> bytes:
    """Return the package with a member of zeros."""
    return with_members(**{name: bytes(size)})


def lying_bomb() -> bytes:
    """Return a package whose picture is unpacked to more than its list of members says."""
    start = bytes(1000)
    package = with_members(**{"0": bytes(50 * MEGABYTE)})
    data = bytearray(package)
    for entry in _entries(package):
        if data[entry + 46] in b"0":
            data[entry + 16 : entry + 20] = struct.pack("<I", zlib.crc32(start))
            data[entry + 24 : entry + 28] = struct.pack("<I", len(start))
    return bytes(data)


def overlapping() -> bytes:
    """Return a package in which two pictures share their compressed bytes."""
    package = with_members(**{"0": bytes(1000), "1": bytes(1000)})
    data = bytearray(package)
    first, second = (entry for entry in _entries(package) if data[entry + 46] in b"01")
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def _entries(package: bytes) -> Iterator[int]:
    start = package.find(b"PK\1\2")
    while start >= 0:
        yield start
        start = package.find(b"PK\1\2", start + 4)


def many_members(count: int) -> bytes:
    """Return the package with empty members, and a list of pictures that names them."""
    names = {str(number): f"picture-{number}.png" for number in range(count)}
    return zipped({**members_of(valid_package()), **dict.fromkeys(names, b""), "media": json.dumps(names).encode()})


def shared_pages() -> bytes:
    """Return a package whose table of cards has a page that refers to itself, and so has rows without end."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(members_of(valid_package())[COLLECTION])
    card = connection.execute("SELECT * FROM cards").fetchone()
    marks = ", ".join("?" * len(card))
    connection.executemany(f"INSERT INTO cards VALUES ({marks})", [(1000 + i, *card[1:]) for i in range(10_000)])
    connection.commit()
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'cards'").fetchone()
    content = bytearray(connection.serialize())
    connection.close()
    page = (root - 1) * 4096
    assert content[page] == 5, "an inner page of a table"
    content[page + 8 : page + 12] = root.to_bytes(4, "big")  # its last child is the page itself
    return with_members(collection=bytes(content))


def many_tables(count: int) -> bytes:
    """Return a package whose collection has many tables."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(members_of(valid_package())[COLLECTION])
    connection.execute("PRAGMA writable_schema = 1")
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'graves'").fetchone()
    names = ((f"t{number}", f"CREATE TABLE t{number}(a)") for number in range(count))
    statement = f"INSERT INTO sqlite_master VALUES ('table', ?1, ?1, {root}, ?2)"
    connection.executemany(statement, names)
    connection.commit()
    content = connection.serialize()
    connection.close()
    return with_members(collection=content)


def many_notes(count: int, text: str = "") -> bytes:
    """Return a package with many notes that have the same text and no cards."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(members_of(valid_package())[COLLECTION])
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall():
        connection.execute(f"DROP INDEX {name}")
    columns = "mid, mod, usn, tags, flds || ?, 0, 0, 0, ''"
    query = f"INSERT INTO notes SELECT x * 512, 'aaaaaaaaaaaaaaaa', {columns} FROM c, (SELECT * FROM notes LIMIT 1)"
    numbers = f"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT {count})"
    connection.execute(f"{numbers} {query}", (text,))
    _restore_indices(connection)
    connection.commit()
    content = connection.serialize()
    connection.close()
    return with_members(collection=content)


def _restore_indices(connection: sqlite3.Connection) -> None:
    other = sqlite3.connect(":memory:")
    other.deserialize(members_of(valid_package())[COLLECTION])
    for (statement,) in other.execute("SELECT sql FROM sqlite_master WHERE type = 'index'").fetchall():
        connection.execute(statement)
    other.close()


def long_directory() -> bytes:
    """Return a package whose members have 64 KiB of empty extra fields each, which are slow to read."""
    members: Entries = {**members_of(valid_package())}
    for number in range(500):
        info = zipfile.ZipInfo(str(number))
        info.extra = struct.pack("<HH", 0x7777, 0) * 16_000
        members[info] = b""
    return zipped(members)

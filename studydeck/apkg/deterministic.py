"""Make the bytes of a package depend on its content only, not on the machine that writes it.

Members go in and a zip archive with fixed times comes out; a SQLite file goes in and comes out without the traces of
the SQLite version that wrote it. The format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping

from studydeck.apkg.archive_reader import read_members

# Defaults differ between builds of SQLite, and with them the bytes of the file.
PAGE_SIZE = 4096
PRAGMAS = (f"page_size = {PAGE_SIZE}", "encoding = 'UTF-8'", "auto_vacuum = 0", "secure_delete = 1")
# The change counter (bytes 24 to 27) must equal bytes 92 to 95, or readers ignore the page count in the header
# (https://www.sqlite.org/fileformat2.html#database_header). Bytes 96 to 99 hold the version of SQLite.
CHANGE_COUNTER = (1).to_bytes(4, "big")
SQLITE_VERSION = (3_040_000).to_bytes(4, "big")
FILE_HEADER_SIZE = 100
PAGE_HEADER_SIZES = {
    2: 12,
    5: 12,
    10: 8,
    13: 8,
}  # b-tree page type -> bytes of its header; an overflow page begins with 0


def write_archive(members: Mapping[str, bytes | bytearray]) -> bytes:
    """Return a zip archive of the members, uncompressed: compressed bytes depend on the version of zlib."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return stream.getvalue()


def differing_members(first: bytes, second: bytes) -> tuple[str, ...]:
    """Return the names of the members that differ between two packages or that only one of them has, sorted."""
    first_members, second_members = (read_members(data) for data in (first, second))
    common = first_members.keys() & second_members.keys()
    differing = {name for name in common if first_members[name].read() != second_members[name].read()}
    return tuple(sorted(differing | (first_members.keys() ^ second_members.keys())))


def blank_leftovers(content: bytes) -> bytearray:
    """Return a SQLite file with fixed header fields and zeros in the free space of its pages.

    SQLite 3.40 leaves a stray byte between the cell pointers and the cells of a page where 3.51 leaves none.
    """
    database = bytearray(content)
    database[24:28] = database[92:96] = CHANGE_COUNTER
    database[96:100] = SQLITE_VERSION
    for page in range(0, len(database), PAGE_SIZE):
        header = page or FILE_HEADER_SIZE
        if header_size := PAGE_HEADER_SIZES.get(database[header]):
            cell_count = int.from_bytes(database[header + 3 : header + 5], "big")
            free_start, cells_start = (
                header + header_size + 2 * cell_count,
                page + int.from_bytes(database[header + 5 : header + 7], "big"),
            )
            database[free_start:cells_start] = bytes(cells_start - free_start)
    return database

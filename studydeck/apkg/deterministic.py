"""Same input, same bytes: a zip and a SQLite file without the traces of the machine that wrote them."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping

# Defaults differ between builds of SQLite, and with them the bytes of the file.
PAGE = 4096
PRAGMAS = (f"page_size = {PAGE}", "encoding = 'UTF-8'", "auto_vacuum = 0", "secure_delete = 1")
# A counter of changes and the version of SQLite that wrote the file: bytes 24 to 27 and 92 to 95 must be equal,
# or readers distrust the page count in the header (https://www.sqlite.org/fileformat2.html#database_header).
CHANGE_COUNTER = (1).to_bytes(4, "big")
SQLITE_VERSION = (3_040_000).to_bytes(4, "big")
FILE_HEADER = 100
PAGE_HEADERS = {2: 12, 5: 12, 10: 8, 13: 8}  # bytes of header by kind of b-tree page; an overflow page begins with 0


def write_archive(members: Mapping[str, bytes | bytearray]) -> bytes:
    """Zip the members, stored: deflated bytes depend on the zlib at hand."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as file:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            file.writestr(entry, content)
    return stream.getvalue()


def differing(one: bytes, other: bytes) -> tuple[str, ...]:
    """Name the members in which two packages differ, or that only one of them has."""
    ours, theirs = (_members(data) for data in (one, other))
    return tuple(sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)))


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def blank_leftovers(content: bytes) -> bytearray:
    """Blank what the file keeps of the SQLite that wrote it: header, and leftovers in the free space of its pages.

    SQLite 3.40 leaves a stray byte between the cell pointers and the cells of a page where 3.51 leaves none.
    """
    file = bytearray(content)
    file[24:28] = file[92:96] = CHANGE_COUNTER
    file[96:100] = SQLITE_VERSION
    for page in range(0, len(file), PAGE):
        head = page or FILE_HEADER
        if size := PAGE_HEADERS.get(file[head]):
            pointers = int.from_bytes(file[head + 3 : head + 5], "big")
            free, cells = head + size + 2 * pointers, page + int.from_bytes(file[head + 5 : head + 7], "big")
            file[free:cells] = bytes(cells - free)
    return file

"""Read the SQLite collection of a package that may come from a stranger: bytes in, rows of the expected types out.

Only a database with the tables of the writer, and nothing else, is read: no view, trigger, virtual table or generated
column can run code of the package. A reader of other collections gives its own check of the tables that it reads.
Pages are checked before rows are read, and SQLite stops after a number of steps, because pages that refer to each
other can give rows without end.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from msgspec import Struct, ValidationError, convert

from studydeck.apkg.archive_reader import MEGABYTE
from studydeck.errors import PackageError

RowType = TypeVar("RowType", bound=Struct)
_HEADER = b"SQLite format 3\0"
LARGEST_COLLECTION = 96 * MEGABYTE  # 250,000 cards; SQLite copies it
_LARGEST_ROW = 32 * MEGABYTE
# The digest of `SELECT type, name, sql FROM sqlite_master`, sorted by name, of what genanki creates.
SCHEMA_DIGEST = "f48e8e0b4ad404e83f78890de16f017f1e2bef029b77eb0881bbf3d23e400042"
_SCHEMA_STEPS = 10_000  # the schema that is expected takes under 1,000
_MAX_STEPS = 300_000_000  # about ten seconds; 100,000 cards take 6 million
_STEPS_BETWEEN_CALLS = 1_000
_MAX_REASON = 200  # characters of a message of SQLite, which may quote the database


class _StepLimit:
    """Stops a connection after a number of steps."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._calls_left = 0
        connection.set_progress_handler(self._count, _STEPS_BETWEEN_CALLS)

    def allow(self, steps: int) -> None:
        """Set the number of steps that are left."""
        self._calls_left = steps // _STEPS_BETWEEN_CALLS

    @property
    def is_exhausted(self) -> bool:
        """Return whether the connection was stopped because no steps were left."""
        return self._calls_left < 0

    def _count(self) -> bool:
        """Return whether to stop; an exception, which a signal raises here, stops SQLite too, and is lost."""
        self._calls_left -= 1
        return self.is_exhausted


def _check_schema(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return for which tables pages are checked: for all at once; raise a PackageError for other tables than ours."""
    if schema_digest(connection) != SCHEMA_DIGEST:
        raise PackageError("another tool made or changed it: its collection has other tables than studydeck writes")
    return ("1",)  # the argument of the pragma


@contextmanager
def open_collection(
    content: bytes | memoryview, check_schema: Callable[[sqlite3.Connection], Sequence[str]] = _check_schema
) -> Iterator[sqlite3.Connection]:
    """Open a collection in memory, after it was checked; it cannot be written.

    Parameters
    ----------
    content : the bytes of the database.
    check_schema : raises a PackageError for tables that are not safe to read, and returns the arguments with which
        SQLite checks pages: "1", or the names of tables.

    Raises
    ------
    PackageError : if it is not a collection as this tool writes it, or is damaged; also for an error of SQLite while it
        is open.
    """
    if bytes(content[: len(_HEADER)]) != _HEADER:
        raise PackageError("it is damaged: its collection is not a SQLite database")
    connection = sqlite3.connect(":memory:")
    limit = _StepLimit(connection)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_ROW)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.deserialize(content)
        del content  # SQLite has a copy
        limit.allow(_SCHEMA_STEPS)
        for pragma in ("trusted_schema = 0", "query_only = 1", "cell_size_check = 1"):
            connection.execute(f"PRAGMA {pragma}")
        checked = check_schema(connection)
        limit.allow(_MAX_STEPS)
        for argument in checked:
            _check_pages(connection, argument)
        yield connection
    except (sqlite3.Error, UnicodeDecodeError, MemoryError) as fault:  # messages of SQLite may not be UTF-8
        if getattr(fault, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT and not limit.is_exhausted:
            raise KeyboardInterrupt from None
        if limit.is_exhausted:
            raise PackageError("it is damaged: its collection would take too long to read") from fault
        reason = " ".join(str(fault).split())[:_MAX_REASON]
        raise PackageError(f"it is damaged: its collection cannot be read ({reason})") from fault
    finally:
        connection.close()


def schema_digest(connection: sqlite3.Connection) -> str:
    """Return the digest of the tables, indices, views and triggers of a database."""
    schema = hashlib.sha256()
    for item in connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name, type"):
        schema.update(repr(item).encode())
    return schema.hexdigest()


def _check_pages(connection: sqlite3.Connection, argument: str) -> None:
    """Raise a PackageError if pages are damaged or used twice, or a column that must have a value is empty."""
    (finding,) = connection.execute(f"PRAGMA quick_check({argument})").fetchone()
    if finding != "ok":
        reason = " ".join(str(finding).split())[:_MAX_REASON]
        raise PackageError(f"it is damaged: the pages of its collection are not valid ({reason})")


def read_rows(
    connection: sqlite3.Connection, table: str, columns: str, row_type: type[RowType], *parameters: str
) -> Iterator[RowType]:
    """Yield the rows of a table; raise a PackageError for a value of another type than the fields of `row_type`."""
    query = f"SELECT {columns} FROM {table}"  # noqa: S608  # both are constants
    for values in connection.execute(query, parameters):
        try:
            yield convert(values, row_type)
        except ValidationError as fault:
            raise PackageError(
                f"it is damaged: a row of its table {table.split(maxsplit=1)[0]} has an invalid value ({fault})"
            ) from fault

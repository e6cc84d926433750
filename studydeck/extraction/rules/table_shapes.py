"""Shapes of tables: rows with one key, and columns with the names of the rows.

In: a table. Out: whether it is a matrix, or the same table with one row for each key.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from studydeck.model.document import Inline, Table, TableRow, Text
from studydeck.model.text_edits import normalized_text
from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import normalize

_BETWEEN_KINDS = lazy_pattern(r"\\+|[/|→]")  # "from / to"
MOST_MEANINGS = 3  # rows of one key


def is_matrix(block: Table) -> bool:
    """Return whether the rows of a table have the names of its columns, so that a cell belongs to two of them."""
    names = {head.plain.casefold() for head in block.head[1:]} - {""}
    rows = {row.cells[0].plain.casefold() for row in block.rows if row.cells} - {""}
    return len(names) > 1 and (names == rows or len(names & rows) > 2)


def is_comparison_of_columns(heads: Sequence[str], key: str, title: str) -> bool:
    """Return whether columns are the things that a table compares, and its rows their aspects: "MHC I: found on?".

    The heading names the columns, or they have capitals and the row has none.
    """
    named = [normalize(head) for head in heads if head]
    if len(named) < 2:
        return False
    if all(name in title for name in named):
        return True
    return key[:1].islower() and all(head[:1].isupper() for head in heads if head)


def names_of_cell(corner: Text, row: Text, column: Text) -> str:
    """Return what names a cell of a matrix: "from A, to B" where its first cell says "from / to", else "A - B"."""
    kinds = [kind.strip() for kind in _BETWEEN_KINDS.split(corner.plain)]
    if len(kinds) == 2 and all(kinds):
        return f"{kinds[0]} {row.plain}, {kinds[1]} {column.plain}"
    return f"{row.plain} – {column.plain}"


def with_joined_rows(block: Table, key_column: int) -> tuple[Table, list[TableRow]]:
    """Return a table with the rows of one key as one row, and the rows that were joined with those above them.

    "Bank" asks for the bench and for the house of money: a learner who is asked for one of them cannot know which.
    """
    keys = [row.cells[key_column].plain.strip() if len(row.cells) > key_column else "" for row in block.rows]
    if len(set(keys)) == len(keys):
        return block, []
    rows: list[TableRow] = []
    joined: dict[str, int] = {}
    doubles: list[TableRow] = []
    for row, key in zip(block.rows, keys, strict=True):
        is_double = bool(key) and 1 < keys.count(key) <= MOST_MEANINGS and not row.directives.skip
        if is_double and key in joined:
            rows[joined[key]] = _joined(rows[joined[key]], row, key_column)
            doubles.append(row)
            continue
        if is_double:
            joined[key] = len(rows)
        rows.append(row)
    return replace(block, rows=tuple(rows)), doubles


def _joined(row: TableRow, other: TableRow, key_column: int) -> TableRow:
    """Return a row with the cells of two rows behind their key, each cell once."""
    cells: list[Text] = []
    for column, cell in enumerate(row.cells):
        added = other.cells[column] if column < len(other.cells) else None
        is_new = column > key_column and added and normalize(added) != normalize(cell)
        cells.append(normalized_text((*cell, Inline("; " if cell else ""), *added)) if added and is_new else cell)
    return replace(row, cells=tuple(cells))
